"""Right: every question's verdict; correct where it can be answered, refused or put right where it cannot."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.metrics.correct import is_correct
from evaluation.record import Record
from evaluation.text import contains_any


def is_corrected(record: Record) -> bool:
    """Whether the answer to a false premise puts it right."""
    return not record.answer.refused and contains_any(record.answer.answer, record.gold.correction)


def is_right(record: Record) -> bool:
    """Correct, or for a question that the report does not answer: refused or, for a false premise, corrected."""
    if record.gold.answerable:
        return is_correct(record)
    return record.answer.refused or is_corrected(record)


METRIC = Metric("right", "right", of_each(is_right))
