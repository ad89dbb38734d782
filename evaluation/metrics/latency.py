"""Latency: milliseconds from question to answer, as the assistant reports them; median and 95th percentile."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record


def _judge(record: Record) -> float:
    return record.answer.latency_ms["total"]


METRICS: tuple[Metric[Record], ...] = (
    Metric("latency_p50", "latency p50, ms", of_each(_judge), "p50", "lower"),
    Metric("latency_p95", "latency p95, ms", of_each(_judge), "p95", "lower"),
)
