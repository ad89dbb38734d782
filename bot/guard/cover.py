"""How much of a draft's wording its evidence shares: the share of its content words, rare ones weighing more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.guard.claims import find_claims, held_keys
from bot.guard.meaning import directions
from bot.lexicon import question_patterns
from vectorstore.corpus import Corpus
from vectorstore.tokens import chinese_words, stem

THRESHOLD = 0.55
"""Least cover of a draft that is borne out."""
TITLE_CREDIT, PASSAGE_CREDIT = 0.7, 0.3
"""What a word counts that only the section title, or only another sentence of the passage, holds."""
STRETCH, LEAST_IN_STRETCH = 5, 0.3
"""Content words in a row, and the least cover of any such row."""
VALUE_WEIGHT = 1.5
"""What a value counts that the evidence bears out (a rare word counts about 6)."""
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
        total = held = VALUE_WEIGHT * sum(bool(claim.keys & held_keys(evidence)) for claim in find_claims(draft))
        parts: list[tuple[float, float]] = []
        for word in content(draft):
            weight = self._weight(word)
            share = max(
                _share(word, evidence), TITLE_CREDIT * _share(word, titles), PASSAGE_CREDIT * _share(word, passage)
            )
            parts.append((weight, weight * share))
        for first in range(len(parts) - STRETCH + 1):
            stretch = parts[first : first + STRETCH]
            if sum(part[1] for part in stretch) < LEAST_IN_STRETCH * sum(part[0] for part in stretch):
                return 0.0
        total += sum(part[0] for part in parts)
        held += sum(part[1] for part in parts)
        return held / total if total else 1.0

    def _weight(self, word: str) -> float:
        return max(0.5, self._corpus.sentences.idf(word))


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
