"""Scores → figures: a mean or a percentile, its n, and a bootstrap interval.

Questions that ask one thing in several registers are not independent, so what is drawn again is the group, not the
question (the cluster bootstrap; Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). The
intervals are percentile intervals; the seed is fixed, so the same scores give the same interval.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import stats

from evaluation.metrics.base import Metric, Score

RESAMPLES = 1000
CONFIDENCE = 0.95
_BATCH_CELLS = 4_000_000
"""Numbers drawn at once, so that memory stays bounded."""

Numbers = NDArray[np.float64]


class Figure(BaseModel):
    """A figure with the number of units behind it and its 95 % interval; null where there are too few to tell."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


def figure_of(metric: Metric[Any], scores: Mapping[str, Score], clusters: Mapping[str, str]) -> Figure:
    """The figure of a metric. `clusters` names the cluster of a unit; a unit that is not in it is one of its own."""
    if not scores:
        return Figure(value=None, n=0)
    if metric.figure == "mean":
        return _ratio(scores, clusters)
    return _percentile(np.array([score.value for score in scores.values()]), int(metric.figure[1:]))


def _ratio(scores: Mapping[str, Score], clusters: Mapping[str, str]) -> Figure:
    values, weights = cluster_sums(scores, clusters)
    low, high = interval(values, weights)
    return Figure(value=float(values.sum() / weights.sum()), n=len(scores), low=low, high=high)


def cluster_sums(scores: Mapping[str, Score], clusters: Mapping[str, str]) -> tuple[Numbers, Numbers]:
    """Σ value and Σ weight of every cluster."""
    sums: dict[str, list[float]] = {}
    for unit, score in scores.items():
        total = sums.setdefault(clusters.get(unit, unit), [0.0, 0.0])
        total[0] += score.value
        total[1] += score.weight
    table = np.array(list(sums.values()), dtype=np.float64)
    return table[:, 0], table[:, 1]


def interval(values: Numbers, weights: Numbers) -> tuple[float | None, float | None]:
    """The bootstrap interval of Σ values / Σ weights over clusters; None for fewer than two clusters."""
    return bootstrap(np.arange(len(values)), lambda drawn, axis=-1: ratio(values, weights, drawn))


def ratio(values: Numbers, weights: Numbers, drawn: NDArray[np.int64]) -> Any:
    """Σ value / Σ weight of the clusters `drawn`, along their last axis; NaN where they weigh nothing."""
    with np.errstate(invalid="ignore"):
        return values[drawn].sum(axis=-1) / weights[drawn].sum(axis=-1)


def _percentile(values: Numbers, percent: int) -> Figure:
    def percentile(drawn: Numbers, axis: int = -1) -> Any:
        return np.percentile(drawn, percent, axis=axis)

    low, high = bootstrap(values, percentile)
    return Figure(value=float(np.percentile(values, percent)), n=len(values), low=low, high=high)


def bootstrap(sample: NDArray[Any], statistic: Any) -> tuple[float | None, float | None]:
    """The interval of a vectorised `statistic(sample, axis)`; None for fewer than two observations."""
    if len(sample) < 2:
        return None, None
    with warnings.catch_warnings():
        # A draw without any weight: there is no interval then, and that is said by None.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (sample,),
            statistic,
            n_resamples=RESAMPLES,
            batch=max(1, min(RESAMPLES, _BATCH_CELLS // len(sample))),
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=np.random.default_rng(0),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (None, None)


def subset(scores: Mapping[str, Score], units: Sequence[str] | set[str]) -> dict[str, Score]:
    """The scores of some units."""
    wanted = set(units)
    return {unit: score for unit, score in scores.items() if unit in wanted}
