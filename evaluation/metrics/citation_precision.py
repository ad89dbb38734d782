"""Citation precision: of an answer's citations, the share that overlaps the evidence.

Never to be read without `correct`: an answer that copies a whole passage scores high here.
"""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record, place_of


def _judge(record: Record) -> float | None:
    citations = record.answer.citations
    if not record.gold.answerable or not citations:
        return None
    evidence = [place for places in record.evidence for place in places]
    return sum(any(place_of(c).overlaps(place) for place in evidence) for c in citations) / len(citations)


METRIC = Metric("citation_precision", "citation precision", of_each(_judge))
