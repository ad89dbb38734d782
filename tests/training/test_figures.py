"""Figures, the picture of the losses and the card."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.card import card
from training.entries import LOSSES, Entry
from training.plot import loss_plot
from training.scoring import Figures, Outcome, auroc, figures, logistic
from training.settings import Settings

values = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=12)
ENTRIES = [Entry(step, 4 / step, 3 / step, 5 / step, 1 / step, 1e-4, 8.0) for step in range(1, 60)]


@given(values, values)
def test_auroc_is_the_share_of_couples_in_order(high: list[float], low: list[float]) -> None:
    couples = [1.0 if a > b else 0.5 if a == b else 0.0 for a in high for b in low]
    assert auroc(high, low) == pytest.approx(sum(couples) / len(couples))
    assert auroc([*high, math.nan], low) == auroc(high, low)


def test_the_logistic_fit_finds_the_curve_that_made_the_data() -> None:
    random = np.random.default_rng(3)
    margins = random.normal(size=40_000)
    wanted = random.random(40_000) < 1 / (1 + np.exp(-(1.5 * margins)))
    slope, intercept = logistic(margins[wanted].tolist(), margins[~wanted].tolist())
    assert slope == pytest.approx(1.5, abs=0.1)
    assert intercept == pytest.approx(0.0, abs=0.1)


def test_figures_are_means_and_leave_out_what_is_not_there() -> None:
    outcomes = [Outcome(True, 1.0, True, 3.0, -1.0, math.nan), Outcome(False, 0.5, True, 1.0, 2.0, -2.0)]
    assert figures(outcomes) == Figures(2, 0.5, 0.75, 1.0, 0.75, 1.0)


def test_the_picture_has_a_curve_a_loss() -> None:
    losses = {name: [getattr(entry, name) for entry in ENTRIES] for name in LOSSES}
    root = ElementTree.fromstring(loss_plot(losses))
    curves = [line for line in root if line.tag.endswith("polyline")]
    assert [len(curve.attrib["points"].split()) for curve in curves] == [len(ENTRIES)] * 4


def test_the_card_names_licences_figures_and_checksums() -> None:
    measured = {"cmrc2018": Figures(300, 0.6123, 0.8, 0.9, 0.97, 0.91)}
    manifest = {"bytes": 1234567, "sha256": "ab" * 32, "word_vectors": "cd" * 32}
    text = card(Settings(), ENTRIES, measured, {"cmrc2018": (2921, 298)}, manifest)
    for wanted in ("CC BY-SA 4.0", "Apache-2.0", "| cmrc2018 | 300 | 0.612 |", "2,921", "ab" * 32, "`seed`: 20243"):
        assert wanted in text
