"""What a question comes back as: `Answer` and `Citation`, the contract with scripts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.characters import in_both_languages
from vectorstore.schema import Language

Register = Literal["en", "zh-Hans", "zh-Hant", "yue"]
"""The language and script of a question, and so of its answer (Cantonese is answered in Traditional Chinese)."""

ReaderName = Literal["sentence", "chat"]
"""Who writes an answer."""


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

    @property
    def in_one_language(self) -> bool:
        """Whether the report says it in one language only."""
        return self.counterpart is None and not in_both_languages(self.quote)


class Turn(BaseModel):
    """An earlier turn of a conversation, as scripts give it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: str | None = None


class Generation(BaseModel):
    """What the chat reader did for an answer, and what it cost.

    `prompt` names language, purpose, version and digest of the prompt. `tokens_in` and `tokens_out` are the provider's
    counts, or tiktoken's where it gives none. `statements` counts those that the guard saw, `repaired` those that the
    model mended, `dropped` those that were given up. `fallback` says why the sentence reader answered instead: a fault
    (`timeout`, `rate_limit`, …), `paused`, `budget`, `declined`, `unsupported`, `beside` (true, but no answer to the
    question) or `untranslated` (a refusal whose translation would not do); null where the model answered.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    prompt: str
    passages_sent: int = 0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    statements: int = 0
    repaired: int = 0
    dropped: int = 0
    cached: bool = False
    fallback: str | None = None


class Answer(BaseModel):
    """The answer to one question. `answer` holds markers `[1]`; every marker has its citation and the reverse.

    `reader` is who wrote it; `generation` is null where no chat model was asked for.
    `latency_ms` holds `total` and its stages, in milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    language: Register
    answer: str
    refused: bool
    citations: tuple[Citation, ...]
    reader: ReaderName
    latency_ms: dict[str, float]
    generation: Generation | None = None
