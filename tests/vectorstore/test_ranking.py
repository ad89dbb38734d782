"""The best scores and their places are those of a plain sort, ties included."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.ranking import best, ranks

RANKED = st.lists(st.tuples(st.sampled_from([-1.5, 0.0, 0.25, 3.0]), st.booleans()), max_size=30)


@given(RANKED, st.integers(0, 35))
def test_the_best_are_those_of_a_plain_sort(ranked: list[tuple[float, bool]], k: int) -> None:
    scores = np.array([score for score, _ in ranked], np.float32)
    among = np.array([counts for _, counts in ranked], np.bool_)
    expected = sorted(np.flatnonzero(among).tolist(), key=lambda i: (-scores[i], i))
    assert best(scores, among, k) == expected[:k]
    places = {number: place for place, number in enumerate(expected, 1)}
    everyone = list(range(len(ranked)))
    assert ranks(scores, among, everyone) == [places.get(number) for number in everyone]
