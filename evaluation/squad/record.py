"""One question of a SQuAD-format file with what the assistant made of it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.answer import Answer, Citation
from evaluation.squad.dataset import SquadQuestion
from evaluation.text import without_markers

RANKED = 5
"""Paragraphs of the ranking that are kept."""


class SquadRecord(BaseModel):
    """A question and its answer; paragraphs go by number.

    `ranking` holds the paragraphs of the candidate sentences, best first, each once. `cited` is the paragraph of the
    first citation and `quote` its sentence. `prediction` holds the answering words where the reader marks them, else
    the answer.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    id: str
    question: str
    answers: tuple[str, ...]
    paragraph: int
    refused: bool
    answer: str
    prediction: str
    ranking: tuple[int, ...]
    cited: int | None
    quote: str | None
    confidence: float
    latency_ms: float


def make_record(
    number: int,
    asked: SquadQuestion,
    answer: Answer,
    ranking: Iterable[int],
    cited: int | None,
    confidence: float,
) -> SquadRecord:
    """The record of question `number`, from its answer and the paragraphs of its candidates."""
    first = answer.citations[0] if answer.citations else None
    return SquadRecord(
        number=number,
        id=asked.id,
        question=asked.question,
        answers=asked.answers,
        paragraph=asked.paragraph,
        refused=answer.refused,
        answer=answer.answer,
        prediction=_prediction(answer, first),
        ranking=tuple(dict.fromkeys(ranking))[:RANKED],
        cited=cited,
        quote=first.quote if first else None,
        confidence=confidence,
        latency_ms=answer.latency_ms["total"],
    )


def _prediction(answer: Answer, first: Citation | None) -> str:
    if answer.refused:
        return ""
    if first and first.answer_start is not None and first.answer_end is not None:
        return first.quote[first.answer_start : first.answer_end]
    return without_markers(answer.answer)
