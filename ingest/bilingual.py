"""Lines in both languages: a title and its translation, a label with one figure for both."""

from __future__ import annotations

import re

from ingest.characters import han_count, latin_count
from ingest.sentences import clean, is_terminated
from vectorstore.schema import Language, Span, Title

_LONGEST_TITLE = 240  # both languages together
_IN_STREET, _HOUSE = re.compile(r"\d\s?[号號楼樓座室层層]"), re.compile(r"\d+[A-Z]?(?:[-–/]\d+[A-Z]?)? [A-Z]")
"""An address that has its number in both languages: 书局街 33 号 33 Shu Kuk Street."""
_TITLE_BEGINS = re.compile(r"[A-Z'‘“(]|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_BETWEEN = " \t\u3000/|·•–—"
"""What may stand between the languages of a line."""
_VALUE = re.compile(r"[:：][ \t]*(?:HK|US)?\$?(?!\d{4}[ -]?\d{4})\d")
"""A figure after a label; a telephone number stands beside the label of its language."""
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z&-]*[A-Z]s?(?: ?[:：=—–-]|\s{2,})")


def split_title(title: str, first: Language = "zh") -> int | None:
    """Where a title in two languages (`整体楼宇设计 Overall Building Design`) changes language; None if it does not.

    Two parts, one without Han characters, of lengths that a translation may have. What is Latin in the Chinese title
    (`推行 IT 策略`) stands with it; so English has all it may have where it comes first, and where it comes second.
    One English word before Chinese is a title of its own (`Turnout 投票率`) where English is the `first` language, else
    a name in a Chinese one (`Facebook 专页`).
    """
    if len(title) > _LONGEST_TITLE or not han_count(title) or not latin_count(title):
        return None
    found = None
    for gap in re.finditer(r"\s+", title):
        left, right = title[: gap.start()], title[gap.end() :]
        chinese, english = (left, right) if han_count(left) else (right, left)
        if han_count(english) or latin_count(chinese) > 2 * han_count(chinese) or not han_count(chinese):
            continue
        words = len(re.findall(r"[A-Za-z]{2,}", english))
        ratio = sum(character.isalnum() for character in english) / han_count(chinese)
        begins = _TITLE_BEGINS.match(english) or (_IN_STREET.search(chinese) and _HOUSE.match(english))
        if begins and 1.2 <= ratio <= 12 and words >= (1 if english is right or first == "en" else 2):
            if english is right:
                return gap.end()
            found = gap.end()
    return found


def halves_of(line: str, first: Language = "zh") -> tuple[Span, Span] | None:
    """Where a title in two languages has each, without what stands between them; None as `split_title`."""
    cut = split_title(line, first)
    return None if cut is None else (Span(0, len(line[:cut].rstrip(_BETWEEN))), Span(cut, len(line)))


def title_of(line: str) -> Title:
    """A line as a title: in both languages where it has both, else in its own."""
    parts = [line[slice(*half)] for half in halves_of(line) or ((0, len(line)),)]
    zh = next((part for part in parts if han_count(part)), "")
    return Title(clean(zh), clean(next((part for part in parts if part != zh), "")))


def shares_value(row: str, first: Language) -> bool:
    """Whether what a line says in both languages shares a figure (月票 / Monthly ticket: $320) or what it stands for
    (SOPC: 专科门诊 Specialist out-patient clinic)."""
    cut = None if is_terminated(row) else split_title(row, first)
    if cut is None:
        return False
    has_value = _VALUE.search(row, cut) is not None and _VALUE.search(row[:cut]) is None
    return has_value or _ABBREVIATION.match(row) is not None
