"""The best of many scores and the places of some of them, without sorting all; equal scores go by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.lexical import Scores


def best(scores: Scores, among: NDArray[np.bool_], k: int) -> list[int]:
    """The numbers of the `k` highest scores, best first."""
    chosen = np.flatnonzero(among)
    if 0 < k < len(chosen):
        least = np.partition(scores[chosen], -k)[-k]
        chosen = chosen[scores[chosen] >= least]
    order: list[int] = chosen[np.argsort(-scores[chosen], kind="stable")][:k].tolist()
    return order


def ranks(scores: Scores, among: NDArray[np.bool_], wanted: Sequence[int]) -> list[int | None]:
    """The places of the `wanted` in the order of `best`, counted from 1; None for one that is not `among` them."""
    chosen = np.flatnonzero(among)
    values = scores[chosen]
    ordered = np.sort(values)
    places: list[int | None] = []
    for number in wanted:
        higher = len(ordered) - np.searchsorted(ordered, scores[number], "right")
        equal_before = np.count_nonzero(values[: np.searchsorted(chosen, number)] == scores[number])
        places.append(int(1 + higher + equal_before) if among[number] else None)
    return places
