"""Mistyped English words → the words of the reports that they were meant to be.

A word is looked for one edit away: a letter left out, doubled, exchanged or swapped with the next (Norvig, 2007, "How
to Write a Spelling Corrector"; most mistyped words are, Damerau, 1964). Words that a dictionary knows stay as they are,
and so does what may be a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from bot.lexicon import question_patterns, synonyms
from vectorstore.tokens import stem

SHORTEST = 5
"""Letters; of a shorter word too many others are one edit away, unless two of its letters changed places."""
CLIPPED = 3
"""Letters that a clipped word lacks, and a mistyped one does not."""
LONG_NAME = 7
"""Letters from which on a name is mended too; of the names of people, which are shorter, two may be one edit apart."""
_WORD = re.compile(r"(?<![A-Za-z0-9'-])[A-Za-z][a-z]{3,}(?![A-Za-z0-9'-])")
_NAME_OF_TWO = re.compile(r"(?<![A-Za-z0-9'-])[A-Z][a-z]+ [A-Z][a-z]+(?![A-Za-z0-9'-])")
_CANTONESE_NAME = re.compile(
    r"(?:ts|ch|kw|gw|ng|sh|[bpmfdtnlgkhswyj])?(?:a|ai|au|am|an|ang|ap|at|ak|aw|ay|e|ee|ei|eng|ek|eu|eung|euk|i|iu|im|in"
    r"|ing|ip|it|ik|o|oi|on|ong|ot|ok|oo|oon|ook|ou|ow|or|u|ue|uen|uet|ui|un|ung|ut|uk|um)"
)


class Spelling:
    """Mends questions. Safe to call from several threads."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are those of the reports."""
        self._texts = texts

    def mended(self, question: str) -> str:
        """`question` with its mistyped English words as they were meant, and all else as it is."""
        return _WORD.sub(lambda match: self._mended(match.group(), begins=match.start() == 0), question)

    def _mended(self, word: str, *, begins: bool) -> str:
        is_name = word[0].isupper() and not begins and len(word) < LONG_NAME
        lower = word.lower()
        if lower in self._run_together and lower not in self._words and lower not in self._dictionary:
            return self._run_together[lower]
        if is_name or _CANTONESE_NAME.fullmatch(lower) or self._is_known(lower):
            return word
        near = [w for w in self._dictionary.edit_distance_1(lower) if w in self._words and _is_slip(lower, w)]
        return max(near, key=lambda other: self._likeliness(lower, other), default=word)

    def _is_known(self, word: str) -> bool:
        """Whether a word stands in the reports, clipped (admin) or not, or in the dictionary."""
        root = stem(word)  # "hotlin" is the stem of "hotline", and no word
        if (
            word in self._words
            or word in question_patterns().spelled
            or (root != word and root in self._stems)
            or word in self._dictionary
        ):
            return True
        return any(len(whole) >= len(word) + CLIPPED and whole.startswith(word) for whole in self._words)

    def _likeliness(self, word: str, other: str) -> tuple[bool, bool, int, str]:
        return sorted(word) == sorted(other), word[0] == other[0], self._words[other], other

    @cached_property
    def _words(self) -> Counter[str]:
        """The words of the reports and of our own tables, by how often they stand there."""
        patterns, table = question_patterns(), synonyms()
        said = [
            *patterns.stopwords,
            *patterns.attributes,
            *table.words,
            *(w for ws in table.words.values() for w in ws),
        ]
        return Counter(re.findall(r"[a-z]{4,}", "\n".join([*self._texts, *said]).lower()))

    @cached_property
    def _run_together(self) -> Mapping[str, str]:
        """Names of two words that the reports have, by how they are typed as one (wanchai)."""
        names = {match.group() for text in self._texts for match in _NAME_OF_TWO.finditer(text)}
        return {name.replace(" ", "").lower(): name for name in names}

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(map(stem, self._words))

    @cached_property
    def _dictionary(self) -> Any:
        """Loaded with the first word that stands in no report: a tenth of a second, 36 MB."""
        from spellchecker import SpellChecker

        return SpellChecker(language="en", distance=1)


def _is_slip(word: str, other: str) -> bool:
    return len(word) >= SHORTEST or sorted(word) == sorted(other)
