"""Figures and their intervals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.figures import Figure, figure_of
from evaluation.metrics.base import Metric, Score

MEAN: Metric[Any] = Metric("mean", "mean", lambda records: {})
P95: Metric[Any] = Metric("p95", "p95", lambda records: {}, "p95", "lower")


def test_a_mean_is_weighed_and_counts_its_units() -> None:
    found = figure_of(MEAN, {"a": Score(2, 2), "b": Score(0), "c": Score(1)}, {})
    assert (found.value, found.n) == (0.75, 3)


def test_nothing_to_judge_is_no_figure_rather_than_a_zero() -> None:
    assert figure_of(MEAN, {}, {}) == Figure(value=None, n=0)


def test_one_cluster_tells_nothing_of_its_spread() -> None:
    found = figure_of(MEAN, {"a": Score(1), "b": Score(0)}, {"a": "g", "b": "g"})
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_questions_of_one_group_are_drawn_together() -> None:
    scores = {f"{group}{n}": Score(float(group % 2)) for group in range(20) for n in "abcd"}
    alone = figure_of(MEAN, scores, {})
    together = figure_of(MEAN, scores, {unit: unit[:-1] for unit in scores})
    assert alone.value == together.value == 0.5
    assert None not in (alone.low, alone.high, together.low, together.high)
    # Four copies of an observation are one: the interval is about twice as wide.
    assert 1.5 < (together.high - together.low) / (alone.high - alone.low) < 2.7  # type: ignore[operator]


def test_the_interval_of_a_share_is_near_the_textbooks() -> None:
    found = figure_of(MEAN, {str(n): Score(float(n < 80)) for n in range(100)}, {})
    # Normal approximation: 0.8 ± 1.96 · √(0.8 · 0.2 / 100).
    assert found.low == pytest.approx(0.72, abs=0.02)
    assert found.high == pytest.approx(0.88, abs=0.02)


def test_a_percentile_is_taken_of_the_values() -> None:
    found = figure_of(P95, {str(n): Score(float(n)) for n in range(101)}, {})
    assert (found.value, found.n) == (95.0, 101)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=2, max_size=30))
def test_an_interval_lies_within_what_was_seen_and_is_the_same_again(values: list[float]) -> None:
    scores = {str(n): Score(value) for n, value in enumerate(values)}
    found = figure_of(MEAN, scores, {})
    assert found.low is not None and found.high is not None
    assert min(values) <= found.low <= found.high <= max(values)
    assert figure_of(MEAN, scores, {}) == found
