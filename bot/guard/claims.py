"""Text → what of it can be checked by value: numbers, shares, dates, ordinals, fractions, and the unit of a number.

`vectorstore.quantities` reads what questions ask for; a guard must see more (the third, a half, in June, thousands of),
since what it does not see passes unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.grounding import canonical_keys
from bot.guard.verdict import ProblemKind
from vectorstore.quantities import MONTH_NUMBERS, chinese_number, find_quantities


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of a folded text that evidence must hold: any of `keys`. `unit` names the unit that a number counts.

    `text` is the piece as the draft has it, for those who show it.
    """

    kind: ProblemKind
    keys: frozenset[str]
    start: int
    end: int
    unit: str = ""
    text: str = ""

    @property
    def value(self) -> str:
        """The value that the text states, as against what else would bear it out."""
        return min(self.keys)


_UNITS = {
    "second": r"seconds?\b|秒",
    "minute": r"minutes?\b|分钟",
    "hour": r"(?:-|\s)?hours?\b|(?:个)?小时",
    "day": r"(?:working |calendar |consecutive )?days?\b|(?:个)?(?:工作)?[天日](?!本)",
    "week": r"weeks?\b|(?:个)?(?:星期|周(?!年))",
    "month": r"(?:calendar )?months?\b|个月",
    "year": r"years?\b|年(?!代)|周年|岁",
    "percent": r"per ?cent\b|%|percentage points?|个百分点",
    "hkd": r"hong kong dollars?|hk dollars?|港[元币]",
    "usd": r"us dollars?|美元",
    "yuan": r"(?:yuan|renminbi)\b|人民币",
    "metre": r"(?:square |cubic )?met(?:re|er)s?\b|(?:平方|立方)?米",
    "kilometre": r"(?:kilomet(?:re|er)s?|km)\b|公里|千米",
    "kilogram": r"(?:kilogram(?:me)?s?|kg)\b|公斤|千克",
    "tonne": r"(?:tonnes?|tons?)\b|吨",
    "degree": r"degrees?\b|°|度",
}
_UNIT = re.compile(r"[\s-]?(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items()) + ")")
_CURRENCY = {"hkd": re.compile(r"hk\\?\$\s?$"), "usd": re.compile(r"us\\?\$\s?$"), "yuan": re.compile(r"(?:rmb|¥)\s?$")}

_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
_NUMERAL = "零〇一二三四五六七八九十百千两"
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
}
_SMALL = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
_FRACTION_EN = re.compile(
    rf"\b(?:(?P<n>{'|'.join(_SMALL)})[\s-])?(?P<d>half|halves|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?)\b"
)
_FRACTION_ZH = re.compile(rf"(?P<d>[{_NUMERAL}\d]+)分之(?P<n>[{_NUMERAL}\d]+)|(?P<half>一半|半数|过半)")
_ORDINAL_EN = re.compile(rf"\b(?P<word>{'|'.join(_ORDINALS)})\b|\b(?P<n>\d+)(?:st|nd|rd|th)\b")
_ORDINAL_ZH = re.compile(rf"第(?P<n>[{_NUMERAL}]+|\d+)|(?P<first>首(?=[次个名位届批家条间项座部度创年日轮期阶]))")
_TIMES = re.compile(
    r"\b(?:doubl(?:e|ed|es|ing)(?!-)|twice|twofold|two-fold)\b|翻(?:了)?一?番|翻倍|倍增|[两二]倍|(?<!\d)2倍|增加(?:了)?一倍"
)
_MONTH = re.compile(
    rf"\b(?P<en>{'|'.join(name for name in MONTH_NUMBERS if name not in ('may', 'march', 'mar', 'sep', 'dec', 'jan'))}"
    r"|(?<=in )(?:may|march)|(?<=since )(?:may|march)|(?<=from )(?:may|march)|(?<=until )(?:may|march))\b"
    rf"|(?P<zh>(?:十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9]))月(?!饼|球|票|薪|台)"
)
_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_WEEKDAY = re.compile(rf"\b(?P<en>{'|'.join(_WEEKDAYS)})days?\b|(?:星期|礼拜|(?<!每)周)(?P<zh>[一二三四五六日天])")
_VAGUE = re.compile(
    r"\b(?P<en>dozen|hundred|thousand|million|billion)s\b|(?:数|上|成|几|近|过)(?P<zh>[十百千万亿]+)(?!\d)"
)
_VAGUE_ZH = {"hundred": "百", "thousand": "千", "million": "百万", "billion": "十亿", "dozen": "十"}
_LOOSE_NUMERAL = re.compile(
    "[二三四五六七八九十百千万亿两][零〇二三四五六七八九十百千万亿两]*|一(?=\\s?(?:秒|分钟|小时|星期|公里|米))"
)
_ONE_OF = re.compile(r"\s?of\b|-stop|-tap|-way|\sanother\b")
_RANGE = re.compile(r"\s?(?:to|and|or|-|–|至|到|或|和|及|,)\s?")


def _unit_after(text: str, start: int, end: int) -> str:
    for name, pattern in _CURRENCY.items():
        if pattern.search(text[max(0, start - 6) : start]):
            return name
    match = _UNIT.match(text, end)
    return match.lastgroup or "" if match else ""


