"""What the reading model reads: a passage below its section's title, as reading text; and the way back to the quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.sentences import clean
from vectorstore.schema import Passage
from vectorstore.tokens import convert_script

_MARKS = r"[\s*\\]*"
"""What `clean` may take out between two characters of a quote."""


@dataclass(frozen=True, slots=True)
class Window:
    """The text of a passage for the model, in Simplified characters, and where each of its sentences stands in it."""

    text: str
    sentences: tuple[tuple[int, int], ...]


@lru_cache(maxsize=4096)
def window_of(passage: Passage) -> Window:
    """The window of a passage: its innermost title, a line break, and its sentences."""
    title = passage.section[-1].in_language(passage.language) if passage.section and passage.role != "heading" else ""
    text = convert_script(title, "hk2s") + "\n" if title else ""
    sentences: list[tuple[int, int]] = []
    for sentence in passage.sentences:
        reading = convert_script(clean(passage.slice(sentence.start, sentence.end)), "hk2s")
        sentences.append((len(text), len(text) + len(reading)))
        text += reading + (" " if passage.language == "en" else "")
    return Window(text.rstrip(), tuple(sentences))


def alone(window: Window, number: int, items: Sequence[str] = ()) -> Window:
    """One sentence of a window below its title, with the items that it announces as one text."""
    title, (start, end) = window.text[: window.sentences[0][0]], window.sentences[number]
    text = title + " ".join([window.text[start:end], *(convert_script(clean(item), "hk2s") for item in items)])
    return Window(text, ((len(title), len(text)),))


def locate(answer: str, quote: str) -> tuple[int, int] | None:
    """Where the words of an answer, as the model read them, stand in the verbatim quote; None where they do not."""
    characters = [re.escape(character) for character in answer if not character.isspace()]
    if not characters:
        return None
    simplified = convert_script(quote, "hk2s")
    if len(simplified) != len(quote):
        return None
    match = re.search(_MARKS.join(characters), simplified)
    return match.span() if match else None
