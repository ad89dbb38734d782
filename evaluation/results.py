"""What an evaluation comes to: `Results`, and the `results.json` that holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answer import Answer
from evaluation.figures import Figure
from evaluation.gold import GoldQuestion, Split
from evaluation.metrics.base import Score
from vectorstore.errors import InputError

RESULTS_VERSION = 1
FILE_NAME = "results.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class RunInfo(_Frozen):
    """What was run: enough to run it again. `created_at` is an ISO 8601 time in UTC; hashes are SHA-256.

    `threads` is how many questions were asked at a time: latencies are those of that load.
    """

    results_version: int = RESULTS_VERSION
    created_at: str
    seconds: float
    threads: int = 1
    gold: str
    gold_sha256: str
    split: Split
    reader: str
    settings: dict[str, Any]
    versions: dict[str, str]
    index_fingerprint: str
    embedding: str
    documents: dict[str, str]


class CandidateRecord(_Frozen):
    """A candidate sentence, and whether it states what is asked for."""

    text: str
    section: str
    score: float
    relevant: bool


class Judgement(_Frozen):
    """What a judge model says of an answer: whether its citations bear it out, and why."""

    grounded: bool
    reason: str


class QuestionRecord(_Frozen):
    """One question: gold, answer, how the decision fell, and its score by metric (`[value, weight]`)."""

    gold: GoldQuestion
    answer: Answer
    cited_evidence: tuple[bool, ...]
    standalone: str
    answer_type: str
    confidence: float
    threshold: float
    reason: str | None
    stage: str
    first_relevant_rank: int | None
    candidates: tuple[CandidateRecord, ...]
    judged: Judgement | None = None
    scores: dict[str, tuple[float, float]]


class Results(_Frozen):
    """A run, its figures by subset (`all`, `register:en`, `category:date`) and metric, and its questions.

    `group_scores` holds the scores whose unit is a group of questions; `not_indexed` the evidence that the index lacks;
    `judge` names the model that judged the answers, if one did.
    """

    run: RunInfo
    figures: dict[str, dict[str, Figure]]
    group_scores: dict[str, dict[str, tuple[float, float]]]
    not_indexed: tuple[str, ...]
    judge: str | None = None
    questions: tuple[QuestionRecord, ...]

    def scores(self, metric: str) -> dict[str, Score]:
        """The scores of a metric by unit: questions, or groups of them."""
        found = {q.gold.id: Score(*q.scores[metric]) for q in self.questions if metric in q.scores}
        return found | {group: Score(*pair) for group, pair in self.group_scores.get(metric, {}).items()}

    @property
    def clusters(self) -> Mapping[str, str]:
        """The group of every question, or the question itself: what is drawn together in a bootstrap."""
        return {question.gold.id: question.gold.group or question.gold.id for question in self.questions}


def read_results(path: Path | str) -> Results:
    """The results of an earlier run, from its folder or its `results.json`.

    Raises:
        InputError: there are none, or this version cannot read them.
    """
    path = Path(path)
    file = path / FILE_NAME if path.is_dir() else path
    try:
        return Results.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"Cannot read {file}: {error.strerror}. Name the --out folder of an earlier run.") from error
    except ValidationError as error:
        raise InputError(f"{file} holds no results that this version can read; run that evaluation again.") from error


def results_bytes(results: Results) -> bytes:
    """The content of `results.json`."""
    return json.dumps(results.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False).encode(
        "utf-8", "backslashreplace"
    )
