"""What every reader takes and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.question import Question
from bot.readers.margins import Look
from ingest.characters import in_both_languages
from vectorstore.retriever import Hit
from vectorstore.schema import Passage


def is_foreign(question: Question, hit: Hit) -> bool:
    """Whether a sentence says nothing in the language of the question, so that it can hold no word of it."""
    return hit.passage.language != question.language and not in_both_languages(hit.text)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrieved sentence as the reader judges it.

    `fit` (0 to 1) says how well it holds the kind of answer that is asked for, `cue` (0 to 1) how far it answers the
    wording (now, at most); `year_matches` is false when the question names a time that the sentence does not speak of,
    `thing_matches` when the question names a place, a part or, as a follow-up, another thing that neither it nor its
    titles do. `repeats` says that its answering words are those that the turn before was answered with. `signals` are
    what `ReadingWeights` weighs.

    `margin` and `span` are the reading model's: how surely the sentence answers, above the null answer, and the
    answering words; None where it did not read. `look` is there where it looked again.
    """

    hit: Hit
    fit: float
    cue: float
    year_matches: bool
    thing_matches: bool
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    margin: float | None = None
    span: str | None = None
    look: Look | None = None
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of the report that goes into the answer: `start` to `end` in code points of the document.

    `words` are the answering ones as the reading model took them; None where it does not know.
    """

    passage: Passage
    number: int
    start: int
    end: int
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Candidates, best first, and the statements chosen among them and around them, in the order of the answer."""

    candidates: tuple[Candidate, ...]
    statements: tuple[Statement, ...]


class Reader(Protocol):
    """Chooses what answers a question."""

    def read(self, question: Question, hits: Sequence[Hit], *, whole_order: bool = True) -> Reading:
        """The reading of `hits`; no statement when there is nothing to read.

        Without `whole_order` only the statements and the first candidate need be right.
        """
        ...
