"""Dates, numbers and shares in Chinese and English text, each with one canonical value.

二零二四年六月十一日, 2024年6月11日 and 11 June 2024 are one date; 1.5 亿 and 150 million one number;
三成, 30 % and 30 per cent one share. Lexical search and grounding both compare canonical values, never digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

QuantityKind = Literal["date", "number", "share"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a text. `value` is an ISO date (`2024-06-11`, `2024-06`, `2024`, `--06-11`) or a plain decimal.

    `start` and `end` count code points of the text that was searched, end exclusive. `money` is true when a currency
    stands at the number; `spelled` when it is written in words rather than digits.
    """

    kind: QuantityKind
    value: str
    start: int
    end: int
    money: bool = False
    spelled: bool = False


_ZH_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ZH_NUMERAL = "零〇○一二三四五六七八九十百千两兩"
_MONTHS = "january february march april may june july august september october november december".split()
MONTH_NUMBERS = (
    {name: i for i, name in enumerate(_MONTHS, 1)} | {name[:3]: i for i, name in enumerate(_MONTHS, 1)} | {"sept": 9}
)
_EN_SMALL = {
    word: i
    for i, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_EN_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_EN_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_DIGITS = r"\d{1,3}(?:[,，\u00a0\u2009 ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_ZH_DIGIT_YEAR = r"[零〇○一二三四五六七八九]{4}"
_ZH_YEAR = rf"(?P<y>{_ZH_DIGIT_YEAR}|(?:19|20)\d{{2}})\s?年"
_ZH_MONTH = r"(?P<m>十[一二]?|[一二三四五六七八九]|1[0-2]|0?[1-9])\s?月"
_ZH_DAY = r"(?P<d>[一二]?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九]|3[01]|[12]\d|0?[1-9])\s?[日号號]"
_EN_MONTH = r"(?P<m>" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")\.?"
_EN_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>(?:19|20)\d{2})"
ENGLISH_NUMBER = "|".join([*_EN_TENS, *sorted(_EN_SMALL, key=len, reverse=True)])
"""A pattern of the numbers below a hundred that English spells as one word."""
_EN_SCALE = "|".join(_EN_SCALES)
_MEASURES = "个個名人宗条條间間种種项項次年天日星周週月小时時岁歲间所届屆张張辆輛座国國分级級步层層阶階位部科家间类類倍"

_DATE_PATTERNS = [
    # A year that ends in the next one counts as the one that it begins in: 2022-23, 二零二二至二三年度.
    re.compile(
        rf"(?P<y>{_ZH_DIGIT_YEAR})\s?[-–/／至]\s?(?P<next>[零〇○一二三四五六七八九]{{2}})"
        r"\s?(?:财政|財政|学|學|基准|基準)?年度?"
    ),
    re.compile(r"(?<![\d.,$])(?P<y>(?:19|20)\d{2})\s?[-–/／至]\s?(?P<next>\d{2})(?![\d/.-]|,\d)"),
    re.compile(rf"{_ZH_YEAR}\s?{_ZH_MONTH}(?:\s?{_ZH_DAY})?"),
    re.compile(_ZH_YEAR),
    re.compile(rf"{_ZH_MONTH}\s?{_ZH_DAY}"),
    re.compile(rf"\b{_EN_DAY}\s(?:of\s)?{_EN_MONTH},?\s{_YEAR}\b", re.I),
    re.compile(rf"\b{_EN_MONTH}\s{_EN_DAY},?\s{_YEAR}\b", re.I),
    re.compile(rf"\b{_EN_MONTH},?\s{_YEAR}\b", re.I),
    re.compile(rf"\b{_EN_DAY}\s(?:of\s)?{_EN_MONTH}\b(?!\s\d)", re.I),
    re.compile(r"\b(?P<y>(?:19|20)\d{2})[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<d>3[01]|[12]\d|0?[1-9])\b"),
    re.compile(
        r"(?<![\d./-])(?P<d>3[01]|[12]\d|0?[1-9])(?P<mark>[/.])(?P<m>0?[1-9]|1[0-2])(?P=mark)(?P<y>(?:19|20)\d{2})(?![\d/.]\d)"
    ),
    re.compile(r"(?<![\d.,$])(?P<y>(?:19|20)\d{2})(?![\d%％]|[.,]\d|\s?(?:万|萬|亿|億|名|宗|个|個|人|次|张|張))"),
]
_SHARE_PATTERNS = [
    re.compile(rf"(?P<n>{_DIGITS})\s?(?:%|％|per\s?cents?\b|percent\b|个百分点|個百分點)", re.I),
    re.compile(rf"百分之(?P<zh>[{_ZH_NUMERAL}点點]+|\d+(?:\.\d+)?)"),
    re.compile(r"(?P<tenths>[一二三四五六七八九\d])成(?P<half>半)?(?![为為立员員功绩績])"),
]
_NUMBER_PATTERNS = [
    re.compile(rf"(?P<n>{_DIGITS})(?:\s?(?P<scale>[万萬亿億]{{1,2}})|\s?(?P<enscale>{_EN_SCALE}|bn|mn?)\b)?", re.I),
    re.compile(rf"(?P<zh>[{_ZH_NUMERAL}]+[万萬亿億][{_ZH_NUMERAL}万萬]*|[{_ZH_NUMERAL}]*[十百千][{_ZH_NUMERAL}]*)"),
    re.compile(rf"(?P<zh>[{_ZH_NUMERAL}])(?=[{_MEASURES}])"),
    re.compile(rf"\b(?P<en>(?:{ENGLISH_NUMBER})(?:[-\s](?:{ENGLISH_NUMBER}|{_EN_SCALE}|and))*)\b", re.I),
]
_CURRENCY_BEFORE = re.compile(r"(?:HK\\?\$|US\\?\$|\$|¥|RMB|HKD|港币|港幣)\s?$", re.I)
_CURRENCY_AFTER = re.compile(r"\s?(?:港?元|港币|港幣|dollars?|HKD|蚊|块钱)", re.I)


