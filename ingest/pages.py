"""What stands on every page of a text that was taken from a PDF: the page's number, and the line that runs along."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.characters import has_words

_NUMBER = r"(?:page\s*|p\.\s*)?(\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?"
_ALONE = re.compile(rf"[-–—|\s]*(?:{_NUMBER}|第\s*(\d{{1,4}})\s*[页頁])[-–—|\s]*", re.I)
_BESIDE = re.compile(r"(?:(\d{1,4})[\s|]+)?(\D.*?)(?:[\s|]+(\d{1,4}))?")
_LINE = re.compile(r"[^\n\f]+")
_LONGEST = 150
_LINES_OF_A_PAGE = 4
"""The fewest lines between two page numbers."""
_FEWEST = 3
_SHARE = 0.8  # the cover and the contents may have no number
_STEP, _STEP_BESIDE = 2, 5
"""How far a number rises: left and right pages may have lines of their own, and some pages none."""


def without_page_lines(text: str) -> str:
    """The text, as long as it was, with line breaks in place of page numbers and of lines that run along with them.

    A page number stands alone or at an end of such a line, and rises from page to page. A line without a number runs
    along if it stands on three pages, on nearly all of them beside a page number, or first or last on the page.
    """
    spans = [match.span() for match in _LINE.finditer(text) if has_words(match.group())]
    lines = [" ".join(text[start:end].split()) for start, end in spans]
    found = _numbered(lines)
    breaks = {at for at, (start, _) in enumerate(spans) if at and "\f" in text[spans[at - 1][1] : start]}
    found |= _running(lines, found, {0, *breaks, len(lines)})
    pieces, after = [], 0
    for start, end in (spans[at] for at in sorted(found)):
        pieces += [text[after:start], "\n" * (end - start)]
        after = end
    return "".join([*pieces, text[after:]])


def _numbered(lines: Sequence[str]) -> set[int]:
    """The lines that hold the number of their page, and nothing else but what others hold beside theirs."""
    beside: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in enumerate(lines):
        if len(line) > _LONGEST:
            continue
        if alone := _ALONE.fullmatch(line):
            beside[""].append((at, int(alone[1] or alone[2])))
        elif (match := _BESIDE.fullmatch(line)) and (match[1] is None) != (match[3] is None):
            beside[match[2]].append((at, int(match[1] or match[3])))
    return {at for rest, numbers in beside.items() for at in _rising(numbers, _STEP_BESIDE if rest else _STEP)}


def _rising(numbers: Sequence[tuple[int, int]], step: int) -> list[int]:
    """The places of the longest run of numbers that rises by no more than `step` at a time; none if it is short."""
    before: list[int | None] = []
    lengths: list[int] = []
    last: dict[int, int] = {}  # where the longest run that ends in a number does so
    for index, (at, number) in enumerate(numbers):
        ends = [last[lower] for lower in range(number - step, number) if lower in last]
        ends = [end for end in ends if at - numbers[end][0] > _LINES_OF_A_PAGE]
        before.append(max(ends, key=lengths.__getitem__, default=None))
        lengths.append(1 + max((lengths[end] for end in ends), default=0))
        if number not in last or lengths[index] >= lengths[last[number]]:
            last[number] = index
    if max(lengths, default=0) < _FEWEST:
        return []
    found: list[int] = []
    end: int | None = lengths.index(max(lengths))
    while end is not None:
        found.append(numbers[end][0])
        end = before[end]
    return found


def _running(lines: Sequence[str], numbered: set[int], firsts: set[int]) -> set[int]:
    """The other lines that run along; `firsts` are the first lines of pages, and one after the last."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if at not in numbered and len(line) <= _LONGEST:
            places[line].append(at)
    found: set[int] = set()
    for repeated in places.values():
        edges = [at for at in repeated if {at - 1, at + 1} & numbered or {at, at + 1} & firsts]
        if len(edges) >= max(_FEWEST, _SHARE * len(repeated)):
            found |= set(repeated)
    return found
