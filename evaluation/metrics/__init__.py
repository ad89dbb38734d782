"""The metrics, one a file; `METRICS` is the order in which they are reported, correctness before citations."""

from __future__ import annotations

from evaluation.metrics import (
    citation_precision,
    citation_recall,
    citations_verbatim,
    concise,
    contains_answer,
    correct,
    language_match,
    latency,
    mrr,
    ndcg,
    parity,
    recall,
    refusal_f1,
    refusal_precision,
    refusal_recall,
    right,
    script_match,
    tokens_in,
    tokens_out,
)
from evaluation.metrics.base import Metric
from evaluation.record import Record

METRICS: tuple[Metric[Record], ...] = (
    right.METRIC,
    correct.METRIC,
    contains_answer.METRIC,
    concise.METRIC,
    refusal_precision.METRIC,
    refusal_recall.METRIC,
    refusal_f1.METRIC,
    citation_precision.METRIC,
    citation_recall.METRIC,
    citations_verbatim.METRIC,
    language_match.METRIC,
    script_match.METRIC,
    parity.METRIC,
    *recall.METRICS,
    mrr.METRIC,
    ndcg.METRIC,
    *latency.METRICS,
    tokens_in.METRIC,
    tokens_out.METRIC,
)
