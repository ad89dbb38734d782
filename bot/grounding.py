"""Statements → the text of an answer with markers, and citations exact to the character; and the check of both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.answer import Citation, Quote, Register, TitlePair
from bot.readers.base import Statement
from bot.readers.columns import in_table
from bot.readers.windows import locate
from ingest.sentences import clean
from ingest.tables import is_row
from prompts import Messages
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.quantities import Quantity, date_parts, find_quantities
from vectorstore.schema import Language, Passage, Span
from vectorstore.tokens import convert_script

MARKER = re.compile(r"\[(\d+)\]")
_DIGIT_GROUPS = re.compile(r"(?<![\d.])\d{1,3}(?:[ \u00a0]\d{3})+(?![\d.])")
_DANGLING = "，,、；; "
ELLIPSIS: Mapping[Language, str] = {"en": "…", "zh": "……"}


def shown(text: str, register: Register) -> str:
    """A verbatim quote as a reader of `register` sees it: recognition marks out, digits grouped, script converted."""
    return in_script(clean(text).rstrip(_DANGLING), register)


def in_script(text: str, register: Register) -> str:
    """A reading text in the script of `register`; in English, with digits grouped by commas, but in rows of tables.

    Its length stays.
    """
    if register == "en" and is_row(text):
        return text  # its figures stand side by side
    if register == "en":
        return _DIGIT_GROUPS.sub(lambda match: re.sub(r"\s", ",", match.group()), text)
    return convert_script(text, "s2hk") if register in ("zh-Hant", "yue") else convert_script(text, "hk2s")


class Grounder:
    """Writes the answer from statements, so that every citation is true by construction."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def ground(
        self, statements: Sequence[Statement], register: Register, messages: Messages
    ) -> tuple[str, tuple[Citation, ...]]:
        """The answer's text and its citations, numbered from 1 in order."""
        parts: list[str] = []
        citations: list[Citation] = []
        space = " " if register == "en" else ""
        for statement, after in zip(statements, [*statements[1:], None], strict=True):
            marker = len(citations) + 1
            if statement.passage.person is not None:
                is_last = after is None or not _are_of_one_date(statement.passage, after.passage)
                text, cited = self._person(statement, register, messages, marker, dated=is_last)
                if parts:
                    text = parts.pop() + messages("another_person", person=text)
            else:
                cited = [self.cite(statement, marker)]
                text = f"{_said(statement, register)}{space}[{marker}]"
            parts.append(text)
            citations.extend(cited)
        between = "\n" if any(map(_stands_below, statements)) else space
        return between.join(parts), tuple(citations)

    def cite(self, statement: Statement, marker: int) -> Citation:
        """The citation of a statement, its counterpart and its answering words with it."""
        passage = statement.passage
        quote = _quote(passage, Span(statement.start, statement.end), marker)
        words = locate(statement.words, quote.quote) if statement.words else None
        return Citation(
            **quote.model_dump(),
            counterpart=self._counterpart(passage, statement.number, marker),
            answer_start=words[0] if words else None,
            answer_end=words[1] if words else None,
        )

    def _counterpart(self, passage: Passage, number: int, marker: int) -> Quote | None:
        places = self._corpus.counterparts_of(passage.id, number)
        if not places:
            return None
        home = places[0].passage
        sentences = [place.passage.sentences[place.number] for place in places if place.passage.id == home.id]
        return _quote(home, Span(sentences[0].start, sentences[-1].end), marker)

    def _person(
        self, statement: Statement, register: Register, messages: Messages, marker: int, *, dated: bool
    ) -> tuple[str, list[Citation]]:
        """What is said of an officer: with the date on the page, where it has one, if this is `dated`."""
        passage = statement.passage
        person = passage.person
        assert person is not None
        english = register == "en"
        name = (person.name_en or person.name_zh) if english else (person.name_zh or person.name_en)
        post = (person.post_en or person.post_zh) if english else (person.post_zh or person.post_en)
        as_at = (person.as_at_en or person.as_at_zh) if english else (person.as_at_zh or person.as_at_en)
        citations = [self.cite(statement, marker)]
        text = messages(
            "person",
            name=shown(self._corpus.person_text(passage, name), register) if name else "",
            post=shown(self._corpus.person_text(passage, post), register) if post else "",
            marker=f"[{marker}]",
        )
        date = self._covering(as_at) if as_at and dated else None
        if as_at and date:
            text += messages(
                "as_at", statement=shown(date.slice(*as_at), register).rstrip("。."), marker=f"[{marker + 1}]"
            )
            citations.append(Citation(**_quote(date, as_at, marker + 1).model_dump()))
        return text, citations

    def _covering(self, span: Span) -> Passage | None:
        for passage in self._corpus.passages.values():
            if passage.start <= span.start and span.end <= passage.end and passage.role != "person":
                return passage
        return None


def _stands_below(statement: Statement) -> bool:
    """Whether a statement is a row of a table or an item of a list, which stand below each other."""
    return statement.passage.role == "list" or in_table(SentencePlace(statement.passage, statement.number))


def _are_of_one_date(one: Passage, other: Passage) -> bool:
    """Whether two officers hold their posts as at one date."""
    return (
        one.person is not None
        and other.person is not None
        and (one.person.as_at_en, one.person.as_at_zh) == (other.person.as_at_en, other.person.as_at_zh)
    )


def _said(statement: Statement, register: Register) -> str:
    """A statement as the answer says it, with marks where clauses of its sentence are left out."""
    passage, sentence = statement.passage, statement.passage.sentences[statement.number]
    before, after = (
        ELLIPSIS[passage.language] if clean(passage.slice(*left)).strip(_DANGLING) else ""
        for left in ((sentence.start, statement.start), (statement.end, sentence.end))
    )
    return f"{before}{shown(passage.slice(statement.start, statement.end), register)}{after}"


def _quote(passage: Passage, span: Span, marker: int) -> Quote:
    return Quote(
        marker=marker,
        passage_id=passage.id,
        document=passage.document,
        section=tuple(TitlePair(zh=title.zh, en=title.en) for title in passage.section),
        language=passage.language,
        start=span.start,
        end=span.end,
        quote=passage.slice(*span),
    )


def unsupported(answer: str, citations: Sequence[Citation]) -> list[str]:
    """What of an answer its citations do not bear out: numbers, dates and shares that no quote holds, loose markers.

    Empty for a grounded answer. Quotes count in both languages of the pair.
    """
    used = {int(number) for number in MARKER.findall(answer)}
    given = {citation.marker for citation in citations}
    problems = [f"[{number}]" for number in sorted(used ^ given)]
    quotes = [text for c in citations for text in (c.quote, c.counterpart.quote if c.counterpart else "")]
    held = {key for text in quotes for quantity in find_quantities(clean(text)) for key in canonical_keys(quantity)}
    bare = MARKER.sub(" ", answer)
    for quantity in find_quantities(bare):
        if not held & {f"{quantity.kind}:{quantity.value}"}:
            problems.append(bare[quantity.start : quantity.end])
    return problems


def canonical_keys(quantity: Quantity) -> set[str]:
    """What a quantity of a quote bears out: itself, and for a date the coarser ones that contain it."""
    values = date_parts(quantity.value) if quantity.kind == "date" else [quantity.value]
    return {f"{quantity.kind}:{value}" for value in values}
