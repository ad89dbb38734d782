"""Figures on the held-out documents, through the very reader that ships."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from random import Random
from statistics import fmean

import numpy as np

from bot.readers.spans import SpanReader, SpanScore
from training.negatives import Negatives
from training.settings import Settings
from training.sources import CHINESE, Pair, Paragraph
from training.windows import window_without

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One held-out question: how good its span is, and span score minus null over three windows.

    `answering` is the gold paragraph, `other` BM25's best paragraph without the answer, `near_miss` the gold paragraph
    without the answer's sentence; NaN where there is none.
    """

    exact: bool
    f1: float
    right_sentence: bool
    answering: float
    other: float
    near_miss: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the questions of a source; AUROC is of telling windows with the answer from windows without."""

    questions: int
    exact: float
    f1: float
    right_sentence: float
    auroc_other: float
    auroc_near_miss: float


def score(reader: SpanReader, pairs: Sequence[Pair], settings: Settings) -> list[Outcome]:
    """The outcomes of a source's held-out questions, at most `settings.scored` of them."""
    answered = [pair for pair in pairs if pair.start >= 0]
    chosen = Random(settings.seed).sample(answered, min(settings.scored, len(answered)))
    negatives = Negatives(answered)
    others = [_found(pair) or negatives.first(pair) for pair in chosen]
    with ThreadPoolExecutor(settings.threads) as pool:
        return list(pool.map(_outcome, repeat(reader), chosen, others))


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """What a source's outcomes come to."""
    return Figures(
        len(outcomes),
        fmean(outcome.exact for outcome in outcomes),
        fmean(outcome.f1 for outcome in outcomes),
        fmean(outcome.right_sentence for outcome in outcomes),
        auroc([outcome.answering for outcome in outcomes], [outcome.other for outcome in outcomes]),
        auroc([outcome.answering for outcome in outcomes], [outcome.near_miss for outcome in outcomes]),
    )


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The share of (positive, negative) couples in the right order, ties by half; NaN values are left out."""
    high, low = (np.array([v for v in values if not np.isnan(v)]) for values in (positives, negatives))
    if not len(high) or not len(low):
        return float("nan")
    low.sort()
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.mean() / 2 / len(low))


def logistic(positives: Sequence[float], negatives: Sequence[float]) -> tuple[float, float]:
    """(slope, intercept) of the probability that a window answers, by its margin: Newton's method, both sides equal."""
    sides = [np.array([v for v in values if not np.isnan(v)]) for values in (positives, negatives)]
    margins = np.concatenate(sides)
    wanted = np.repeat([1.0, 0.0], [len(side) for side in sides])
    shares = np.repeat([0.5 / max(len(side), 1) for side in sides], [len(side) for side in sides])
    design = np.stack([margins, np.ones_like(margins)], axis=1)
    weights = np.zeros(2)
    for _ in range(25):
        chances = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = design.T @ (design * (shares * chances * (1 - chances))[:, None]) + 1e-6 * np.eye(2)
        weights += np.linalg.solve(curvature, design.T @ (shares * (wanted - chances)))
    return float(weights[0]), float(weights[1])


def _found(pair: Pair) -> Paragraph | None:
    return replace(pair.paragraph, text=pair.others[0]) if pair.others else None


def _outcome(reader: SpanReader, pair: Pair, other: Paragraph | None) -> Outcome:
    paragraph = pair.paragraph
    span, margin = _read(reader, pair.question, paragraph.title, paragraph.text)
    said = paragraph.text[span.start : span.end]
    chinese = paragraph.source in CHINESE
    middle = (span.start + span.end) // 2
    sentence = next((own for own in paragraph.sentences if own[0] <= middle < own[1]), (0, 0))
    rest = window_without(paragraph.text, paragraph.sentences, (pair.start, pair.end), 10_000, len, Random(0))
    return Outcome(
        any(_units(said, chinese) == _units(answer, chinese) for answer in pair.answers),
        max(_f1(_units(said, chinese), _units(answer, chinese)) for answer in pair.answers),
        sentence[0] < pair.end and sentence[1] > pair.start,
        margin,
        _read(reader, pair.question, other.title, other.text)[1] if other else float("nan"),
        _read(reader, pair.question, paragraph.title, rest.text)[1] if rest else float("nan"),
    )


def _read(reader: SpanReader, question: str, title: str, text: str) -> tuple[SpanScore, float]:
    """The best span of the text behind its title (offsets of the text), and its margin over null."""
    front = f"{title}\n" if title else ""
    reading = reader.read(question, [front + text])[0]
    best = reading.best_in([(len(front), len(front) + len(text))])[0] or reading.best
    moved = SpanScore(best.score, max(0, best.start - len(front)), max(0, best.end - len(front)))
    return moved, best.score - reading.null


def _units(text: str, chinese: bool) -> list[str]:
    """What is compared: characters in Chinese, words without articles in English; no punctuation."""
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c if unicodedata.category(c)[0] not in "PS" else ("" if chinese else " ") for c in folded)
    return list("".join(kept.split())) if chinese else _ARTICLES.sub(" ", kept).split()


def _f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted)) if common else 0.0
