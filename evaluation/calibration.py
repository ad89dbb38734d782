"""Fits the refusal decision on the `dev` questions: `python -m evaluation.calibration` prints its coefficients.

Logistic regression with an L2 penalty (Hosmer, Lemeshow and Sturdivant, 2013, chapter 1) on the signals of
`Assistant.explain`, held out by group (all registers of a fact together); false premises are left out, since an
answer that corrects one is right too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize

from bot.assistant import Assistant
from bot.settings import load_settings
from evaluation.gold import GoldQuestion, load_gold

GOLD = Path(__file__).with_name("gold") / "annual-report-2024.jsonl"
PENALTY = 0.001
FOLDS = 10
THRESHOLDS = (0.3, 0.35, 0.4, 0.42, 0.45, 0.5, 0.6)

Matrix = NDArray[np.float64]


def signal_rows(assistant: Assistant, questions: Sequence[GoldQuestion]) -> tuple[list[str], Matrix, Matrix, list[str]]:
    """The names of the signals, their values (a row a question), whether each can be answered, and its group."""
    rows, labels, groups = [], [], []
    for question in questions:
        _, explanation = assistant.explain(question.question, question.history)
        if explanation.signals and question.category != "false_premise":
            rows.append(dict(explanation.signals))
            labels.append(float(question.answerable))
            groups.append(question.group or question.id)
    names = list(rows[0]) if rows else []
    return names, np.array([[row[name] for name in names] for row in rows]), np.array(labels), groups


def fit(rows: Matrix, labels: Matrix) -> Matrix:
    """The coefficients that make the labels likeliest, the first one (the bias) not penalised."""

    def loss(weights: Matrix) -> float:
        margins = np.where(labels > 0, 1, -1) * (rows @ weights)
        return float(np.logaddexp(0, -margins).mean() + PENALTY * (weights[1:] ** 2).sum())

    weights: Matrix = minimize(loss, np.zeros(rows.shape[1])).x
    return weights


def held_out_confidence(rows: Matrix, labels: Matrix, groups: Sequence[str], seed: int = 0) -> Matrix:
    """The confidence in each question by coefficients that were fitted without its group (10 folds)."""
    names, number = np.unique(groups, return_inverse=True)
    fold_of = np.random.default_rng(seed).permutation(len(names))[number] % FOLDS
    confidence = np.zeros(len(labels))
    for fold in range(FOLDS):
        held, rest = fold_of == fold, fold_of != fold
        confidence[held] = 1 / (1 + np.exp(-rows[held] @ fit(rows[rest], labels[rest])))
    return confidence


def auroc(scores: Matrix, labels: Matrix) -> float:
    """The chance that an answerable question scores above an unanswerable one; ties count half."""
    above = scores[labels > 0][:, None] - scores[labels == 0][None, :]
    return float((np.sign(above) + 1).mean() / 2)


def main() -> int:
    """Prints the coefficients, the held-out AUROC, and what each threshold would refuse."""
    console = Console(file=sys.stdout, highlight=False)
    assistant = Assistant.open(load_settings())
    names, rows, labels, groups = signal_rows(assistant, load_gold(GOLD, "dev"))
    for name, value in zip(names, fit(rows, labels), strict=True):
        console.print(f"{name:10} {value:6.2f}")
    confidence = held_out_confidence(rows, labels, groups)
    console.print(f"\nheld-out AUROC {auroc(confidence, labels):.3f} over {len(labels)} questions\n")
    console.print("threshold  wrongly refused  rightly refused")
    for threshold in THRESHOLDS:
        refused = confidence < threshold
        console.print(f"{threshold:9.2f}  {refused[labels > 0].mean():15.3f}  {refused[labels == 0].mean():15.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
