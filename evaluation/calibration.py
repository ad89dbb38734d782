"""Fits the refusal decision: `python -m evaluation.calibration` prints its coefficients.

On the `dev` questions, each counted twice, on the practice questions, over half of which the report only nearly
answers, and on the invented reports that are not held out, with their follow-ups: the reading model is surer of the
report that it has practised on.

With `--squad`, files in SQuAD's format of documents that the reading model has not seen (`training.held_out`), it fits
the decision over documents in one language too. Each question is asked twice: over the half of the paragraphs that
answers it, and over the other half.

Logistic regression with an L2 penalty (Hosmer, Lemeshow and Sturdivant, 2013, chapter 1) on the signals of
`Assistant.explain`. Left out are false premises, since an answer that corrects one is right too, and of the fit the
questions whose best candidate is another sentence than the one that answers: neither decision is right there.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize

from bot.assistant import Assistant
from bot.pool import in_order, threads_for
from bot.refusal import ONE_LANGUAGE
from bot.settings import Settings, load_settings
from evaluation.gold import GOLD_QUESTIONS, PRACTICE_QUESTIONS, GoldQuestion, load_gold, was_practised
from evaluation.invented import invented_reports
from evaluation.record import Observer, Record
from evaluation.squad.dataset import SquadDataset, SquadQuestion, halves, load_squad
from evaluation.squad.workspace import Workspace
from evaluation.text import contains_any
from vectorstore.errors import ReportQAError

GOLD_WEIGHT = 2.0
FOLLOW_UPS = "follow-ups"
"""Those of all invented reports, as one source."""
TWO_LANGUAGES_WEIGHT = 0.3
"""What a question over a report in two languages counts in the fit for one: it brings the near misses."""
PENALTY = 0.001
FOLDS = 10
THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Questions as the fit sees them: the names of the signals, a row of values a question, whether it can be answered,
    whether the fit takes it in, what it counts, the number of its group (questions about one fact have one), and where
    it comes from."""

    names: list[str]
    rows: Matrix
    labels: Matrix
    fitted: NDArray[np.bool_]
    weights: Matrix
    groups: NDArray[np.int64]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The signals of one question, and what the fit makes of it."""

    signals: Mapping[str, float]
    answerable: bool
    fitted: bool
    weight: float
    group: str
    source: str


def samples_of(assistant: Assistant, source: str, weight: float, questions: Sequence[GoldQuestion]) -> Iterator[Sample]:
    """The samples of questions that one assistant is asked."""
    for record in in_order(Observer(assistant).observe, questions, threads_for("sentence")):
        question, signals = record.gold, record.explanation.signals
        if signals and question.category != "false_premise":
            fitted = not question.answerable or _is_answered_by_the_best(record)
            group = f"{source}:{question.group or question.id}"
            yield Sample(signals, question.answerable, fitted, weight, group, source)


def one_language_samples(settings: Settings, dataset: SquadDataset) -> Iterator[Sample]:
    """The samples of a file's questions, over either half of its paragraphs."""
    sides = halves(dataset)
    for here in sides:
        workspace = Workspace(here, settings, "calibration")
        with workspace.opened():
            workspace.ingest(lambda stage, done, total: None)
            with closing(Assistant.open(workspace.settings)) as assistant:
                for side in sides:
                    yield from _asked_over(assistant, dataset.name, side.questions, answerable=side is here)


def _asked_over(
    assistant: Assistant, source: str, questions: Sequence[SquadQuestion], *, answerable: bool
) -> Iterator[Sample]:
    for question in questions:
        _, why = assistant.explain(question.question)
        if why.signals:
            fitted = not answerable or contains_any(why.candidates[0].text, question.answers)
            yield Sample(why.signals, answerable, fitted, 1.0, f"{source}:{question.id}", source)


def as_of_one_language(sample: Sample) -> Sample:
    """A sample over a report in two languages with the signals that there are over documents in one."""
    signals = {name: sample.signals[name] for name in ONE_LANGUAGE.coefficients}
    return replace(sample, signals=signals, weight=TWO_LANGUAGES_WEIGHT)


def _is_answered_by_the_best(record: Record) -> bool:
    return any(record.ranking[0].overlaps(place) for places in record.facts for place in places)