def _quantities(text: str) -> Iterator[Claim]:
    for quantity in find_quantities(text):
        if quantity.value == "1" and quantity.spelled and _ONE_OF.match(text, quantity.end):
            continue
        key = f"{quantity.kind}:{quantity.value}"
        unit = "" if quantity.kind != "number" else _unit_after(text, quantity.start, quantity.end)
        yield Claim(quantity.kind, frozenset([key]), quantity.start, quantity.end, unit)


def _number(text: str) -> int:
    value = chinese_number(text) if not text.isdigit() else int(text)
    return int(value or 0)


def _others(text: str) -> Iterator[tuple[ProblemKind, str, re.Match[str]]]:
    """Claims beyond plain quantities, each with one key."""
    for match in _ORDINAL_EN.finditer(text):
        number = _ORDINALS[match["word"]] if match["word"] else int(match["n"])
        yield "number", f"ordinal:{number}", match
    for match in _ORDINAL_ZH.finditer(text):
        yield "number", f"ordinal:{1 if match['first'] else _number(match['n'])}", match
    for match in _FRACTION_EN.finditer(text):
        if match["n"] or match["d"] == "half":
            part = match["d"] if match["d"] in _PARTS else match["d"][:-1]
            yield "share", f"fraction:{_SMALL.get(match['n'] or 'one', 1)}/{_PARTS[part]}", match
    for match in _FRACTION_ZH.finditer(text):
        value = "1/2" if match["half"] else f"{_number(match['n'])}/{_number(match['d'])}"
        if not value.endswith("/100"):
            yield "share", f"fraction:{value}", match
    for match in _TIMES.finditer(text):
        yield "number", "times:2", match
    for match in _MONTH.finditer(text):
        yield "date", f"month:{_month(match):02d}", match
    for match in _WEEKDAY.finditer(text):
        day = _WEEKDAYS.index(match["en"]) if match["en"] else "一二三四五六日".find(match["zh"].replace("天", "日"))
        yield "date", f"weekday:{day}", match
    for match in _VAGUE.finditer(text):
        yield "number", f"vague:{_VAGUE_ZH[match['en']] if match['en'] else match['zh']}", match


def _month(match: re.Match[str]) -> int:
    return MONTH_NUMBERS[match["en"]] if match["en"] else _number(match["zh"])


@lru_cache(maxsize=4096)
def find_claims(folded: str) -> tuple[Claim, ...]:
    """Everything of a folded text that states a value, in order, none overlapping another."""
    found: list[Claim] = []
    taken = bytearray(len(folded))

    def add(claim: Claim) -> None:
        if not any(taken[claim.start : claim.end]):
            found.append(claim)
            taken[claim.start : claim.end] = b"\x01" * (claim.end - claim.start)

    quantities, others = list(_quantities(folded)), list(_others(folded))
    for claim in quantities:
        if claim.kind != "number":
            add(claim)
    for kind, key, match in others:  # before numbers: a third is no three, 首 and 第三 no 三
        if not key.startswith(("month:", "vague:")):
            add(Claim(kind, frozenset([key]), match.start(), match.end()))
    for claim in quantities:
        add(claim)
    for kind, key, match in others:
        add(Claim(kind, frozenset([key]), match.start(), match.end()))
    for match in _LOOSE_NUMERAL.finditer(folded):
        after = folded[match.start() : match.end() + 1]
        beside = (
            after
            if re.search("[\u4e00-\u9fff]$", after[len(match.group()) :])
            else folded[match.start() - 1 : match.end()]
        )
        keys = {f"text:{beside}"} if len(beside) > len(match.group()) else set()
        value = chinese_number(match.group())
        if value is not None and match.group() not in ("十", "百", "千", "万", "亿"):
            keys.add(f"number:{value}")
        if keys:
            add(Claim("number", frozenset(keys), *match.span(), _unit_after(folded, *match.span())))
    return tuple(_with_units(sorted(found, key=lambda claim: claim.start), folded))


def _with_units(claims: list[Claim], folded: str) -> Iterator[Claim]:
    """The claims; in a range (2 to 5 years) the first number has the unit of the second."""
    for number, claim in enumerate(claims):
        following = claims[number + 1] if number + 1 < len(claims) else None
        if following is not None and not claim.unit and _RANGE.fullmatch(folded, claim.end, following.start):
            claim = replace(claim, unit=following.unit)
        yield claim


@lru_cache(maxsize=4096)
def held_keys(folded: str) -> frozenset[str]:
    """Every key that a folded sentence bears out, read as generously as it may be meant."""
    keys: set[str] = set()
    for quantity in find_quantities(folded):
        keys |= canonical_keys(quantity)
        if quantity.kind == "date":
            month = re.match(r"(?:\d{4}|-)-(\d\d)", quantity.value)
            keys |= {f"month:{month[1]}"} if month else set()
        if quantity.kind == "number" and re.fullmatch(r"(?:19|20)\d\d", quantity.value) and not quantity.spelled:
            keys.add(f"date:{quantity.value}")
    keys |= {key for _, key, _ in _others(folded)}
    keys |= {key for claim in find_claims(folded) for key in claim.keys}
    if "fraction:1/2" in keys:
        keys.add("share:50")
    return frozenset(keys)
