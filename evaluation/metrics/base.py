"""What a metric is: a score for every question that it applies to, and the figure that the scores add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from evaluation.record import Record

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Score:
    """What one unit (a question, or a group of them) contributes: the figure is Σ value / Σ weight."""

    value: float
    weight: float = 1.0

    @property
    def mean(self) -> float:
        """The unit's own figure."""
        return self.value / self.weight


@dataclass(frozen=True, slots=True)
class Metric(Generic[R]):
    """A metric over records of a kind.

    `scores` maps the ids of the units that the metric applies to; a unit that it does not apply to is absent, not zero.
    `figure` says how scores become one figure: their weighted mean, or a percentile of the values.
    """

    name: str
    label: str
    scores: Callable[[Sequence[R]], Mapping[str, Score]]
    figure: Literal["mean", "p50", "p95"] = "mean"
    better: Literal["higher", "lower"] = "higher"


def of_each(judge: Callable[[Record], Score | float | None]) -> Callable[[Sequence[Record]], dict[str, Score]]:
    """The scores of a metric that looks at one question at a time; None where it does not apply."""

    def scores(records: Sequence[Record]) -> dict[str, Score]:
        found: dict[str, Score] = {}
        for record in records:
            score = judge(record)
            if score is not None:
                found[record.gold.id] = score if isinstance(score, Score) else Score(float(score))
        return found

    return scores
