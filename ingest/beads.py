"""Beads between two sequences of texts in two languages, in order: scores and the dynamic programme.

After W. A. Gale and K. W. Church, "A Program for Aligning Sentences in Bilingual Corpora", 1993; scored with vectors of
the texts as in B. Thompson and P. Koehn, "Vecalign", 2019.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.characters import han_count, latin_count

Vectors = NDArray[np.float32]
Shape = tuple[int, int]
"""How many Chinese and English items a bead holds."""

_LETTERS_PER_HAN = 3.3
_FACTS, _LENGTH = 0.25, 0.25  # weights beside the cosine, from a grid over the report's hand-checked pairs
_ENOUGH_FACTS = 8.0  # the weight of facts from which they count in full
_MERGE = 0.03  # what each item more in a bead must add


@dataclass(frozen=True, slots=True)
class Rules:
    """What beads are allowed: their shapes, the score that one must exceed, what a merger may lose to its best part."""

    shapes: tuple[Shape, ...]
    floor: float
    slack: float


@dataclass(frozen=True, slots=True)
class Items:
    """One side: a unit vector, a length (in Chinese characters) and a row of facts for each item."""

    vectors: Vectors
    lengths: Vectors
    facts: Vectors

    def pick(self, indexes: Sequence[int]) -> Items:
        """The same for some of the items."""
        at = list(indexes)
        return Items(self.vectors[at], self.lengths[at], self.facts[at])

    def joined(self, size: int) -> Items:
        """Row k stands for the `size` items that end at item k; where there are fewer, the first is repeated."""
        count = len(self.lengths)
        rows = np.maximum(np.arange(count)[:, None] - np.arange(size)[None, :], 0)
        vectors = (self.vectors * self.lengths[:, None])[rows].sum(axis=1)
        return Items(_unit(vectors), self.lengths[rows].sum(axis=1), self.facts[rows].max(axis=1))


def length(text: str) -> float:
    """The length of a text in Chinese characters; Latin letters and digits count for less."""
    return max(1.0, han_count(text) + (latin_count(text) + sum(map(str.isdigit, text))) / _LETTERS_PER_HAN)


def centred(rows: Vectors) -> Vectors:
    """Unit vectors without what all texts of a language share; few texts show little of it, so little is taken off."""
    return _unit(rows - rows.mean(axis=0) * (len(rows) / (len(rows) + 4)))


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit


def scores(zh: Items, en: Items, weights: Vectors, shape: Shape = (1, 1)) -> Vectors:
    """How much the items that end at row i and column j say the same, about 0 for unrelated text."""
    left, right = zh.joined(shape[0]), en.joined(shape[1])
    cosine = left.vectors @ right.vectors.T
    total = (left.facts @ weights)[:, None] + (right.facts @ weights)[None, :]
    dice = 2 * ((left.facts * weights) @ right.facts.T) / np.maximum(total, 1e-9)
    facts = (dice - 0.3) * np.minimum(total / _ENOUGH_FACTS, 1)
    ratio = np.abs(np.log(left.lengths[:, None] / right.lengths[None, :]))
    table: Vectors = (cosine + _FACTS * facts - _LENGTH * np.maximum(ratio - 0.3, 0)).astype(np.float32)
    return table


def best_beads(
    zh: Items, en: Items, weights: Vectors, rules: Rules, prior: Vectors | None = None
) -> list[tuple[range, range]]:
    """The beads, in order on both sides, that carry the most text at the best scores.

    `weights` are the facts'; `prior` is added to the score of each pair.
    """
    n, m = len(zh.lengths), len(en.lengths)
    gains = {shape: gain.tolist() for shape, gain in _gains(zh, en, weights, rules, prior)}
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    step: list[list[Shape]] = [[(1, 0)] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            top, move = (best[i - 1][j], (1, 0)) if best[i - 1][j] >= best[i][j - 1] else (best[i][j - 1], (0, 1))
            for (a, b), gain in gains.items():
                if i >= a and j >= b and (value := best[i - a][j - b] + gain[i - 1][j - 1]) > top:
                    top, move = value, (a, b)
            best[i][j], step[i][j] = top, move
    return _walk_back(step, n, m)


def _gains(
    zh: Items, en: Items, weights: Vectors, rules: Rules, prior: Vectors | None
) -> Iterator[tuple[Shape, Vectors]]:
    """For each shape of bead, what one that ends at row i and column j adds to the whole."""
    single = scores(zh, en, weights)
    for a, b in rules.shapes:
        if a > len(zh.lengths) or b > len(en.lengths):
            continue
        score = single.copy() if a == b == 1 else scores(zh, en, weights, (a, b))
        if a + b > 2:
            parts = np.array([_shifted(single, i, j) for i in range(a) for j in range(b)])
            score[score < parts.max(axis=0) - rules.slack] = -1
            score -= _MERGE * (a + b - 2)
        size = zh.joined(a).lengths[:, None] + en.joined(b).lengths[None, :]
        yield (a, b), size * (score - rules.floor + (0 if prior is None else prior))


def _shifted(table: Vectors, rows: int, columns: int) -> Vectors:
    """`table` with each cell moved down and right, the first row and column repeated."""
    padded: Vectors = np.pad(table, ((rows, 0), (columns, 0)), mode="edge")
    return padded[: table.shape[0], : table.shape[1]]


def _walk_back(step: list[list[Shape]], i: int, j: int) -> list[tuple[range, range]]:
    beads = []
    while i and j:
        a, b = step[i][j]
        if a and b:
            beads.append((range(i - a, i), range(j - b, j)))
        i, j = i - a, j - b
    return beads[::-1]
