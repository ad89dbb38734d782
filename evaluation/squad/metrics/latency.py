"""Latency: milliseconds from question to answer, as the assistant reports them; median and 95th percentile."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each
from evaluation.squad.record import SquadRecord

_SCORES = of_each(lambda record: record.latency_ms)

METRICS: tuple[Metric[SquadRecord], ...] = (
    Metric("latency_p50", "latency p50, ms", _SCORES, "p50", "lower"),
    Metric("latency_p95", "latency p95, ms", _SCORES, "p95", "lower"),
)