def gathered(samples: Sequence[Sample]) -> Samples:
    """The samples as matrices."""
    # Where the reading model had nothing to read, the decision goes by the other signals alone: those are fitted apart.
    ((commonest, _),) = Counter(tuple(sample.signals) for sample in samples).most_common(1)
    names = list(commonest)
    samples = [sample for sample in samples if list(sample.signals) == names]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(sample.group for sample in samples))}
    return Samples(
        names,
        np.array([[sample.signals[name] for name in names] for sample in samples]),
        np.array([float(sample.answerable) for sample in samples]),
        np.array([sample.fitted for sample in samples]),
        np.array([sample.weight for sample in samples]),
        np.array([numbers[sample.group] for sample in samples]),
        tuple(sample.source for sample in samples),
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


def _coefficients(given: Samples, chosen: NDArray[np.bool_]) -> Matrix:
    chosen = chosen & given.fitted
    return fit(given.rows[chosen], given.labels[chosen], given.weights[chosen])


def held_out_confidence(given: Samples, seed: int = 0) -> Matrix:
    """The confidence in each question by coefficients that were fitted without its group (10 folds)."""
    folds = np.random.default_rng(seed).permutation(int(given.groups.max()) + 1)[given.groups] % FOLDS
    confidence = np.zeros(len(given.labels))
    for fold in range(FOLDS):
        held, rest = folds == fold, folds != fold
        if held.any():
            confidence[held] = 1 / (1 + np.exp(-given.rows[held] @ _coefficients(given, rest)))
    return confidence


def auroc(scores: Matrix, labels: Matrix) -> float:
    """The chance that an answerable question scores above an unanswerable one; ties count half."""
    above = scores[labels > 0][:, None] - scores[labels == 0][None, :]
    return float((np.sign(above) + 1).mean() / 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the coefficients, the held-out AUROC, and what each threshold would refuse: with the reading model, over
    documents in one language where there are some, and without the model. 2 where a file is unusable."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.calibration", description="Fit the refusal.")
    parser.add_argument("--squad", nargs="*", type=Path, default=[], help="unseen documents, in SQuAD's format")
    given = parser.parse_args(arguments)
    console = Console(file=sys.stdout, highlight=False)
    settings = load_settings()
    try:
        files = [load_squad(file) for file in given.squad]
        read = list(_all_samples(settings))
        _report(console, "with the reading model", gathered(read))
        if files:
            pointed = [as_of_one_language(sample) for sample in read if "margin" in sample.signals]
            one = [sample for file in files for sample in one_language_samples(settings, file)]
            _report(console, "over documents in one language", gathered([*one, *pointed]))
        unread = _all_samples(settings.model_copy(update={"reading_model": False}))
        _report(console, "without the reading model", gathered(list(unread)))
    except ReportQAError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _all_samples(settings: Settings) -> Iterator[Sample]:
    with closing(Assistant.open(settings)) as assistant:
        yield from samples_of(assistant, "dev", GOLD_WEIGHT, load_gold(GOLD_QUESTIONS, "dev"))
        yield from samples_of(assistant, "practice", 1.0, practice_questions())
    for report in invented_reports():
        if not report.is_held_out:
            with report.assistant(settings) as assistant:
                yield from samples_of(assistant, report.name, 1.0, report.load_questions())
                yield from samples_of(assistant, FOLLOW_UPS, 1.0, report.load_follow_ups())


def _report(console: Console, title: str, given: Samples) -> None:
    console.print(f"\n{title}")
    for name, value in zip(given.names, _coefficients(given, given.fitted), strict=True):
        console.print(f"{name:10} {value:6.2f}")
    confidence = held_out_confidence(given)
    sources = np.array(given.sources)
    for source in dict.fromkeys(given.sources):
        labels, sure = given.labels[sources == source], confidence[sources == source]
        console.print(f"\n{source}: held-out AUROC {auroc(sure, labels):.3f} over {len(labels)} questions")
        console.print("threshold  wrongly refused  rightly refused")
        for threshold in THRESHOLDS:
            refused = sure < threshold
            console.print(f"{threshold:9.2f}  {refused[labels > 0].mean():15.3f}  {refused[labels == 0].mean():15.3f}")


if __name__ == "__main__":
    raise SystemExit(main())
