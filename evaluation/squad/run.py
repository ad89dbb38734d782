"""Asks the questions of a SQuAD-format file over a temporary index of its paragraphs, and scores the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.assistant import Assistant
from bot.pool import in_order
from bot.settings import Settings
from evaluation.figures import Figure, figure_of
from evaluation.metrics.base import Score
from evaluation.metrics.script_match import script_of
from evaluation.provenance import program_fingerprint, public_settings, versions
from evaluation.squad.dataset import SquadDataset, SquadQuestion
from evaluation.squad.metrics import SQUAD_METRICS
from evaluation.squad.record import SquadRecord, make_record
from evaluation.squad.workspace import Workspace, paragraph_number
from prompts import LanguageChoice

T = TypeVar("T")
SquadLanguage = Literal["zh", "en"]
Progress = Callable[[str, int, int], None]
_CHUNK = 50
"""Answers between two writings to disk."""


class SquadResults(BaseModel):
    """What was run and its figures by metric; the answers stand in a file of their own.

    `seconds` counts ingestion too, of this run alone where it went on from another. `threads` is how many questions
    were asked at a time: latencies are those of that load.
    """

    model_config = ConfigDict(frozen=True)

    created_at: str
    seconds: float
    threads: int
    dataset: str
    dataset_sha256: str
    paragraphs: int
    questions: int
    unanswerable: int
    language: SquadLanguage | None
    embedding: str
    settings: dict[str, str | int | float | bool | None]
    versions: dict[str, str]
    figures: dict[str, Figure]


def evaluate_squad(
    dataset: SquadDataset,
    settings: Settings,
    language: SquadLanguage | None = None,
    *,
    threads: int = 1,
    progress: Progress = lambda stage, done, total: None,
    keep: Callable[[SquadRecord], None] = lambda record: None,
) -> SquadResults:
    """Ingest the paragraphs, ask every question, score the answers; the temporary index is removed at the end.

    `language` is that of the questions; without it the assistant works it out for each. `threads` questions are asked
    at a time. `keep` is given every answer, in order, before they are removed.

    Raises:
        ReportQAError: the paragraphs cannot be ingested, or another run over them is at work.
    """
    began = time.perf_counter()
    workspace = Workspace(dataset, settings, f"{language}:{program_fingerprint()}")
    with workspace.opened():
        workspace.ingest(progress)
        with closing(Assistant.open(workspace.settings)) as assistant:
            _answer_all(dataset, assistant, workspace, language, threads, progress)
        figures = _figures(workspace.records())
        for record in workspace.records():
            keep(record)
    return SquadResults(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - began, 3),
        threads=threads,
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        paragraphs=len(dataset.paragraphs),
        questions=len(dataset.questions),
        unanswerable=dataset.unanswerable,
        language=language,
        embedding=workspace.embedding,
        settings=public_settings(settings),
        versions=versions(),
        figures=figures,
    )


def _answer_all(
    dataset: SquadDataset,
    assistant: Assistant,
    workspace: Workspace,
    language: SquadLanguage | None,
    threads: int,
    progress: Progress,
) -> None:
    answered = {record.number for record in workspace.records()}
    left = [(number, asked) for number, asked in enumerate(dataset.questions) if number not in answered]
    names = {passage.id: paragraph_number(passage.document) for passage in assistant.passages()}
    ask = partial(_ask, assistant, _answer_language(dataset, language), names)
    done = len(answered)
    with closing(in_order(ask, left, threads)) as asked_records:
        for records in _chunks(asked_records, _CHUNK):
            workspace.append(records)
            done += len(records)
            progress("answer", done, len(dataset.questions))


def _ask(
    assistant: Assistant, language: LanguageChoice, paragraphs: dict[str, int], numbered: tuple[int, SquadQuestion]
) -> SquadRecord:
    number, asked = numbered
    answer, why = assistant.explain(asked.question, language=language)
    cited = paragraph_number(answer.citations[0].document) if answer.citations else None
    ranking = (paragraphs[candidate.passage_id] for candidate in why.candidates)
    return make_record(number, asked, answer, ranking, cited, why.confidence)


def _answer_language(dataset: SquadDataset, language: SquadLanguage | None) -> LanguageChoice:
    if language is None:
        return "auto"
    if language == "en":
        return "en"
    return script_of("".join(asked.question for asked in dataset.questions[:200])) or "zh-Hans"


def _figures(records: Iterator[SquadRecord]) -> dict[str, Figure]:
    """The figures; questions on one paragraph are not independent, so paragraphs are what is drawn again."""
    scores: dict[str, dict[str, Score]] = {metric.name: {} for metric in SQUAD_METRICS}
    clusters: dict[str, str] = {}
    for chunk in _chunks(records, 1000):
        clusters.update((str(record.number), f"paragraph {record.paragraph}") for record in chunk)
        for metric in SQUAD_METRICS:
            scores[metric.name].update(metric.scores(chunk))
    return {metric.name: figure_of(metric, scores[metric.name], clusters) for metric in SQUAD_METRICS}


def _chunks(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
