"""A document → passages in both languages, aligned, and the terms it defines: the parsing steps put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.alignment import Bead, align
from ingest.blocks import Block, Place, read_blocks
from ingest.characters import in_both_languages
from ingest.entries import under_entries
from ingest.passages import build_passages, embedding_text
from ingest.people import find_people, with_people
from ingest.roles import assign_roles
from ingest.sections import Outline, contents_of, find_titles, make_outline
from ingest.sentences import clean
from ingest.terms import collect_terms
from ingest.titles import nested_headings, pair_headings, section_paths
from vectorstore.schema import Document, ParsedDocument, SectionPath, Span

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""(n,) texts → (n, dim) unit vectors of the passage kind, in order."""


def parse(document: Document, embed: Embed, passage_tokens: int) -> ParsedDocument:
    """Passages of at most `passage_tokens` tokens with their translations, and the terms that the document defines.

    `embed` is called on texts of `sentence_embedding_text` only, each once.
    """
    text = document.text
    blocks = read_blocks(text)
    people = find_people(text, blocks)
    titles = find_titles(text, blocks, contents_of(text, blocks))
    blocks = assign_roles(text, with_people(blocks, people), {at for title in titles for at in title})
    outline = make_outline(text, blocks, titles, people)
    places = _places(blocks)
    paths, beads = _aligned(text, blocks, outline, places, embed)
    passages = build_passages(document, blocks, paths, places, beads, people, passage_tokens)
    return ParsedDocument(document, tuple(passages), tuple(collect_terms(text, passages)))


def _places(blocks: Sequence[Block]) -> list[Place]:
    return [
        Place(at, Span(*span)) for at, block in enumerate(blocks) if block.role != "person" for span in block.sentences
    ]


def _aligned(
    text: str, blocks: Sequence[Block], outline: Outline, places: Sequence[Place], embed: Embed
) -> tuple[list[SectionPath], list[Bead]]:
    """The section path of each block and the beads of all sentences, headings included.

    Titles in two languages are joined by what stands below them, so a first alignment leaves out the sentences
    whose section has no title in their own language yet; their context is known after it.
    """
    embedder = _Embedder(embed)
    alignable = [at for at, place in enumerate(places) if _has_translation(text, blocks[place.block])]
    settled = [at for at in alignable if _has_own_title(blocks, outline, places[at].block)]
    first = _beads(text, blocks, section_paths(text, blocks, outline, {}), places, settled, embedder)
    pairs = pair_headings(blocks, outline, _votes(outline, places, first))
    nested = nested_headings(blocks, outline, pairs, lambda at: embedder([clean(blocks[b].text(text)) for b in at]))
    paths = under_entries(text, blocks, section_paths(text, blocks, outline, pairs, nested))
    beads = _beads(text, blocks, paths, places, alignable, embedder)
    return paths, [*beads, *_heading_beads(outline, places, pairs)]


def _has_translation(text: str, block: Block) -> bool:
    """Whether what says the same as a block is looked for: headings have their own way, and a row of a table or a
    line of a list that is in both languages says it itself."""
    if block.role in ("heading", "table") or block.level:
        return False
    return not (block.role == "list" and in_both_languages(block.text(text)))


class _Embedder:
    """Embeds each text once."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._embed(missing), strict=True))
        return np.array([self._vectors[text] for text in texts], dtype=np.float32)


def _has_own_title(blocks: Sequence[Block], outline: Outline, block: int) -> bool:
    section = outline.sections[block]
    return section is None or outline.headings[section].block(blocks[block].language) is not None


def _beads(
    text: str,
    blocks: Sequence[Block],
    paths: Sequence[SectionPath],
    places: Sequence[Place],
    chosen: Sequence[int],
    embedder: _Embedder,
) -> list[Bead]:
    """The beads among the `chosen` sentences."""
    if len({blocks[places[at].block].language for at in chosen}) < 2:
        return []
    texts = []
    for at in chosen:
        block, span = places[at].block, places[at].span
        texts.append(embedding_text(blocks[block].role, blocks[block].language, paths[block], text[slice(*span)]))
    found = align(text, blocks, [places[at] for at in chosen], embedder(texts))
    return [Bead(tuple(chosen[k] for k in bead.zh), tuple(chosen[k] for k in bead.en)) for bead in found]


def _votes(outline: Outline, places: Sequence[Place], beads: Sequence[Bead]) -> Mapping[tuple[int, int], int]:
    """How many sentence links join the text below a Chinese heading to that below an English one."""
    votes: Counter[tuple[int, int]] = Counter()
    for bead in beads:
        zh, en = outline.sections[places[bead.zh[0]].block], outline.sections[places[bead.en[0]].block]
        if zh is not None and en is not None:
            votes[zh, en] += 1
    return votes


def _heading_beads(outline: Outline, places: Sequence[Place], pairs: Mapping[int, int]) -> list[Bead]:
    """A bead for each heading given in both languages."""
    place_of = {place.block: at for at, place in enumerate(places)}
    both = [(heading.zh, heading.en) for heading in outline.headings]
    both += [(outline.headings[zh].zh, outline.headings[en].en) for zh, en in pairs.items()]
    return [Bead((place_of[zh],), (place_of[en],)) for zh, en in both if zh is not None and en is not None]
