"""Runs gold questions through the assistant: questions → records → scores → `Results`."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime

from pydantic import TypeAdapter

from bot.assistant import Assistant
from bot.pool import in_order
from bot.settings import Settings
from evaluation.documents import Place
from evaluation.figures import Figure, figure_of, subset
from evaluation.gold import GoldQuestion, Split, split_of
from evaluation.metrics import METRICS
from evaluation.metrics.base import Metric, Score
from evaluation.provenance import public_settings, versions
from evaluation.record import Observer, Record, place_of
from evaluation.results import CandidateRecord, QuestionRecord, Results, RunInfo
from ingest.loaders import load_documents, shipped_reports
from vectorstore.errors import InputError
from vectorstore.schema import Document

SHOWN_CANDIDATES = 10

_QUESTIONS: TypeAdapter[list[GoldQuestion]] = TypeAdapter(list[GoldQuestion])

AllScores = Mapping[str, Mapping[str, Score]]


def evaluate(
    questions: Sequence[GoldQuestion],
    assistant: Assistant,
    settings: Settings | None = None,
    *,
    files: Sequence[Document] | None = None,
    gold: str = "",
    metrics: Sequence[Metric[Record]] = METRICS,
    threads: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Results:
    """Ask every question and score the answers.

    `settings` are those that `assistant` was opened with, to be recorded. `files` are the documents that the index was
    made of; without them those that ship are taken where they are these. `gold` names where the questions come from.
    `threads` questions are asked at a time; answers and figures do not depend on it, latencies are those of that load.
    `progress` is told how many of how many questions are done.

    Raises:
        InputError: there is no question, or none of the evidence stands in the index.
    """
    if not questions:
        raise InputError("There is no question to evaluate.")
    began = time.perf_counter()
    observer = Observer(assistant, _shipped(assistant) if files is None else files)
    missing = _not_indexed(questions, observer)
    records = []
    with closing(in_order(observer.observe, questions, threads)) as observed:
        for done, record in enumerate(observed, 1):
            records.append(record)
            progress(done, len(questions))
    scores = {metric.name: metric.scores(records) for metric in metrics}
    ids = {question.id for question in questions}
    return Results(
        run=_run_info(questions, assistant, settings, gold, threads, time.perf_counter() - began),
        figures=all_figures(questions, scores, metrics),
        group_scores={
            name: {unit: (s.value, s.weight) for unit, s in found.items()}
            for name, found in scores.items()
            if found.keys() - ids
        },
        not_indexed=tuple(missing),
        questions=tuple(_question_record(record, scores) for record in records),
    )


def all_figures(
    questions: Sequence[GoldQuestion], scores: AllScores, metrics: Sequence[Metric[Record]] = METRICS
) -> dict[str, dict[str, Figure]]:
    """The figures of all questions, of every register and of every category.

    A group of questions belongs to a subset where all its questions do.
    """
    clusters = {question.id: question.group or question.id for question in questions}
    return {
        name: {metric.name: figure_of(metric, subset(scores[metric.name], units), clusters) for metric in metrics}
        for name, units in _subsets(questions).items()
    }


def _subsets(questions: Sequence[GoldQuestion]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = {"all": {question.id for question in questions}}
    for question in questions:
        members.setdefault(f"register:{question.register}", set()).add(question.id)
    for question in questions:
        members.setdefault(f"category:{question.category}", set()).add(question.id)
    groups: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        if question.group:
            groups[question.group].add(question.id)
    return {
        name: ids | {group for group, asked in groups.items() if asked <= ids and group not in ids}
        for name, ids in members.items()
    }


def _shipped(assistant: Assistant) -> list[Document]:
    wanted = {entry.sha256 for entry in assistant.manifest.documents}
    try:
        return [document for document in load_documents([shipped_reports()]) if document.sha256 in wanted]
    except InputError:  # an installation without the report: the passages tell enough
        return []


def _not_indexed(questions: Sequence[GoldQuestion], observer: Observer) -> list[str]:
    texts = dict.fromkeys(text for question in questions for text in question.evidence)
    missing = [text for text in texts if not observer.texts.find(text)]
    if texts and len(missing) == len(texts):
        raise InputError("None of the gold evidence is in the index; run `reportqa ingest` on the report it is from.")
    return missing


def _run_info(
    questions: Sequence[GoldQuestion],
    assistant: Assistant,
    settings: Settings | None,
    gold: str,
    threads: int,
    seconds: float,
) -> RunInfo:
    splits = {split_of(question) for question in questions}
    split: Split = next(iter(splits)) if len(splits) == 1 else "all"
    manifest = assistant.manifest
    return RunInfo(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        threads=threads,
        gold=gold,
        gold_sha256=hashlib.sha256(_QUESTIONS.dump_json(list(questions))).hexdigest(),
        split=split,
        reader=settings.reader if settings else "sentence",
        settings=public_settings(settings) if settings else {},
        versions=versions(),
        index_fingerprint=manifest.fingerprint,
        embedding=manifest.embedding,
        documents={entry.name: entry.sha256 for entry in manifest.documents},
    )


def _question_record(record: Record, scores: AllScores) -> QuestionRecord:
    relevant = [place for places in record.facts for place in places]
    ranked = [any(place.overlaps(other) for other in relevant) for place in record.ranking]
    why = record.explanation
    return QuestionRecord(
        gold=record.gold,
        answer=record.answer,
        cited_evidence=tuple(_is_evidence(record, place_of(citation)) for citation in record.answer.citations),
        standalone=why.standalone,
        answer_type=why.answer_type,
        confidence=why.confidence,
        threshold=why.threshold,
        reason=why.reason,
        stage=why.verdict_stage,
        first_relevant_rank=ranked.index(True) + 1 if True in ranked else None,
        candidates=tuple(
            CandidateRecord(text=c.text, section=c.section, score=c.score, relevant=hit)
            for c, hit in list(zip(why.candidates, ranked, strict=True))[:SHOWN_CANDIDATES]
        ),
        scores={
            name: (found[record.gold.id].value, found[record.gold.id].weight)
            for name, found in scores.items()
            if record.gold.id in found
        },
    )


def _is_evidence(record: Record, place: Place) -> bool:
    return any(place.overlaps(other) for places in record.evidence for other in places)
