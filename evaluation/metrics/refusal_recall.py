"""Refusal recall: of the questions that the report does not answer, the share that is refused."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.metrics.refusal import outcome
from evaluation.record import Record


def _judge(record: Record) -> bool | None:
    found = outcome(record)
    return found == "rightly refused" if found in ("rightly refused", "wrongly answered") else None


METRIC = Metric("refusal_recall", "refusal recall", of_each(_judge))
