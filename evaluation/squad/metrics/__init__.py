"""The metrics of SQuAD-format questions, one a file, in the order in which they are reported."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics import answered, containment, latency, paragraph, sentence, token_f1
from evaluation.squad.record import SquadRecord

SQUAD_METRICS: tuple[Metric[SquadRecord], ...] = (
    *paragraph.METRICS,
    sentence.METRIC,
    containment.METRIC,
    token_f1.METRIC,
    answered.METRIC,
    *latency.METRICS,
)
