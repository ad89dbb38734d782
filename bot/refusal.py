"""The decision not to answer: how sure the reading is, against a threshold, and why the report does not say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from bot.question import Question
from bot.readers.answer_types import DEMANDING
from bot.readers.base import Candidate, Reading

Reason = Literal["nothing", "year", "outside"]
"""Why there is no answer: the topic is there but not this; not for that year; nothing near it in the report."""

FEATURES = ("bias", "cover", "context", "dense", "cue", "score", "lacks", "unknown")
COEFFICIENTS = (-1.22, 0.13, 1.34, 0.92, 0.93, 3.04, -2.59, -1.29)
"""Logistic regression on the `dev` split of the gold questions; `python -m evaluation.calibration` fits it anew."""
THRESHOLD = 0.7
OUTSIDE_CONTEXT = 0.2
"""Below this cover of the question, even with titles and passage, the question is about something else."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`confidence` (0 to 1) that the best candidate answers; `reason` is None when it is given."""

    confidence: float
    threshold: float
    reason: Reason | None


def features(question: Question, best: Candidate) -> tuple[float, ...]:
    """What the decision rests on, in the order of `FEATURES`."""
    return (
        1.0,
        best.hit.cover,
        best.hit.context,
        10 * (best.hit.dense_best - 0.8),
        best.cue,
        best.score / 10,
        float(question.kind in DEMANDING and best.fit < 0.5),
        best.hit.unknown,
    )


def decide(question: Question, reading: Reading) -> Decision:
    """Answer, or say why not."""
    if question.steering or not reading.candidates:
        return Decision(0.0, THRESHOLD, "outside")
    best = reading.candidates[0]
    total = sum(c * x for c, x in zip(COEFFICIENTS, features(question, best), strict=True))
    confidence = 1 / (1 + math.exp(-total))
    if not best.year_matches:
        return Decision(min(confidence, THRESHOLD / 2), THRESHOLD, "year")
    if confidence >= THRESHOLD:
        return Decision(confidence, THRESHOLD, None)
    return Decision(confidence, THRESHOLD, "outside" if best.hit.context < OUTSIDE_CONTEXT else "nothing")
