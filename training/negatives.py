"""Paragraphs that speak of a question's words and do not answer it, found by BM25 inside its source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import bm25s

from training.sources import Pair, Paragraph

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
TOP = 8


class Negatives:
    """The hard negatives of one source's questions."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._paragraphs = list(dict.fromkeys(pair.paragraph for pair in pairs))
        self._of_document: dict[str, list[Paragraph]] = defaultdict(list)
        for paragraph in self._paragraphs:
            self._of_document[paragraph.document].append(paragraph)
        questions = list(dict.fromkeys(pair.question for pair in pairs))
        self._nearest = dict(zip(questions, self._search(questions), strict=True))

    def same_document(self, pair: Pair, random: Random) -> Paragraph | None:
        """Another paragraph of the same document without the answer's words; None where there is none."""
        return _choose(self._of_document[pair.paragraph.document], pair, random)

    def nearest(self, pair: Pair, random: Random) -> Paragraph | None:
        """One of BM25's first eight, as `same_document`."""
        return _choose([self._paragraphs[number] for number in self._nearest[pair.question]], pair, random)

    def first(self, pair: Pair) -> Paragraph | None:
        """BM25's best that does not hold the answer's words."""
        return next(iter(_usable([self._paragraphs[n] for n in self._nearest[pair.question]], pair)), None)

    def _search(self, questions: list[str]) -> list[list[int]]:
        index = bm25s.BM25()
        index.index([_words(paragraph.text) for paragraph in self._paragraphs], show_progress=False)
        found, _ = index.retrieve(
            [_words(question) for question in questions], k=min(TOP, len(self._paragraphs)), show_progress=False
        )
        numbers: list[list[int]] = found.tolist()
        return numbers


def _usable(paragraphs: Sequence[Paragraph], pair: Pair) -> list[Paragraph]:
    return [
        paragraph
        for paragraph in paragraphs
        if paragraph is not pair.paragraph and not any(answer in paragraph.text for answer in pair.answers)
    ]


def _choose(paragraphs: Sequence[Paragraph], pair: Pair, random: Random) -> Paragraph | None:
    usable = _usable(paragraphs, pair)
    return random.choice(usable) if usable else None


def _words(text: str) -> list[str]:
    """Words and, for Chinese, pairs of neighbouring characters."""
    units = _WORD.findall(text.lower())
    pairs = [a + b for a, b in pairwise(units) if not a.isascii() and not b.isascii()]
    return [unit for unit in units if unit.isascii()] + pairs or ["\0"]
