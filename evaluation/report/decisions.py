"""The decision to refuse: what would be answered at another threshold, and how much of it rightly.

A refused question has no answer to judge. It counts as one that would have been right where its first candidate states
what is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.results import QuestionRecord

BINS = 10


@dataclass(frozen=True, slots=True)
class Point:
    """At a threshold: the share of questions answered, and the share of those that is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: how many, how sure on average, and the share that is right."""

    n: int
    confidence: float
    right: float


def decided(questions: Sequence[QuestionRecord]) -> list[tuple[float, bool]]:
    """Confidence and verdict of every question that the decision was about: those with candidates."""
    return [(question.confidence, _would_be_right(question)) for question in questions if question.candidates]


def risk_coverage(decisions: Sequence[tuple[float, bool]]) -> list[Point]:
    """The curve from the highest threshold to the lowest (El-Yaniv and Wiener, 2010).

    Questions of equal confidence are answered together.
    """
    ranked = sorted(decisions, reverse=True)
    points, wrong = [], 0
    for answered, (confidence, right) in enumerate(ranked, 1):
        wrong += not right
        if answered == len(ranked) or ranked[answered][0] < confidence:
            points.append(Point(confidence, answered / len(ranked), wrong / answered))
    return points


def reliability(decisions: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Bins of equal width with something in them, from the least sure to the surest."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in decisions:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [
        Bin(len(found), sum(c for c, _ in found) / len(found), sum(r for _, r in found) / len(found))
        for found in bins
        if found
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean distance of confidence and share right, weighed by n (expected calibration error; Guo et al., 2017)."""
    total = sum(found.n for found in bins)
    return sum(found.n * abs(found.confidence - found.right) for found in bins) / total if total else None


def _would_be_right(question: QuestionRecord) -> bool:
    if not question.gold.answerable:
        return False
    if question.answer.refused:
        return question.first_relevant_rank == 1
    return question.scores["correct"][0] == 1
