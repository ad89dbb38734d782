"""Right paragraph @k: whether the question's paragraph is among the first k that the candidates come from."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each
from evaluation.squad.record import SquadRecord


def _within(k: int) -> Metric[SquadRecord]:
    scores = of_each(lambda record: float(record.paragraph in record.ranking[:k]))
    return Metric(f"paragraph@{k}", f"right paragraph @{k}", scores)


METRICS = (_within(1), _within(5))
