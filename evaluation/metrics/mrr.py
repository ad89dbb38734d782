"""MRR: the mean of 1 / rank of the first candidate that states what is asked for; 0 where none does."""

from __future__ import annotations

from ir_measures import RR

from evaluation.metrics.base import Metric
from evaluation.metrics.ranking import of_evidence

METRIC = Metric("mrr", "MRR", of_evidence(RR))
