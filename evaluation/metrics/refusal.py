"""The outcome of the decision to refuse: what refusal precision, recall and F1 count.

A refusal is positive. A false premise that was put right is neither a hit nor a miss: it needed no refusal.
"""

from __future__ import annotations

from typing import Literal

from evaluation.metrics.right import is_corrected
from evaluation.record import Record

Outcome = Literal["rightly refused", "wrongly refused", "wrongly answered", "answered"]


def outcome(record: Record) -> Outcome:
    """How the decision fell, and whether it should have."""
    if record.answer.refused:
        return "wrongly refused" if record.gold.answerable else "rightly refused"
    return "answered" if record.gold.answerable or is_corrected(record) else "wrongly answered"
