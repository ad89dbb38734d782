"""The parts of a thing that texts number or letter: phase 2, 第三轮, category B, route K12."""

from __future__ import annotations

import re

Part = tuple[str, str]
"""What is divided (a phase, a round, the letters of a code), and which one it is."""

_CHINESE = "一二三四五六七八九十"
_WORDS = {
    word: str(number)
    for words in ("first second third fourth fifth sixth", "one two three four five six", "i ii iii iv v vi")
    for number, word in enumerate(words.split(), 1)
}
_KINDS = {
    "期": "phase",
    "阶段": "phase",
    "phase": "phase",
    "stage": "phase",
    "轮": "round",
    "round": "round",
    "代": "generation",
    "generation": "generation",
    "批": "batch",
    "batch": "batch",
    "类": "category",
    "类别": "category",
    "category": "category",
    "class": "category",
    "号": "number",
    "no": "number",
    "signal": "number",
    "t": "number",  # a tropical cyclone's signal, as it is typed
}
_NUMBERED = r"phase|stage|round|generation|batch|category|class"
_PATTERNS = (
    re.compile(rf"第(?P<which>[{_CHINESE}]|\d{{1,2}})(?P<kind>期|阶段|轮|代|批)"),
    re.compile(rf"(?<=[\u4e00-\u9fff])(?<![月第])(?P<which>[{_CHINESE}])(?P<kind>号)(?![码召])"),
    re.compile(r"(?<![月第\d])(?P<which>\d{1,2})(?P<kind>号)(?=风球|波|信号|热带)"),
    re.compile(r"\b(?P<kind>no)\.?\s?(?P<which>\d{1,2})\b(?!,\d)"),
    re.compile(r"\b(?P<kind>signal) (?P<which>\d{1,2})\b"),
    re.compile(r"(?<![a-z])(?P<which>[a-h])\s?(?P<kind>类别|类)"),
    re.compile(rf"\b(?P<kind>{_NUMBERED})s?\s(?P<which>\d{{1,2}}|[b-h]|i{{2,3}}|i?v|one|two|three|four|five|six)\b"),
    re.compile(rf"\b(?P<which>first|second|third|fourth|fifth|sixth)\s(?P<kind>{_NUMBERED})\b"),
    re.compile(r"(?<![a-z0-9-])(?P<kind>[a-z]{1,2})(?P<which>\d{1,3})(?![a-z0-9])"),
)

_OR_ABOVE = re.compile(r"[\w\s]{0,10}\bor (?:above|higher)\b|[\w\s]{0,10}?[或及]以上")
_HIGHEST = 12
"""Signals, phases and the like are not numbered further."""


def find_parts(text: str) -> list[tuple[Part, int, int]]:
    """The parts that a folded text names, and where: start and end (exclusive) in code points."""
    return [
        ((_KINDS.get(match["kind"], match["kind"]), _number(match["which"])), match.start(), match.end())
        for pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]


def parts_in(text: str) -> frozenset[Part]:
    """The parts that a folded text names, with those above one of which it says "or above"."""
    found = find_parts(text)
    above = [
        (kind, str(number))
        for (kind, which), _, end in found
        if which.isdigit() and _OR_ABOVE.match(text, end)
        for number in range(int(which) + 1, _HIGHEST + 1)
    ]
    return frozenset(part for part, _, _ in found) | frozenset(above)


def _number(which: str) -> str:
    if which in _CHINESE:
        return str(_CHINESE.index(which) + 1)
    return _WORDS.get(which, which)


def speaks_of_parts(asked: frozenset[Part], text: str, around: str) -> bool:
    """Whether a folded text speaks of the parts that are asked for, or of none of their kind.

    One may be named in its titles as well, `around`.
    """
    kinds, near = {kind for kind, _ in parts_in(text)}, parts_in(around)
    return all(part in near for part in asked if part[0] in kinds)
