"""Recall@k: of the facts that a right answer must hold, the share that one of the first k candidates states.

Places that state the same fact again do not have to be found: finding one is finding the fact.
"""

from __future__ import annotations

from ir_measures import Success

from evaluation.metrics.base import Metric
from evaluation.metrics.ranking import of_facts
from evaluation.record import Record

METRICS: tuple[Metric[Record], ...] = tuple(
    Metric(f"recall@{k}", f"recall@{k}", of_facts(Success @ k)) for k in (1, 5, 10)
)
