"""Answered: whether the question was answered, rightly or not; every question of the file has an answer."""

from __future__ import annotations

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each

METRIC = Metric("answered", "answered", of_each(lambda record: float(not record.refused)))
