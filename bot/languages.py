"""In which language, other than English and Chinese, a text is written; None where it cannot be told."""

from __future__ import annotations

import re

from bot.lexicon import other_languages, question_patterns
from bot.question import is_chinese
from vectorstore.tokens import fold

LEAST_WORDS = 2
"""Words that show a language of Latin letters."""
LEAST_SHARE = 0.4
"""Least share of the letters that are not Latin, for a language of other letters."""
_APART = re.compile(r"[\s.,;:?!¿¡«»()\[\]{}\"'’“”„…/-]+")
_LATIN = re.compile(r"[a-zÀ-ɏ]", re.I)
_LETTER = re.compile(r"[^\W\d_]")


def other_language(text: str) -> str | None:
    """The two-letter code of a text's language, of those that `languages.toml` knows."""
    if is_chinese(text):
        return None
    folded = fold(text)
    letters = _LETTER.findall(folded)
    if len(_LATIN.findall(folded)) < (1 - LEAST_SHARE) * len(letters):
        return next((code for code, pattern in other_languages().letters if pattern.search(folded)), None)
    words = {word for word in _APART.split(folded) if word}
    counts = {code: len(words & own) for code, own in other_languages().words.items()}
    english = len(words & question_patterns().stopwords)
    first, second = sorted(counts.values(), reverse=True)[:2]
    if first < LEAST_WORDS or first in (second, english) or first < english:
        return None
    return max(counts, key=lambda code: counts[code])
