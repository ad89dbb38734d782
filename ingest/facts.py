"""Numbers, dates and Latin words that a sentence shares with its translation, in one form for both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.sentences import clean

_DIGITS = {
    character: value
    for value, characters in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for character in characters
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
}
_WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split(),
        (*range(1, 13), 15, 20, 30, 40, 50),
        strict=True,
    )
)
_MONTHS = {name: month for month, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_NUMBER = re.compile(
    r"(\d{1,3}(?:[ ,]\d{3}){1,4}(?!\d)(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)\s*"
    r"(万|萬|亿|億|hundred|thousand|million|billion)?",
    re.I,
)
_CHINESE_NUMBER = re.compile("[零〇一二两三四五六七八九十百千]{1,9}[万亿]?")
_CHINESE_MONTH = re.compile(r"([一二三四五六七八九十\d]{1,2})月")
_ENGLISH_MONTH = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b"
)
_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z]+")


def facts_of(text: str) -> frozenset[str]:
    """Numbers by value (`2.98 亿` and `298 million` alike), months, and Latin words in lower case."""
    reading = clean(text)
    months = {f"month {_chinese_value(m[1])}" for m in _CHINESE_MONTH.finditer(reading)}
    months |= {f"month {_MONTHS[m[1].lower()]}" for m in _ENGLISH_MONTH.finditer(reading)}
    words = {word.lower() for word in _ENGLISH_WORD.findall(reading)}
    numbers = {_value(m[1], m[2]) for m in _NUMBER.finditer(reading)}
    numbers |= {_chinese_value(m[0]) for m in _CHINESE_NUMBER.finditer(reading)}
    numbers |= {str(_WORDS[word]) for word in words & _WORDS.keys()}
    return frozenset(months | words | numbers)


def _value(digits: str, scale: str | None) -> str:
    value = float(re.sub("[ ,]", "", digits)) * (_SCALES[scale.lower()] if scale else 1)
    return f"{value:.6g}" if value % 1 else str(round(value))


def _chinese_value(text: str) -> str:
    """A number in Chinese characters (`二零二四`, `三十一`, `两`) or digits as digits."""
    if text.isdigit():
        return str(int(text))
    scale = _SCALES.get(text[-1], 1)
    body = text[:-1] if scale > 1 else text
    if not set(body) & _UNITS.keys():
        return str(int("".join(str(_DIGITS[c]) for c in body) or "1") * scale)
    total, digit = 0, 0
    for character in body:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return str((total + digit) * scale)


def fact_matrices(
    chinese: Sequence[frozenset[str]], english: Sequence[frozenset[str]]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Rows of 0 and 1 for each side over the facts that count, and the weight of each: the rarer the heavier.

    An English word counts only where Chinese text has it too: it is no fact that the translation should show.
    """
    in_chinese = Counter(fact for facts in chinese for fact in facts)
    in_english = Counter(fact for facts in english for fact in facts)
    kept = [f for f in {**in_chinese, **in_english} if not (f.isalpha() and f not in in_chinese)]
    column = {fact: at for at, fact in enumerate(kept)}
    size = len(chinese) + len(english)
    weights = np.array([np.log((size + 1) / (in_chinese[f] + in_english[f])) for f in kept], dtype=np.float32)
    sides = []
    for side in (chinese, english):
        rows = np.zeros((len(side), len(kept)), dtype=np.float32)
        for at, facts in enumerate(side):
            rows[at, [column[fact] for fact in facts if fact in column]] = 1
        sides.append(rows)
    return sides[0], sides[1], weights
