"""Two runs against each other, on numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.compare import compare
from evaluation.metrics.base import Metric, Score

CORRECT: Metric[Any] = Metric("correct", "correct", lambda records: {})
P50: Metric[Any] = Metric("latency_p50", "latency", lambda records: {}, "p50", "lower")


class Run:
    """As much of `Results` as a comparison looks at."""

    def __init__(self, scores: Mapping[str, Score | None], metric: str = "correct") -> None:
        self._scores = {metric: {unit: score for unit, score in scores.items() if score}}
        self.clusters = {unit: unit for unit in scores}

    def scores(self, metric: str) -> dict[str, Score]:
        return self._scores.get(metric, {})


def _compare(new: Run, old: Run, metric: Metric[Any] = CORRECT) -> Any:
    return compare(new, old, [metric])  # type: ignore[arg-type]


def test_what_was_won_and_lost_is_named() -> None:
    new = Run({"a": Score(1), "b": Score(1), "c": Score(0), "d": Score(1)})
    old = Run({"a": Score(0), "b": Score(1), "c": Score(1), "d": Score(0)})
    (found,) = _compare(new, old)
    assert (found.won, found.lost) == (("a", "d"), ("c",))
    assert (found.old, found.new, found.difference.value, found.difference.n) == (0.5, 0.75, 0.25, 4)
    assert found.difference.low < 0.25 < found.difference.high


def test_questions_of_one_run_alone_are_left_out() -> None:
    (found,) = _compare(Run({"a": Score(1), "new": Score(0)}), Run({"a": Score(1), "old": Score(0)}))
    assert (found.new, found.old, found.difference.n) == (1.0, 1.0, 1)


def test_a_score_that_only_one_run_has_still_counts_in_its_figure() -> None:
    new = Run({"a": Score(1), "b": Score(1), "c": None})
    old = Run({"a": Score(1), "b": Score(1), "c": Score(0)})
    (found,) = _compare(new, old)
    assert (found.new, found.old) == (1.0, 2 / 3)
    assert (found.won, found.lost, found.difference.n) == ((), (), 2)


def test_less_is_more_where_lower_is_better() -> None:
    new = Run({"a": Score(10), "b": Score(30), "c": Score(20)}, "latency_p50")
    old = Run({"a": Score(20), "b": Score(20), "c": Score(40)}, "latency_p50")
    (found,) = _compare(new, old, P50)
    assert (found.won, found.lost) == (("a", "c"), ("b",))
    assert (found.new, found.old, found.difference.value) == (20.0, 20.0, 0.0)


def test_a_metric_without_common_questions_is_left_out() -> None:
    assert _compare(Run({"a": Score(1)}), Run({"b": Score(1)})) == []


def test_an_equal_run_differs_by_nothing_with_certainty() -> None:
    run = Run({str(n): Score(float(n % 2)) for n in range(10)})
    (found,) = _compare(run, run)
    assert (found.difference.value, found.difference.low, found.difference.high) == (0.0, 0.0, 0.0)
