"""Citations verbatim: whether every quote of an answer, counterparts too, is the document's text at its offsets."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record


def _judge(record: Record) -> bool | None:
    return all(record.verbatim) if record.verbatim else None


METRIC = Metric("citations_verbatim", "citations verbatim", of_each(_judge))
