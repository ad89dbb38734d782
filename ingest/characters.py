"""Which language a stretch of text is written in, by its characters."""

from __future__ import annotations

import re

from vectorstore.schema import Language

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""The Han ideographs, as the inside of a regular expression's character class."""

CJK = HAN + "\u3000-\u303f\uff00-\uff65"
"""Han ideographs with the punctuation set between them (full-width forms included)."""

_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LATIN_PER_HAN = 3.0  # an English translation has three to four letters for each Chinese character


def han_count(text: str) -> int:
    """How many Han characters `text` has."""
    return len(_HAN.findall(text))


def latin_count(text: str) -> int:
    """How many Latin letters `text` has."""
    return len(_LATIN.findall(text))


def language_of(text: str) -> Language | None:
    """Chinese or English by which carries more of the text; None where there are no letters."""
    han, latin = han_count(text), latin_count(text)
    if not han and not latin:
        return None
    return "zh" if han * _LATIN_PER_HAN >= latin else "en"


def has_words(text: str) -> bool:
    """Whether there is anything to read: a letter or a digit of any script."""
    return any(character.isalnum() for character in text)
