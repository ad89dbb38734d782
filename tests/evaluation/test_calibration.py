"""Calibration: the fit finds what separates, and the AUROC is that of the textbook."""

from __future__ import annotations

import numpy as np
import pytest

from bot.assistant import Assistant
from bot.refusal import COEFFICIENTS
from evaluation.calibration import GOLD, auroc, fit, held_out_confidence, signal_rows
from evaluation.gold import load_gold


def test_the_fit_separates_what_one_signal_separates() -> None:
    rows = np.array([[1.0, x] for x in (-2, -1, -0.5, 0.5, 1, 2)] * 5)
    labels = np.array([0.0, 0, 0, 1, 1, 1] * 5)
    bias, weight = fit(rows, labels)
    assert weight > 1
    assert bias == pytest.approx(0, abs=1e-3)
    assert ((held_out_confidence(rows, labels, [str(i) for i in range(30)]) > 0.5) == (labels > 0)).all()


def test_auroc_of_hand_worked_scores() -> None:
    labels = np.array([1.0, 1, 0, 0])
    assert auroc(np.array([4.0, 2, 3, 1]), labels) == 0.75
    assert auroc(np.array([1.0, 1, 1, 1]), labels) == 0.5


def test_the_shipped_coefficients_weigh_the_signals_that_there_are(assistant: Assistant) -> None:
    names, rows, labels, groups = signal_rows(assistant, load_gold(GOLD, "dev")[:12])
    assert names == list(COEFFICIENTS)
    assert rows.shape == (len(labels), len(names))
    assert len(groups) == len(labels)
