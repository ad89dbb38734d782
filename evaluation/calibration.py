"""Fits the refusal decision: `python -m evaluation.calibration` prints its coefficients.

On the `dev` questions, each counted twice, and on the practice questions, over half of which the report only nearly
answers.

Logistic regression with an L2 penalty (Hosmer, Lemeshow and Sturdivant, 2013, chapter 1) on the signals of
`Assistant.explain`; false premises are left out, since an answer that corrects one is right too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize

from bot.assistant import Assistant
from bot.settings import load_settings
from evaluation.gold import PRACTICE_QUESTIONS, GoldQuestion, load_gold, was_practised

GOLD = Path(__file__).with_name("gold") / "annual-report-2024.jsonl"
GOLD_WEIGHT = 2.0
PENALTY = 0.001
FOLDS = 10
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Questions as the fit sees them: the names of the signals, a row of values a question, whether it can be answered,
    what it counts, and the number of its group (questions about one fact have one)."""

    names: list[str]
    rows: Matrix
    labels: Matrix
    weights: Matrix
    groups: NDArray[np.int64]


def samples(assistant: Assistant, weighed: Sequence[tuple[float, Sequence[GoldQuestion]]]) -> Samples:
    """The signals of questions, each list with what its questions count."""
    found: list[tuple[dict[str, float], bool, float, str]] = []
    for weight, questions in weighed:
        for question in questions:
            _, explanation = assistant.explain(question.question, question.history)
            if explanation.signals and question.category != "false_premise":
                group = question.group or question.id
                found.append((dict(explanation.signals), question.answerable, weight, group))
    # Where the reading model had nothing to read, the decision goes by the other signals alone: those are fitted apart.
    names = max((list(signals) for signals, *_ in found), key=len, default=[])
    found = [sample for sample in found if list(sample[0]) == names]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(group for *_, group in found))}
    return Samples(
        names,
        np.array([[signals[name] for name in names] for signals, *_ in found]),
        np.array([float(answerable) for _, answerable, *_ in found]),
        np.array([weight for _, _, weight, _ in found]),
        np.array([numbers[group] for *_, group in found]),
    )


def practice_questions() -> list[GoldQuestion]:
    """The practice questions that the reading model has not seen: it is too sure of those that it has."""
    return [question for question in load_gold(PRACTICE_QUESTIONS) if not was_practised(question)]


def fit(rows: Matrix, labels: Matrix, weights: Matrix | None = None) -> Matrix:
    """The coefficients that make the labels likeliest, the first one (the bias) not penalised."""
    counts = np.ones(len(labels)) if weights is None else weights

    def loss(coefficients: Matrix) -> float:
        margins = np.where(labels > 0, 1, -1) * (rows @ coefficients)
        mean = np.average(np.logaddexp(0, -margins), weights=counts)
        return float(mean + PENALTY * (coefficients[1:] ** 2).sum())

    coefficients: Matrix = minimize(loss, np.zeros(rows.shape[1])).x
    return coefficients


def held_out_confidence(given: Samples, seed: int = 0) -> Matrix:
    """The confidence in each question by coefficients that were fitted without its group (10 folds)."""
    folds = np.random.default_rng(seed).permutation(int(given.groups.max()) + 1)[given.groups] % FOLDS
    confidence = np.zeros(len(given.labels))
    for fold in range(FOLDS):
        held, rest = folds == fold, folds != fold
        if held.any():
            coefficients = fit(given.rows[rest], given.labels[rest], given.weights[rest])
            confidence[held] = 1 / (1 + np.exp(-given.rows[held] @ coefficients))
    return confidence


def auroc(scores: Matrix, labels: Matrix) -> float:
    """The chance that an answerable question scores above an unanswerable one; ties count half."""
    above = scores[labels > 0][:, None] - scores[labels == 0][None, :]
    return float((np.sign(above) + 1).mean() / 2)


def main() -> int:
    """Prints the coefficients, the held-out AUROC, and what each threshold would refuse: with the reading model, and
    without."""
    console = Console(file=sys.stdout, highlight=False)
    settings = load_settings()
    for reading in (True, False):
        assistant = Assistant.open(settings.model_copy(update={"reading_model": reading}))
        given = samples(assistant, [(GOLD_WEIGHT, load_gold(GOLD, "dev")), (1.0, practice_questions())])
        console.print(f"\n{'with' if reading else 'without'} the reading model")
        _report(console, given)
    return 0


def _report(console: Console, given: Samples) -> None:
    for name, value in zip(given.names, fit(given.rows, given.labels, given.weights), strict=True):
        console.print(f"{name:10} {value:6.2f}")
    confidence = held_out_confidence(given)
    for title, chosen in (("dev", given.weights == GOLD_WEIGHT), ("practice", given.weights != GOLD_WEIGHT)):
        labels, sure = given.labels[chosen], confidence[chosen]
        console.print(f"\n{title}: held-out AUROC {auroc(sure, labels):.3f} over {len(labels)} questions")
        console.print("threshold  wrongly refused  rightly refused")
        for threshold in THRESHOLDS:
            refused = sure < threshold
            console.print(f"{threshold:9.2f}  {refused[labels > 0].mean():15.3f}  {refused[labels == 0].mean():15.3f}")


if __name__ == "__main__":
    raise SystemExit(main())
