"""Right sentence: whether the first cited sentence lies in the right paragraph and holds a gold string."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each
from evaluation.squad.record import SquadRecord
from evaluation.text import contains_any


def is_right_sentence(record: SquadRecord) -> bool:
    """A refusal cites nothing, and so is wrong."""
    return record.quote is not None and record.cited == record.paragraph and contains_any(record.quote, record.answers)


METRIC = Metric("sentence", "right sentence", of_each(lambda record: float(is_right_sentence(record))))
