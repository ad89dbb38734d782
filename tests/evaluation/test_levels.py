"""The levels of `--min`."""

from __future__ import annotations

import pytest

from evaluation.figures import Figure
from evaluation.levels import read_levels
from evaluation.metrics import METRICS
from vectorstore.errors import InputError

FIGURES = {
    "correct": Figure(value=0.9, n=10),
    "latency_p50": Figure(value=30.0, n=10),
    "parity": Figure(value=None, n=0),
}


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("correct=0.9", None),
        ("correct=0.91", "correct is 0.900, below 0.91"),
        ("latency_p50=30", None),
        ("latency_p50=29", "latency_p50 is 30.000, above 29"),
        ("parity=0", "parity has no question to judge"),
    ],
)
def test_a_level_is_reached_or_what_is_short_is_said(text: str, short: str | None) -> None:
    (level,) = read_levels([text], METRICS)
    assert level.shortfall(FIGURES) == short


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("accuracy=0.9", "no metric 'accuracy'"),
        ("correct", "no number"),
        ("correct=nan", "no number"),
        ("=1", "no metric"),
    ],
)
def test_an_unknown_metric_and_no_number_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_levels([text], METRICS)
