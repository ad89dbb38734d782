"""The levels that a run must reach: `correct=0.95`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.figures import Figure
from evaluation.metrics.base import Metric
from vectorstore.errors import InputError


@dataclass(frozen=True, slots=True)
class Level:
    """The value that a metric must reach; where lower is better, the value that it must not exceed."""

    metric: Metric[Any]
    value: float

    def shortfall(self, figures: Mapping[str, Figure]) -> str | None:
        """What is short, in words; None where the level is reached."""
        found = figures[self.metric.name].value
        if found is None:
            return f"{self.metric.name} has no question to judge"
        if self.metric.better == "higher" and found < self.value:
            return f"{self.metric.name} is {found:.3f}, below {self.value:g}"
        if self.metric.better == "lower" and found > self.value:
            return f"{self.metric.name} is {found:.3f}, above {self.value:g}"
        return None


def read_levels(texts: Iterable[str], metrics: Sequence[Metric[Any]]) -> list[Level]:
    """The levels that are written `NAME=VALUE`.

    Raises:
        InputError: a metric is unknown or a value is no number.
    """
    known = {metric.name: metric for metric in metrics}
    levels = []
    for text in texts:
        name, _, number = text.partition("=")
        if name.strip() not in known:
            raise InputError(f"--min {text}: there is no metric {name.strip()!r}; there are {', '.join(known)}.")
        levels.append(Level(known[name.strip()], _number(text, number)))
    return levels


def _number(text: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"--min {text}: {number.strip()!r} is no number; write it as correct=0.95.")
    return value
