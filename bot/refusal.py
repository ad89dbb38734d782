"""The decision not to answer: how sure the reading is, against a threshold, and why the report does not say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.question import Question
from bot.readers.answer_types import DEMANDING
from bot.readers.base import Candidate, Reading

Reason = Literal["nothing", "year", "outside"]
"""Why there is no answer: the topic is there but not this; not for that year; nothing near it in the report."""

COEFFICIENTS: Mapping[str, float] = {
    "bias": -1.58,
    "context": 1.37,
    "dense": 1.63,
    "cue": 1.22,
    "score": 1.94,
    "lacks": -2.36,
    "missing": -2.20,
    "chinese": -0.92,
    "uncounted": -0.99,
}
"""Logistic regression on the `dev` side of the gold questions and as many practice questions of other people's;
`python -m evaluation.calibration` fits it anew."""
THRESHOLD = 0.42
OUTSIDE_CONTEXT = 0.2
"""Below this cover of the question, even with titles and passage, the question is about something else."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`confidence` (0 to 1) that the best candidate answers, from its `signals`; `reason` is None when it is given."""

    confidence: float
    threshold: float
    reason: Reason | None
    signals: Mapping[str, float]


def signals_of(question: Question, best: Candidate) -> dict[str, float]:
    """What the decision rests on: how far the best candidate covers the question, how near it is, what it lacks.

    `missing` is the weightiest word of the question that is nowhere near the sentence; `uncounted` says that no figure
    of the sentence counts the thing asked for. Chinese questions share more characters with any sentence than English
    ones share words, so they start lower.
    """
    return {
        "bias": 1.0,
        "context": best.hit.context,
        "dense": 10 * (best.hit.dense_best - 0.8),
        "cue": best.cue,
        "score": best.score / 10,
        "lacks": float(question.kind in DEMANDING and best.fit < 0.5),
        "missing": best.hit.missing,
        "chinese": float(question.language == "zh"),
        "uncounted": float(question.kind == "number" and not best.signals.get("unit")),
    }


def decide(question: Question, reading: Reading) -> Decision:
    """Answer, or say why not."""
    if not reading.candidates:
        return Decision(0.0, THRESHOLD, "outside", {})
    best = reading.candidates[0]
    signals = signals_of(question, best)
    confidence = 1 / (1 + math.exp(-sum(COEFFICIENTS[name] * value for name, value in signals.items())))
    if not best.year_matches:
        return Decision(min(confidence, THRESHOLD / 2), THRESHOLD, "year", signals)
    if confidence >= THRESHOLD:
        return Decision(confidence, THRESHOLD, None, signals)
    return Decision(confidence, THRESHOLD, "outside" if best.hit.context < OUTSIDE_CONTEXT else "nothing", signals)
