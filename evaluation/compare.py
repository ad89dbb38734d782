"""Two runs compared, question by question: won, lost, and the paired interval of the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.figures import Figure, bootstrap, cluster_sums, ratio
from evaluation.metrics import METRICS
from evaluation.metrics.base import Metric, Score
from evaluation.results import Results

_ABSENT = Score(0.0, 0.0)
"""What a question contributes to a metric that does not apply to its answer, such as a refusal to citations."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric in two runs, over the questions that both asked.

    `difference` is the new figure less the old one with its paired 95 % interval. `won` and `lost` name the units
    that got better and worse, among those that have a score in both runs.
    """

    metric: str
    label: str
    old: float
    new: float
    difference: Figure
    won: tuple[str, ...]
    lost: tuple[str, ...]


def compare(new: Results, old: Results, metrics: Sequence[Metric[Any]] = METRICS) -> list[Comparison]:
    """How `new` differs from `old`, by metric; a metric that no question of both runs has a score for is left out."""
    alone = new.clusters.keys() ^ old.clusters.keys()
    found = []
    for metric in metrics:
        sides = [
            {unit: score for unit, score in run.scores(metric.name).items() if unit not in alone} for run in (new, old)
        ]
        if sides[0].keys() & sides[1].keys():
            found.append(_compare(metric, sides[0], sides[1], new.clusters))
    return found


def _compare(
    metric: Metric[Any], new: Mapping[str, Score], old: Mapping[str, Score], clusters: Mapping[str, str]
) -> Comparison:
    sign = 1 if metric.better == "higher" else -1
    both = [unit for unit in new if unit in old]
    gains = {unit: sign * (new[unit].mean - old[unit].mean) for unit in both}
    if metric.figure == "mean":
        figures = _ratios(new, old, clusters)
    else:
        figures = _percentiles([new[unit] for unit in both], [old[unit] for unit in both], int(metric.figure[1:]))
    drawn, after, before = figures
    low, high = bootstrap(drawn, lambda sample, axis=-1: after(sample) - before(sample))
    value_new, value_old = float(after(drawn)), float(before(drawn))
    return Comparison(
        metric=metric.name,
        label=metric.label,
        old=value_old,
        new=value_new,
        difference=Figure(value=value_new - value_old, n=len(both), low=low, high=high),
        won=tuple(unit for unit, gain in gains.items() if gain > 0),
        lost=tuple(unit for unit, gain in gains.items() if gain < 0),
    )


_Statistic = Callable[[Any], Any]
_Paired = tuple[NDArray[np.int64], _Statistic, _Statistic]
"""What is drawn again, and the figure of each run from it."""


def _ratios(new: Mapping[str, Score], old: Mapping[str, Score], clusters: Mapping[str, str]) -> _Paired:
    units = dict.fromkeys([*new, *old])

    def statistic(side: Mapping[str, Score]) -> tuple[_Statistic, int]:
        values, weights = cluster_sums({unit: side.get(unit, _ABSENT) for unit in units}, clusters)
        return lambda drawn: ratio(values, weights, drawn), len(values)

    (after, size), (before, _) = statistic(new), statistic(old)
    return np.arange(size), after, before


def _percentiles(new: Sequence[Score], old: Sequence[Score], percent: int) -> _Paired:
    def statistic(side: Sequence[Score]) -> _Statistic:
        values = np.array([score.value for score in side])
        return lambda drawn: np.percentile(values[drawn], percent, axis=-1)

    return np.arange(len(new)), statistic(new), statistic(old)
