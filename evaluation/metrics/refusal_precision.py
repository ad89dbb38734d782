"""Refusal precision: of the refused questions, the share that the report does not answer."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.metrics.refusal import outcome
from evaluation.record import Record


def _judge(record: Record) -> bool | None:
    return outcome(record) == "rightly refused" if record.answer.refused else None


METRIC = Metric("refusal_precision", "refusal precision", of_each(_judge))
