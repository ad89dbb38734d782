"""Tokens out: tokens the chat model wrote for a question, repairs and retries included; nothing without a model."""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record


def _judge(record: Record) -> float | None:
    return record.answer.generation.tokens_out if record.answer.generation else None


METRIC = Metric("tokens_out", "tokens out", of_each(_judge), better="lower")
