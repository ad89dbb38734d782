"""nDCG@10 of evidence: the discounted gain of the first ten candidates against that of an ideal ranking.

A candidate gains 1 where it is relevant, else 0.
"""

from __future__ import annotations

from ir_measures import nDCG

from evaluation.metrics.base import Metric
from evaluation.metrics.ranking import of_evidence

METRIC = Metric("ndcg@10", "nDCG@10", of_evidence(nDCG @ 10))
