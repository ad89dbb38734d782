"""What a question comes back as: `Answer` and `Citation`, the contract with scripts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from vectorstore.schema import Language

Register = Literal["en", "zh-Hans", "zh-Hant", "yue"]
"""The language and script of a question, and so of its answer (Cantonese is answered in Traditional Chinese)."""


class TitlePair(BaseModel):
    """A section title in both languages; empty where the report gives none."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class Quote(BaseModel):
    """A verbatim stretch of the report: `document.text[start:end] == quote`, counted in code points."""

    model_config = ConfigDict(frozen=True)

    marker: int
    passage_id: str
    document: str
    section: tuple[TitlePair, ...]
    language: Language
    start: int
    end: int
    quote: str


class Citation(Quote):
    """A quote that a marker of the answer points to, with the same statement in the other language.

    `answer_start` and `answer_end` frame the answering words inside the quote, in code points of the quote;
    null where the reader does not know them.
    """

    counterpart: Quote | None = None
    answer_start: int | None = None
    answer_end: int | None = None


class Turn(BaseModel):
    """An earlier turn of a conversation, as scripts give it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: str | None = None


class Answer(BaseModel):
    """The answer to one question. `answer` holds markers `[1]`; every marker has its citation and the reverse.

    `latency_ms` holds `total` and its stages, in milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    language: Register
    answer: str
    refused: bool
    citations: tuple[Citation, ...]
    reader: Literal["sentence", "chat"]
    latency_ms: dict[str, float]