def chinese_number(text: str) -> Decimal | None:
    """The value of a Chinese numeral (`三百二十一`, `一千五百万`, `二零二四`), or None when it is none."""
    if not text:
        return None
    if all(c in _ZH_DIGITS for c in text):
        return Decimal("".join(str(_ZH_DIGITS[c]) for c in text))
    for scales, factor in (("亿億", 10**8), ("万萬", 10**4)):
        head, scale, tail = _split_at(text, scales)
        if scale:
            high = chinese_number(head) if head else Decimal(1)
            low = chinese_number(tail) if tail else Decimal(0)
            return None if high is None or low is None else high * factor + low
    section = digit = 0
    for c in text:
        if c in _ZH_UNITS:
            section += (digit or 1) * _ZH_UNITS[c]
            digit = 0
        elif c in _ZH_DIGITS:
            digit = _ZH_DIGITS[c]
        else:
            return None
    return Decimal(section + digit)


def _split_at(text: str, characters: str) -> tuple[str, str, str]:
    at = max(text.rfind(character) for character in characters)
    return (text[:at], text[at], text[at + 1 :]) if at >= 0 else ("", "", text)


def _english_number(text: str) -> Decimal:
    total = current = 0
    for word in re.split(r"[-\s]+", text.lower()):
        if word in _EN_SMALL or word in _EN_TENS:
            current += _EN_SMALL.get(word, 0) + _EN_TENS.get(word, 0)
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _EN_SCALES:
            total += (current or 1) * _EN_SCALES[word]
            current = 0
    return Decimal(total + current)


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _small_int(text: str) -> int:
    value = Decimal(text) if text.isascii() else chinese_number(text)
    return int(value) if value is not None else 0


def _date_value(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = parts.get("y")
    month = parts.get("m")
    day = parts.get("d")
    year_text = f"{_small_int(year):04d}" if year else "-"
    if not month:
        return year_text
    number = MONTH_NUMBERS.get(month.lower()) or _small_int(month)
    return f"{year_text}-{number:02d}" + (f"-{_small_int(day):02d}" if day else "")


def _share_value(match: re.Match[str]) -> Decimal | None:
    parts = match.groupdict()
    if parts.get("tenths"):
        return Decimal(_small_int(parts["tenths"]) * 10 + (5 if parts["half"] else 0))
    if parts.get("zh"):
        whole, _, fraction = parts["zh"].replace("點", "点").partition("点")
        value = Decimal(whole) if whole.replace(".", "").isdigit() and whole.isascii() else chinese_number(whole)
        digits = "".join(str(_ZH_DIGITS.get(c, "")) for c in fraction)
        return value + Decimal(f"0.{digits}") if value is not None and digits else value
    return _digits(parts["n"])


def _digits(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text))


def _number_value(match: re.Match[str]) -> Decimal | None:
    parts = match.groupdict()
    if parts.get("n"):
        value = _digits(parts["n"])
        for scale in parts.get("scale") or "":
            value *= _ZH_SCALES[scale]
        word = (parts.get("enscale") or "").lower()
        return value * {"bn": 10**9, "mn": 10**6, "m": 10**6, **_EN_SCALES}.get(word, 1)
    if parts.get("zh"):
        return chinese_number(parts["zh"])
    return _english_number(parts["en"])


def _quantity(kind: QuantityKind, match: re.Match[str], text: str) -> Quantity | None:
    if kind == "date":
        following = match.groupdict().get("next")
        if following and (_small_int(match["y"]) + 1 - _small_int(following)) % 100:
            return None
        return Quantity(kind, _date_value(match), match.start(), match.end())
    value = _share_value(match) if kind == "share" else _number_value(match)
    if value is None:
        return None
    money = kind == "number" and bool(
        _CURRENCY_BEFORE.search(text[max(0, match.start() - 6) : match.start()])
        or _CURRENCY_AFTER.match(text, match.end())
    )
    spelled = not any(c.isdigit() and c.isascii() for c in match.group())
    return Quantity(kind, _plain(value), match.start(), match.end(), money, spelled)


@lru_cache(maxsize=8192)  # the same sentences are read again for question after question
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every date, share and number of `text`, in order, none overlapping another (dates win over numbers)."""
    found: list[Quantity] = []
    taken = bytearray(len(text))
    kinds: list[tuple[QuantityKind, list[re.Pattern[str]]]] = [
        ("date", _DATE_PATTERNS),
        ("share", _SHARE_PATTERNS),
        ("number", _NUMBER_PATTERNS),
    ]
    for kind, patterns in kinds:
        for match in _matches(patterns, text):
            if any(taken[match.start() : match.end()]):
                continue
            quantity = _quantity(kind, match, text)
            if quantity:
                found.append(quantity)
                taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _matches(patterns: list[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def date_parts(value: str) -> list[str]:
    """A canonical date and the coarser ones that contain it: `2024-06-11` → itself, `2024-06`, `2024`, `--06-11`."""
    if value.startswith("--"):
        return [value]
    parts = value.split("-")
    coarser = ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return [*coarser, f"--{parts[1]}-{parts[2]}"] if len(parts) == 3 else coarser
