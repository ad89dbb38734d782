"""Contains-answer: whether what a right answer must hold is in the answer's text, however long that is."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record
from evaluation.text import contains_any


def contains_answer(record: Record) -> bool:
    """Whether a string of every fact is in the answer."""
    return all(contains_any(record.answer.answer, strings) for strings in record.gold.facts)


def _judge(record: Record) -> bool | None:
    if not record.gold.answerable:
        return None
    return not record.answer.refused and contains_answer(record)


METRIC = Metric("contains_answer", "contains answer", of_each(_judge))
