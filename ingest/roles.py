"""What each block is on its page: heading, caption, callout or body, by its form and by what stands around it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from ingest.blocks import Block
from ingest.characters import han_count, latin_count
from ingest.sentences import AS_AT, clean, is_terminated
from vectorstore.schema import Role, Span

_FIGURE = re.compile(r"[^\w]*\d[\d\s,.]*[^\w]*(?:[A-Za-z]{1,3}|[\u4e00-\u9fff]{1,2})?[^\w]*")
_ADDRESS = re.compile(r"\S*[A-Za-z0-9]\.[A-Za-z]{2,}\S*")
_LONGEST_HEADING = {"zh": 45, "en": 180}
_LONGEST_CAPTION = 3  # sentences


def assign_roles(text: str, blocks: list[Block], titles: set[int]) -> list[Block]:
    """Blocks with their roles. `titles` are indexes of blocks that the list of contents names: headings in any form."""
    blocks = [_by_form(text, block, at in titles) for at, block in enumerate(blocks)]
    return _captions(_boards(blocks, titles))


def _by_form(text: str, block: Block, is_title: bool) -> Block:
    if block.role != "body":
        return block
    reading = clean(block.text(text))
    role: Role = "heading"
    if not is_title and len(reading) > _LONGEST_HEADING["en"]:
        return block
    if not is_title and (_FIGURE.fullmatch(reading) or _ADDRESS.fullmatch(reading) or AS_AT.fullmatch(reading)):
        role = "callout"
    elif not is_title and not _looks_like_heading(reading, block):
        return block
    return replace(block, role=role, sentences=(Span(block.start, block.end),))


def _looks_like_heading(reading: str, block: Block) -> bool:
    """Short, without a sentence's end, and in English with the capitals of a title or in few words; or a question,
    which what stands below it answers."""
    if len(reading) > _LONGEST_HEADING[block.language] or len(block.sentences) > 1:
        return False
    if is_terminated(reading):
        return reading.endswith(("?", "？"))
    if block.language == "zh":
        return han_count(reading) >= 2 and not re.search(r"[，：,|]$", reading)
    words = re.findall(r"[A-Za-z][\w'’-]*", reading)
    capitals = [word for word in words if word[0].isupper()]
    return latin_count(reading) >= 3 and (len(words) <= 10 or len(capitals) >= 0.5 * len(words))


def _boards(blocks: list[Block], titles: set[int]) -> list[Block]:
    """Headings that head nothing (three or more in a row in one language, or no text after them) are callouts."""
    found = list(blocks)
    for start, end in _heading_runs(blocks):
        run = range(start, end)
        crowded = max(sum(blocks[at].language == language for at in run) for language in ("zh", "en")) > 2
        heads = end < len(blocks) and blocks[end].role not in ("heading", "callout")
        if crowded or not heads:
            for at in run:
                if at not in titles and not blocks[at].level:
                    found[at] = replace(blocks[at], role="callout")
    return found


def _heading_runs(blocks: list[Block]) -> list[tuple[int, int]]:
    """(first, after the last) of headings in a row on one page."""
    runs: list[tuple[int, int]] = []
    for is_heading, group in groupby(range(len(blocks)), key=lambda at: blocks[at].role == "heading"):
        if not is_heading:
            continue
        indexes = list(group)
        starts = [at for at in indexes if at == indexes[0] or blocks[at].turn]
        runs += zip(starts, [*starts[1:], indexes[-1] + 1], strict=True)
    return runs


def _captions(blocks: list[Block]) -> list[Block]:
    """A short paragraph in both languages set off by page turns from the text around is a picture's caption."""
    turns = sum(block.turn for block in blocks)
    if turns * 2 > len({block.paragraph for block in blocks}):
        return blocks
    found = list(blocks)
    for at in range(len(blocks) - 1):
        first, second = found[at : at + 2]
        after_caption = at > 0 and found[at - 1].role == "caption" and _closes(blocks, at + 2)
        if _is_pair(first, second) and not second.turn and (first.turn or after_caption):
            found[at], found[at + 1] = replace(first, role="caption"), replace(second, role="caption")
    return found


def _is_pair(first: Block, second: Block) -> bool:
    return (
        first.role == second.role == "body"
        and first.language != second.language
        and max(len(first.sentences), len(second.sentences)) <= _LONGEST_CAPTION
    )


def _closes(blocks: list[Block], at: int) -> bool:
    return at >= len(blocks) or blocks[at].turn or blocks[at].role in ("callout", "heading")
