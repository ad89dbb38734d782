"""The vocabulary that ingest and bot share: documents, sections, passages and sentences.

Every offset counts Unicode code points of `Document.text`, end exclusive: `document.text[start:end]` is the
verbatim text of whatever carries the offsets, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

SCHEMA_VERSION = 1
"""Raised by one whenever what is stored changes its form; an index of another version must be rebuilt."""

Language = Literal["zh", "en"]
Role = Literal["heading", "body", "caption", "list", "table", "person", "callout"]


class Span(NamedTuple):
    """A stretch of `Document.text`; `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A report file: `text` exactly as decoded from UTF-8, nothing changed.

    `id` is stable for a file name, whatever it holds, so that a changed report replaces itself.
    """

    id: str
    name: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Title:
    """A heading in both languages; a language that the report does not give is an empty string."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The title in `language`, else in the other one."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


SectionPath = tuple[Title, ...]
"""Titles from the outermost section inwards; empty before the first heading."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or list item, caption line) of a passage.

    `counterpart` spans the sentences that say the same in the other language, or is None where there are none.
    """

    start: int
    end: int
    counterpart: Span | None = None


@dataclass(frozen=True, slots=True)
class PersonPost:
    """Who holds which post, and as at when: spans of the names and posts in both languages.

    `as_at_zh` and `as_at_en` span the statement of the date on the page, where it has one.
    """

    name_zh: Span | None
    name_en: Span | None
    post_zh: Span | None
    post_en: Span | None
    as_at_zh: Span | None = None
    as_at_en: Span | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one section, language and role, within the token budget.

    `id` depends on the document's id, the language, the section and the passage's own text (and on how many times that
    text stood there before), not on its offsets: unchanged text keeps its id when text before it changes.
    `text` is `document.text[start:end]`. `counterpart_id` names the passage that holds its translation.
    `tokens` counts `text` in tiktoken's cl100k_base.
    """

    id: str
    document_id: str
    document: str
    start: int
    end: int
    text: str
    language: Language
    section: SectionPath
    role: Role
    tokens: int
    sentences: tuple[Sentence, ...]
    counterpart_id: str | None = None
    person: PersonPost | None = None

    def slice(self, start: int, end: int) -> str:
        """The verbatim text between two document offsets that lie inside this passage."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class Term:
    """Names that a report uses for one thing, as it defines them itself.

    Full name, abbreviation and translation alike: ("Top Talent Pass Scheme", "TTPS", "高才通计划").
    """

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What ingestion makes of one document: passages in document order, and the terms it defines."""

    document: Document
    passages: tuple[Passage, ...]
    terms: tuple[Term, ...]
