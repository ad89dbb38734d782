"""Answer containment: whether a gold string is in the answer."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each
from evaluation.squad.record import SquadRecord
from evaluation.text import contains_any


def _judge(record: SquadRecord) -> float:
    return float(not record.refused and contains_any(record.answer, record.answers))


METRIC = Metric("containment", "answer containment", of_each(_judge))
