"""Concise: whether an answer is short enough to be an answer; a refusal has no length to judge."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record

LIMITS = {"en": 420, "zh": 170}
"""Code points that an answer may have, markers included."""
LONGER = frozenset({"list", "how", "multihop", "comparison", "definition"})
"""Categories whose answers may be twice as long."""


def is_concise(record: Record) -> bool:
    """Whether the answer keeps within its limit; the language is the one that the question is answered in."""
    limit = LIMITS["en" if record.answer.language == "en" else "zh"]
    return len(record.answer.answer) <= limit * (2 if record.gold.category in LONGER else 1)


def _judge(record: Record) -> bool | None:
    return is_concise(record) if record.gold.answerable and not record.answer.refused else None


METRIC = Metric("concise", "concise", of_each(_judge))
