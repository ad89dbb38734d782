"""The sections' titles in both languages: which headings are one, and which stand below another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ingest.beads import Vectors, centred
from ingest.blocks import Block
from ingest.sections import MOTTO, SUB, Heading, Outline
from ingest.sentences import clean
from vectorstore.schema import Language, SectionPath, Title

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def pair_headings(blocks: Sequence[Block], outline: Outline, votes: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Chinese headings and the English headings that head the same text, by their indexes in the outline.

    `votes` counts the sentence links between the text below two headings: each other's best are a pair. Headings right
    above a pair, without text of their own, are paired in order.
    """
    headings = outline.headings
    pairs: dict[int, int] = {}
    for (zh, en), count in votes.items():
        if headings[zh].en is not None or headings[en].zh is not None:
            continue
        rivals = [other for pair, other in votes.items() if (pair[0] == zh) != (pair[1] == en)]
        if count > max(rivals, default=0):
            pairs[zh] = en
    for index in range(len(headings) - 1):
        zh_motto, en_motto = headings[index], headings[index + 1]
        if zh_motto.level == en_motto.level == MOTTO and zh_motto.en is None and en_motto.zh is None:
            pairs[index] = index + 1
    for zh, en in list(pairs.items()):
        while _heads_heading(blocks, headings, zh - 1, "zh") and _heads_heading(blocks, headings, en - 1, "en"):
            zh, en = zh - 1, en - 1
            if zh in pairs or en in pairs.values():
                break
            pairs[zh] = en
    return pairs


def _heads_heading(blocks: Sequence[Block], headings: Sequence[Heading], index: int, language: Language) -> bool:
    """Whether a heading in this language alone is followed at once by another heading."""
    if index < 0 or headings[index].level == MOTTO:
        return False
    heading = headings[index]
    block = heading.block(language)
    alone = heading.zh is None or heading.en is None
    return alone and block is not None and block + 1 < len(blocks) and blocks[block + 1].role == "heading"


def nested_headings(
    blocks: Sequence[Block], outline: Outline, pairs: Mapping[int, int], vectors_of: Callable[[Sequence[int]], Vectors]
) -> set[int]:
    """Indexes of headings that stand below the one before them.

    Those after a heading without text of its own, while they are nearer to it than headings are on average.
    `vectors_of` gives the vectors of heading blocks; it is not called where no heading is followed at once by another.
    """
    parents = [
        (at, lang) for at in range(len(outline.headings)) for lang in LANGUAGES if _is_parent(blocks, outline, at, lang)
    ]
    if not parents:
        return set()
    headings = merged_headings(outline, pairs)
    likeness = _likeness(headings, vectors_of)
    nested: set[int] = set()
    for parent, language in parents:
        for child in range(parent + 1, len(headings)):
            apart = outline.headings[child].block(language) is None or headings[child].level != SUB
            if parent in nested or apart or (child, language) in parents or likeness[parent, child] <= 0:
                break
            nested.add(child)
    return nested | {at for pair in pairs.items() if nested & set(pair) for at in pair}


def _is_parent(blocks: Sequence[Block], outline: Outline, index: int, language: Language) -> bool:
    """Whether a heading (no Markdown one, which says its level) is followed at once by another of its language."""
    own = outline.headings[index]
    following = outline.headings[index + 1] if index + 1 < len(outline.headings) else None
    block = own.block(language)
    if following is None or block is None or own.level != SUB or following.level != SUB or blocks[block].level:
        return False
    last = max(at for at in (own.zh, own.en) if at is not None)
    return following.block(language) is not None and following.opens == last + 1


def _likeness(headings: Sequence[Heading], vectors_of: Callable[[Sequence[int]], Vectors]) -> Vectors:
    """The sum, over the languages that two headings have, of their centred cosines."""
    total = np.zeros((len(headings), len(headings)), dtype=np.float32)
    for language in LANGUAGES:
        at = [(row, block) for row, heading in enumerate(headings) if (block := heading.block(language)) is not None]
        if at:
            rows = [row for row, _ in at]
            unit = centred(vectors_of([block for _, block in at]))
            total[np.ix_(rows, rows)] += unit @ unit.T
    return total


def merged_headings(outline: Outline, pairs: Mapping[int, int]) -> list[Heading]:
    """Headings with both languages of each pair, on both sides, at the higher of their levels."""
    merged = list(outline.headings)
    for zh, en in pairs.items():
        first, second = outline.headings[zh], outline.headings[en]
        for index in (zh, en):
            merged[index] = replace(merged[index], zh=first.zh, en=second.en, level=min(first.level, second.level))
    return merged


def section_paths(
    text: str, blocks: Sequence[Block], outline: Outline, pairs: Mapping[int, int], nested: Collection[int] = ()
) -> list[SectionPath]:
    """The path of titles of every block. `pairs` joins a Chinese heading's index to its English one's."""
    headings = [
        replace(heading, level=heading.level + (index in nested))
        for index, heading in enumerate(merged_headings(outline, pairs))
    ]
    paths: list[SectionPath] = []
    for index, heading in enumerate(headings):
        parent = _parent(headings, index)
        title = Title(_reading(text, blocks, heading.zh), _reading(text, blocks, heading.en))
        paths.append((*(paths[parent] if parent is not None else ()), title))
    return [() if section is None else paths[section] for section in outline.sections]


def _reading(text: str, blocks: Sequence[Block], block: int | None) -> str:
    return "" if block is None else clean(blocks[block].text(text))


def _parent(headings: Sequence[Heading], index: int) -> int | None:
    """The nearest heading before it of a higher level."""
    for before in range(index - 1, -1, -1):
        if MOTTO < headings[before].level < headings[index].level:
            return before
    return None
