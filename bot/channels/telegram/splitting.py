"""Long texts → messages that Telegram takes, by its own count: UTF-16 units of what is shown."""

from __future__ import annotations

import re
import unicodedata

from bot.display import answer_sentences

MESSAGE_UNITS = 4096
"""What one message may hold, counted after the markup is taken away."""

_ENDS_OF_CLAUSES = re.compile(r"\n|(?<=[，、；：。！？])|(?<=[,;:.!?])(?=\s)")
_SPACE = re.compile(r"\s")
_MARKED = re.compile(r"\S(?:\s?\[\d{1,4}\])+")
_MARKER_REACH = 32
"""Characters before and after an offset in which a run of markers is looked for."""


_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_LONGEST_CLUSTER = 64  # code points; a longer pile of marks is not writing and may be cut


def units(text: str) -> int:
    """The length of a text in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def head(text: str, limit: int) -> str:
    """The longest beginning of `text` of at most `limit` units that cuts nothing which is written as one."""
    room = limit
    for index, character in enumerate(text):
        room -= units(character)
        if room < 0:
            return text[: _safe_cut(text, index)]
    return text


def tail(text: str, limit: int) -> str:
    """The longest end of `text` of at most `limit` units that cuts nothing which is written as one."""
    room = limit
    for index in range(len(text) - 1, -1, -1):
        room -= units(text[index])
        if room < 0:
            start = index + 1
            while start < len(text) and _is_inside(text, start):
                start += 1
            return text[start:]
    return text


def split_answer(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """The messages that an answer is sent as: each of at most `limit` units, cut between sentences.

    A sentence keeps its markers. One that is longer than a message is cut after a clause, else between words, else
    between characters as people see them. White space at a cut is dropped; nothing else is.
    """
    messages: list[str] = []
    current = ""
    for sentence in answer_sentences(text):
        if units((current + sentence).strip()) <= limit:
            current += sentence
            continue
        messages.append(current)
        *full, current = _pieces(sentence, limit)
        messages += full
    messages.append(current)
    return [message.strip() for message in messages if message.strip()]


def _pieces(sentence: str, limit: int) -> list[str]:
    pieces: list[str] = []
    rest = sentence
    while units(rest.strip()) > limit:
        rest = rest.lstrip()
        cut = _last_break(rest, len(head(rest, limit)) or 1)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]


def _last_break(text: str, end: int) -> int:
    """The best offset up to `end` to end a message at: after a clause, else before a space, else `end`."""
    for breaks in (_ENDS_OF_CLAUSES, _SPACE):
        offsets = [match.start() for match in breaks.finditer(text, end // 2, end)]
        fitting = [offset for offset in offsets if offset > 0 and not _is_inside(text, offset)]
        if fitting:
            return fitting[-1]
    return end


def _safe_cut(text: str, index: int) -> int:
    """The nearest offset at or before `index` that is inside nothing; `index` itself where there is none near."""
    for candidate in range(index, max(0, index - _LONGEST_CLUSTER), -1):
        if not _is_inside(text, candidate):
            return candidate
    return index


def _is_inside(text: str, index: int) -> bool:
    """Whether an offset falls inside a marker or inside one character as people see it."""
    if not 0 < index < len(text):
        return False
    before, after = text[index - 1], text[index]
    if unicodedata.combining(after) or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return True
    if after in _JOINERS or before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\U000e0020" <= after <= "\U000e007f":  # the tags of a flag
        return True
    if _is_regional(before) and _is_regional(after):
        run = index - 1
        while run > 0 and _is_regional(text[run - 1]):
            run -= 1
        return (index - run) % 2 == 1
    return _inside_marker(text, index)


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _inside_marker(text: str, index: int) -> bool:
    """Whether an offset separates a marker from its sentence, or cuts it."""
    near = max(0, index - _MARKER_REACH)
    return any(
        near + match.start() < index < near + match.end()
        for match in _MARKED.finditer(text[near : index + _MARKER_REACH])
    )
