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
_LATIN_PER_HAN_AT_MOST = 14.0
_ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
_SENTENCE = re.compile(r".*[。！？]|[A-Z].*[.!?]", re.S)
_ASIDE = re.compile(
    r"[A-Za-z0-9.+-]+@[A-Za-z0-9.-]+|(?:https?://|www\.)[A-Za-z0-9./-]+|\([^()]*\)|（[^（）]*）|「[^「」]*」"
)


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


def in_both_languages(line: str) -> bool:
    """Whether a line says its thing in both languages (`失物热线 Lost property hotline：2778 4166`); no sentence does,
    whatever names of the other language are in it."""
    if _SENTENCE.fullmatch(line.strip()):
        return False
    spoken = _ASIDE.sub(" ", line)
    han, latin = han_count(spoken), latin_count(spoken)
    return han >= 2 and han <= latin <= _LATIN_PER_HAN_AT_MOST * han and _ENGLISH_WORD.search(spoken) is not None


def has_words(text: str) -> bool:
    """Whether there is anything to read: a letter or a digit of any script."""
    return any(character.isalnum() for character in text)
