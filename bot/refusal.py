"""The decision not to answer: how sure the reading is, against a threshold, and why the report does not say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.lexicon import question_patterns
from bot.question import Question
from bot.readers.answer_types import DEMANDING, LACKING
from bot.readers.base import Candidate, Reading, is_foreign
from bot.readers.columns import in_table
from vectorstore.schema import Language
from vectorstore.tokens import fold

Reason = Literal["nothing", "year", "outside"]
"""Why there is no answer: the topic is there but not this; not for that year; nothing near it in the report."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What each signal adds to the log-odds that the best candidate answers, and from what chance on it is said."""

    coefficients: Mapping[str, float]
    threshold: float

    def confidence(self, signals: Mapping[str, float]) -> float:
        """The chance that the candidate of these signals answers."""
        return 1 / (1 + math.exp(-sum(self.coefficients[name] * value for name, value in signals.items())))


READ = Calibration(
    {
        "bias": 1.19,
        "cue": 0.47,
        "lacks": -0.76,
        "elsewhere": -1.30,
        "post": 0.49,
        "cover": -0.54,
        "margin": 0.52,
        "alone": 1.49,
        "null": -0.88,
        "across": 1.29,
        "words": 0.94,
        "asked": 1.00,
    },
    threshold=0.4,
)
"""Logistic regression on the `dev` side of the gold questions, on practice questions that the reading model has not
seen, and on invented reports; `python -m evaluation.calibration` fits it anew."""
ONE_LANGUAGE = Calibration(
    {"bias": 1.45, "cover": 0.91, "margin": 1.89, "alone": 1.12, "null": -1.41},
    threshold=0.25,
)
"""The same over documents in one language, which have no other side to be read: fitted on encyclopedia articles too,
which the reading model has not seen, and whose questions have an answer or nothing near one."""
UNREAD = Calibration(
    {
        "bias": -0.99,
        "cue": 0.78,
        "lacks": -1.87,
        "elsewhere": -1.49,
        "post": 0.63,
        "context": 0.48,
        "dense": 1.95,
        "score": 1.33,
        "chinese": -0.98,
        "uncounted": -0.80,
    },
    threshold=0.5,
)
"""The same where the reading model is off or has nothing to read."""
WORDS_LENGTH = 50
QUESTION_LENGTH: Mapping[Language, int] = {"en": 50, "zh": 20}
"""Code points of long answering words, and of a question."""
UNCOVERED = 0.05
"""Below this cover no word of the question is anywhere near."""
SURE = 0.85
"""The chance from which on such a question is answered, where the reading model has read, that of an officer whose post
or name holds every word of the question, and that of the full name of what it abbreviates."""
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

    `elsewhere` is the share of the question that other sentences hold and this one does not: it is about their things
    rather than this one's. `post` says how much of an officer's post the question names. `margin`, `across`, `alone`
    and `null` are the reading model's, where it has something to point at, and `words` is how much it points at. A
    longer question (`asked`) has lower margins; one that may stand by itself is as long as it was typed, so that its
    reading with the turns before compares with that without. Over documents in one language, few of them tell.

    Where it has nothing, a row of a table, of which it was shown none, or what answers a question of the report's own
    that is like the one asked, `uncounted` says that no figure of the
    sentence counts the thing asked for; what those of a row count stands above it. Chinese questions share more
    characters with any sentence than English ones share words, so they start lower.
    """
    signals = {
        "bias": 1.0,
        "cue": best.cue,
        "lacks": float(question.kind in DEMANDING and best.fit < LACKING),
        "elsewhere": best.hit.elsewhere,
        "post": max(best.signals["post"], 0.0),
    }
    is_row = in_table(best.hit)
    is_asked = bool(best.signals.get("asked_there"))
    if best.margin is None or best.look is None or is_row or is_asked or _asks_to_be_told(question):
        return signals | {
            "context": best.hit.context,
            "dense": 10 * (best.hit.dense_best - 0.8),
            "score": best.score / 10,
            "chinese": float(question.language == "zh"),
            "uncounted": float(question.kind == "number" and not best.signals.get("unit") and not is_row),
        }
    read = {
        "cover": best.hit.cover,
        "margin": best.margin / 10,
        "alone": best.look.alone / 10,
        "null": best.look.null / 10,
    }
    if not best.look.bilingual:
        return {"bias": 1.0} | read
    asked = question.text if question.tentative else question.normalised
    return (
        signals
        | read
        | {
            "across": best.look.across / 10,
            "words": len(best.span or "") / WORDS_LENGTH,
            "asked": len(asked) / QUESTION_LENGTH[question.language],
        }
    )


def _asks_to_be_told(question: Question) -> bool:
    """Whether a question names a topic only: that is told of, not pointed at."""
    return question_patterns().overview.search(fold(question.normalised)) is not None


def decide(question: Question, reading: Reading) -> Decision:
    """Answer, or say why not."""
    if not reading.candidates:
        return Decision(0.0, READ.threshold, "outside", {})
    best = reading.candidates[0]
    signals = signals_of(question, best)
    calibration = UNREAD if "margin" not in signals else READ if "across" in signals else ONE_LANGUAGE
    confidence, threshold = calibration.confidence(signals), calibration.threshold
    foreign = is_foreign(question, best.hit)
    if (best.margin is not None and in_table(best.hit)) or (calibration is ONE_LANGUAGE and foreign):
        # The model read what a row competes with; between the languages it is right less often where it is not sure.
        threshold = READ.threshold
    if best.hit.context < UNCOVERED and not foreign and (calibration is UNREAD or confidence < SURE):
        return Decision(min(confidence, threshold / 2), threshold, "outside", signals)
    if not best.year_matches:
        return Decision(min(confidence, threshold / 2), threshold, "year", signals)
    if not best.thing_matches or best.repeats:
        return Decision(min(confidence, threshold / 2), threshold, "nothing", signals)
    full_name = best.signals.get("spelled_out") and question_patterns().full_name.search(fold(question.normalised))
    if best.signals.get("named") or full_name:
        confidence = max(confidence, SURE)
    if confidence >= threshold:
        return Decision(confidence, threshold, None, signals)
    near = best.hit.context >= OUTSIDE_CONTEXT or any(candidate.repeats for candidate in reading.candidates)
    return Decision(confidence, threshold, "nothing" if near else "outside", signals)
