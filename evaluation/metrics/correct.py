"""Correct: the contract's judgement of an answer to an answerable question."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.metrics.concise import is_concise
from evaluation.metrics.contains_answer import contains_answer
from evaluation.record import Record


def is_correct(record: Record) -> bool:
    """Not refused, contains the answer, short enough, and at least one citation overlaps an evidence span."""
    return (
        not record.answer.refused
        and contains_answer(record)
        and is_concise(record)
        and any(record.is_cited(places) for places in record.evidence)
    )


def _judge(record: Record) -> bool | None:
    return is_correct(record) if record.gold.answerable else None


METRIC = Metric("correct", "correct", of_each(_judge))
