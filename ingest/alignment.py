"""Chinese sentences ↔ the English sentences that say the same: order, embeddings, shared facts and lengths.

Blocks are matched first, then the sentences inside matched blocks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.beads import Items, Rules, Vectors, best_beads, centred, length, scores
from ingest.blocks import Block, Place
from ingest.facts import fact_matrices, facts_of

_BLOCKS = Rules(((1, 1), (1, 2), (2, 1)), floor=0.27, slack=0.0)
_SENTENCES = Rules(((1, 1), (1, 2), (2, 1), (1, 3), (3, 1)), floor=0.0, slack=0.1)
_ADJACENT = 0.15  # bonus of a block beside its translation; twice that within a paragraph or a caption
_UNLIKE = 0.1  # malus of blocks of two roles
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Bead:
    """Indexes of sentences that say the same; neither side is empty."""

    zh: tuple[int, ...]
    en: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One language: its blocks in order with an item for each, and the sentences (with their items) of every block."""

    blocks: list[int]
    whole: Items
    sentences: dict[int, list[int]]  # indexes among the places, by block
    items: dict[int, Items]


def align(text: str, blocks: Sequence[Block], places: Sequence[Place], vectors: Vectors) -> list[Bead]:
    """Beads over the indexes of `places`, in order of their Chinese side; `vectors` has a row for each place.

    Body text, captions, lists and callouts are matched; leave out headings.
    """
    zh = [at for at, place in enumerate(places) if blocks[place.block].language == "zh"]
    en = [at for at, place in enumerate(places) if blocks[place.block].language == "en"]
    if not zh or not en:
        return []
    readings = [text[place.span.start : place.span.end] for place in places]
    zh_facts, en_facts, weights = fact_matrices(
        [facts_of(readings[at]) for at in zh], [facts_of(readings[at]) for at in en]
    )
    chinese = _side(readings, places, vectors, zh, zh_facts)
    english = _side(readings, places, vectors, en, en_facts)
    beads = []
    for left, right in _match_blocks(blocks, chinese, english, weights):
        (rows, zh_items), (columns, en_items) = _of_blocks(chinese, left), _of_blocks(english, right)
        for i, j in best_beads(zh_items, en_items, weights, _SENTENCES):
            beads.append(Bead(tuple(rows[k] for k in i), tuple(columns[k] for k in j)))
    return sorted(beads, key=lambda bead: bead.zh)


def _side(
    readings: Sequence[str], places: Sequence[Place], vectors: Vectors, chosen: Sequence[int], facts: Vectors
) -> _Side:
    lengths = np.array([length(readings[at]) for at in chosen], dtype=np.float32)
    items = Items(centred(vectors[list(chosen)]), lengths, facts)
    rows: dict[int, list[int]] = defaultdict(list)
    for row, at in enumerate(chosen):
        rows[places[at].block].append(row)
    of_block = {block: items.pick(found) for block, found in rows.items()}
    sentences = {block: [chosen[row] for row in found] for block, found in rows.items()}
    return _Side(
        list(rows),
        _joined([part.joined(len(part.lengths)).pick([-1]) for part in of_block.values()]),
        sentences,
        of_block,
    )


def _joined(parts: Sequence[Items]) -> Items:
    """Items one after the other."""
    return Items(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.facts for part in parts]),
    )


def _of_blocks(side: _Side, blocks: Sequence[int]) -> tuple[list[int], Items]:
    return [at for block in blocks for at in side.sentences[block]], _joined([side.items[block] for block in blocks])


def _match_blocks(blocks: Sequence[Block], zh: _Side, en: _Side, weights: Vectors) -> list[tuple[list[int], list[int]]]:
    """Which blocks hold the same text: neighbours that are each other's best first, then in order, round by round.

    What one round in order leaves over (sections in another order) is matched among itself in the next.
    """
    prior = _structure(blocks, zh.blocks, en.blocks)
    matched = _neighbours(zh, en, scores(zh.whole, en.whole, weights) + prior)
    for _ in range(_ROUNDS):
        taken = {block for pair in matched for side in pair for block in side}
        rows = [row for row, block in enumerate(zh.blocks) if block not in taken]
        columns = [column for column, block in enumerate(en.blocks) if block not in taken]
        if not rows or not columns:
            break
        found = best_beads(zh.whole.pick(rows), en.whole.pick(columns), weights, _BLOCKS, prior[np.ix_(rows, columns)])
        if not found:
            break
        matched += [([zh.blocks[rows[k]] for k in i], [en.blocks[columns[k]] for k in j]) for i, j in found]
    return matched


def _structure(blocks: Sequence[Block], zh: Sequence[int], en: Sequence[int]) -> Vectors:
    """What the page says for or against a pair of blocks: neighbours, one paragraph or caption, unlike roles."""
    roles = [np.array([blocks[at].role for at in side]) for side in (zh, en)]
    table = np.where(roles[0][:, None] == roles[1][None, :], 0, -_UNLIKE).astype(np.float32)
    distance = np.abs(np.array(zh)[:, None] - np.array(en)[None, :])
    for row, column in np.argwhere(distance == 1):
        a, b = blocks[zh[row]], blocks[en[column]]
        close = a.paragraph == b.paragraph or a.role == b.role == "caption"
        table[row, column] += _ADJACENT * (2 if close else 1)
    return table


def _neighbours(zh: _Side, en: _Side, table: Vectors) -> list[tuple[list[int], list[int]]]:
    """Blocks next to each other that are each other's best."""
    best_row = table.argmax(axis=0)
    matched = []
    for row, column in enumerate(table.argmax(axis=1)):
        first, second = zh.blocks[row], en.blocks[column]
        mutual = best_row[column] == row and table[row, column] > _BLOCKS.floor + _ADJACENT
        if mutual and abs(first - second) == 1:
            matched.append(([first], [second]))
    return matched
