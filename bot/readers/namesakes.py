"""Things of one kind by their names (two parks, two ships): what is said of one is not said of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from bot.lexicon import question_patterns
from vectorstore.tokens import fold

_DETERMINERS = "该個个这這那些各所间間新旧舊本两兩条條每哪几幾座有的在到同和与及"
_NO_NAMES = frozenset({"new", "old", "main"})
_ENGLISH = re.compile(r"(?:[A-Z][\w'’-]*\s)+[A-Z][a-z]{2,}")


class Name(NamedTuple):
    """What stands before a kind, two characters or a word, and the kind: 树湾 码头, lan hall; folded."""

    before: str
    kind: str

    @property
    def whole(self) -> str:
        """As it stands in a folded text."""
        return f"{self.before} {self.kind}" if self.kind.isascii() else self.before + self.kind


def namesakes(question: str, text: str) -> Iterator[tuple[Name, Name]]:
    """Each name that a question has of a kind of which a sentence names another one, and that other one.

    A question's names may lack their capitals.
    """
    for said in names_in(text):
        for asked in _asked(question, said.kind):
            if asked != said:
                yield asked, said


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[Name]:
    """The names in a text: in English, two words with capitals; in Chinese, a kind with two characters before it."""
    english = (match.group().lower().split() for match in _ENGLISH.finditer(text))
    return frozenset(Name(words[-2], words[-1]) for words in english) | _chinese_names(fold(text))


@lru_cache(maxsize=4096)
def _asked(question: str, kind: str) -> set[Name]:
    """The names of one kind in a question, without what is no name (the park, 该公园)."""
    folded = fold(question)
    if not kind.isascii():
        return {name for name in _chinese_names(folded) if name.kind == kind}
    words = set(re.findall(rf"([a-z][\w'-]*) {re.escape(kind)}\b", folded))
    words -= question_patterns().stopwords | question_patterns().attributes | _NO_NAMES
    return {Name(word, kind) for word in words}


def _chinese_names(folded: str) -> frozenset[Name]:
    return frozenset(Name(*found) for found in _chinese().findall(folded))


@cache
def _chinese() -> re.Pattern[str]:
    kinds = "|".join(sorted(question_patterns().namesakes, key=len, reverse=True))
    return re.compile(rf"(?<=([\u4e00-\u9fff][\u4e00-\u9fff]))(?<![{_DETERMINERS}])({kinds})")
