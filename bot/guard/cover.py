"""How much of a draft's wording its evidence shares: the share of its content words, rare ones weighing more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.guard.claims import find_claims, held_keys
from bot.guard.meaning import directions
from bot.lexicon import question_patterns
from vectorstore.corpus import Corpus
from vectorstore.tokens import chinese_words, stem

THRESHOLD = 0.55
"""Least cover of a draft that is borne out."""
TITLE_CREDIT, PASSAGE_CREDIT = 0.7, 0.3
"""What a word counts that only the section title, or only another sentence of the passage, holds."""
STRETCH, LEAST_IN_STRETCH = 5, 0.4
"""Content words in a row, and the least cover of any such row, and of any clause of two content words or more.

One word is enough where the clause speaks of a change or a rank and gives no value ("which rose sharply").
"""
VALUE_WEIGHT = 1.5
"""What a value counts that the evidence bears out (a rare word counts about 6)."""
_CLAUSE = re.compile(
    r"(?<!\d)[,，]|[,，](?!\d)|[;；。!！?？:：]|\.\s"
    r"|\b(?:because|so that|so as to|in order to|due to|owing to|thanks to|as a result|unless|although|though|despite"
    r"|whereas|instead of)\b|因为|由于|目的|以便|为了|从而|导致|除非|虽然|不过"
)
_ELEMENT = re.compile(r"[a-z0-9]+(?:['’.][a-z0-9]+)*|[\u3400-\u9fff]+")


def content(folded: str) -> Iterator[str]:
    """The content words of a folded text; values and words of direction are left out, being checked by themselves."""
    rest = list(folded)
    for start, end in [*((c.start, c.end) for c in find_claims(folded)), *directions(folded)]:
        rest[start:end] = " " * (end - start)
    stopwords = question_patterns().stopwords
    for match in _ELEMENT.finditer("".join(rest)):
        if match.group()[0].isascii():
            if match.group() not in stopwords and len(match.group()) > 1:
                yield stem(match.group())
        else:
            yield from (word for word in chinese_words(match.group()) if word not in stopwords)


class Cover:
    """Measures cover by the rarity of words in the reports."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def of(self, draft: str, evidence: str, titles: str, passage: str) -> float:
        """The share of a folded draft's content that the folded evidence holds; 1 where there is no content.

        0 where a stretch of the draft has next to nothing of it: a true statement with an invented tail.
        """
        total = held = sum(weight for weight, _ in _values(draft, evidence))
        own = [self._part(word, evidence, titles) for word in content(draft)]
        clauses = [
            words + _values(clause, evidence)
            for clause in _CLAUSE.split(draft)
            if len(words := [self._part(word, evidence, titles) for word in content(clause)]) > 1
            or (words and directions(clause) and not find_claims(clause))
        ]
        stretches = [own[first : first + STRETCH] for first in range(len(own) - STRETCH + 1)]
        if any(_thin(parts) for parts in [*clauses, *stretches]):
            return 0.0
        parts = [self._part(word, evidence, titles, passage) for word in content(draft)]
        total += sum(weight for weight, _ in parts)
        held += sum(weight for _, weight in parts)
        return held / total if total else 1.0

    def _part(self, word: str, evidence: str, titles: str, passage: str = "") -> tuple[float, float]:
        """The weight of a word, and how much of it is held."""
        shares = _share(word, evidence), TITLE_CREDIT * _share(word, titles), PASSAGE_CREDIT * _share(word, passage)
        weight = self._weight(word)
        return weight, weight * max(shares)

    def _weight(self, word: str) -> float:
        return max(0.5, self._corpus.sentences.idf(word))


def _values(draft: str, evidence: str) -> list[tuple[float, float]]:
    """The values of a draft that the evidence holds, as parts."""
    held = held_keys(evidence)
    return [(VALUE_WEIGHT, VALUE_WEIGHT) for claim in find_claims(draft) if claim.keys & held]


def _thin(parts: Sequence[tuple[float, float]]) -> bool:
    """Whether next to nothing of some words (weight, weight held) is held."""
    return sum(held for _, held in parts) < LEAST_IN_STRETCH * sum(weight for weight, _ in parts)


def _share(word: str, text: str) -> float:
    if word[0].isascii():
        return float(word in _stems(text))
    if word in text:
        return 1.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    whole = sum(pair in text for pair in pairs) / len(pairs)
    single = 0.5 * sum(character in text for character in word) / len(word) if len(word) > 1 else 0.0
    return max(whole, single)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(match.group()) for match in _ELEMENT.finditer(text) if match.group()[0].isascii())
