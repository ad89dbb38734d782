"""Answers and quotes as a person reads them: sentences kept with their markers, quotes with stretches marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from bot.answer import Register
from bot.grounding import in_script, shown
from ingest.sentences import clean, split_sentences

_MARKERS = re.compile(r"(?:\s*\[\d+\])+[。．.!?！？）)]?")
_SPACE = re.compile(r"\s*")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ABBREVIATION = 5  # letters; a heading of shorter words alone may be one
_SMALL_WORDS = frozenset("a an and at by for from in of on or the to with".split())


class TitleLike(Protocol):
    """A section title in both languages: `vectorstore.schema.Title` or `bot.answer.TitlePair`."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def answer_sentences(text: str) -> list[str]:
    """The sentences of an answer, each with the markers and the white space after it; joined they are the text."""
    sentences: list[str] = []
    begin = 0
    for end in _sentence_ends(text):
        if end > begin:
            sentences.append(text[begin:end])
            begin = end
    return sentences


def _sentence_ends(text: str) -> list[int]:
    ends: list[int] = []
    start = 0
    for line in text.splitlines(keepends=True):
        for span in split_sentences(text, start, start + len(line)):
            markers = _MARKERS.match(text, span.end)
            space = _SPACE.match(text, markers.end() if markers else span.end)
            assert space is not None  # no white space matches too
            ends.append(space.end())
        start += len(line)
    return [*ends, len(text)]


def shown_parts(parts: Sequence[str], register: Register) -> tuple[str, ...]:
    """Neighbouring verbatim stretches of one text as a reader of `register` sees them: joined, they read as the whole.

    Marks of recognition and white space at a seam are gone, or fall to either side.
    """
    cleaned = _reading("".join(parts))
    ends = _seams(parts, cleaned)
    reading = in_script(cleaned, register)
    if len(reading) != len(cleaned):  # no entry of the script tables does this today
        return tuple(in_script(cleaned[start:end], register) for start, end in zip([0, *ends], ends, strict=False))
    return tuple(reading[start:end] for start, end in zip([0, *ends], ends, strict=False))


def _reading(text: str) -> str:
    """The reading text of a verbatim stretch; the script tables take no lone surrogates."""
    return clean(_SURROGATES.sub("\ufffd", text))


def _seams(parts: Sequence[str], cleaned: str) -> list[int]:
    """Where each part ends in `cleaned`, which holds what is left of their characters, in their order."""
    ends: list[int] = []
    position = 0
    for part in parts:
        for character in part:
            if position < len(cleaned) and _same(character, cleaned[position]):
                position += 1
        ends.append(position)
    return [*ends[:-1], len(cleaned)]


def _same(verbatim: str, read: str) -> bool:
    return verbatim == read or (verbatim.isspace() and read == " ") or read == "\ufffd"


def shown_quote(text: str, register: Register) -> str:
    """A verbatim quote as a reader of `register` sees it in an answer."""
    return shown(_SURROGATES.sub("\ufffd", text), register)


def shown_titles(title: TitleLike, register: Register) -> tuple[str, str]:
    """A section's title for a reader of `register`, and its title in the other language; either may be empty.

    Headings set in capitals are written as titles are.
    """
    english = _title_case(_reading(title.en))
    chinese = _reading(title.zh)
    if register != "en":
        chinese = in_script(chinese, register)
    own, other = (english, chinese) if register == "en" else (chinese, english)
    return (own, other) if own else (other, "")


def _title_case(title: str) -> str:
    if not title.isupper() or max(map(len, title.split())) <= _ABBREVIATION:
        return title
    words = [word if _keeps_capitals(word) else word.capitalize() for word in title.split()]
    return " ".join([words[0], *(word.lower() if word.lower() in _SMALL_WORDS else word for word in words[1:])])


def _keeps_capitals(word: str) -> bool:
    return not word.isalpha() and any(character.isdigit() or character in "()" for character in word)
