"""The curves of the decision to refuse, on numbers worked out by hand."""

from __future__ import annotations

import pytest

from evaluation.report.decisions import calibration_error, reliability, risk_coverage

DECISIONS = [(0.9, True), (0.9, False), (0.75, True), (0.72, True), (0.1, False)]


def test_risk_is_the_share_wrong_among_what_is_answered() -> None:
    points = risk_coverage(DECISIONS)
    assert [point.threshold for point in points] == [0.9, 0.75, 0.72, 0.1]
    assert [point.coverage for point in points] == [0.4, 0.6, 0.8, 1.0]
    assert [point.risk for point in points] == pytest.approx([1 / 2, 1 / 3, 1 / 4, 2 / 5])


def test_reliability_puts_confidence_beside_the_share_right() -> None:
    bins = reliability(DECISIONS)
    assert [(found.n, found.right) for found in bins] == [(1, 0.0), (2, 1.0), (2, 0.5)]
    assert [found.confidence for found in bins] == pytest.approx([0.1, 0.735, 0.9])
    assert calibration_error(bins) == pytest.approx((0.1 + 2 * 0.265 + 2 * 0.4) / 5)


def test_full_confidence_falls_into_the_last_bin_and_nothing_gives_nothing() -> None:
    assert reliability([(1.0, True), (0.95, True)])[0].n == 2
    assert reliability([]) == [] and risk_coverage([]) == []
    assert calibration_error([]) is None
