"""Years as people type them (24年, 23-24年度, '24) → whole ones, which the reports have."""

from __future__ import annotations

import re

_TWO = re.compile(
    r"(?<![\d.$-])(?P<year>1[5-9]|2\d)\s?[-–/至]\s?(?P<next>1[6-9]|2\d|30)(?=\s?年|那)"
    r"|(?:(?<=^)|(?<=\bin\s)|(?<=\bfor\s)|(?<=\bduring\s)|(?<=\bfrom\s)|(?<=\bfy)|(?<=\bfy\s)|(?<=\byear\s)|(?<=[在于]))"
    r"(?P<en_year>1[5-9]|2\d)\s?[-–/]\s?(?P<en_next>1[6-9]|2\d|30)(?![\w%-])",
    re.I,
)
_DATED = re.compile(r"(?<![\d.])(?P<year>1\d|2\d)(?=年\s?(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月)")
_ONE = re.compile(
    r"(?:(?<=^)|(?<=[\s，。,、:：;；在于自由从比过和与跟么])|(?<=比起)|(?<=年[到至]))(?P<year>1[5-9]|2\d)"
    r"(?=年(?![前后後来來内內间間期以半多]|\s?的?(?:历史|经验|时间|服务|保养|租约|合约|合同|寿命|车龄|楼龄)))"
)
_APOSTROPHE = re.compile(r"(?<!\w)['’](?P<year>[0-2]\d)(?![\w'’])")


def with_whole_years(text: str) -> str:
    """`text` in written Chinese or English with its years of two digits as whole ones.

    A length of time (20年前, 15年經驗) stays; so do two numbers that are not one year and the next (18-19歲).
    """
    text = _TWO.sub(_fiscal, text)
    for pattern in (_DATED, _ONE, _APOSTROPHE):
        text = pattern.sub(r"20\g<year>", text)
    return text


def _fiscal(match: re.Match[str]) -> str:
    year, following = match["year"] or match["en_year"], match["next"] or match["en_next"]
    return f"20{year}-{following}" if int(following) == int(year) + 1 else match.group()
