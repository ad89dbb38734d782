"""What the lines of an entry are about: an office, say, with its address and its telephone below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ingest.blocks import Block, is_item, split_title, title_of, without_mark
from ingest.sentences import clean, is_terminated
from vectorstore.schema import SectionPath, Title

_VALUE = re.compile(r"[:：]\s*[\d(+]")
_LONGEST = 120
"""Code points of what names an entry, both languages together."""


def under_entries(text: str, blocks: Sequence[Block], paths: Sequence[SectionPath]) -> list[SectionPath]:
    """The section path of every block, with what names its entry as the innermost title."""
    titles = _of_items(text, blocks) | _of_directories(text, blocks)
    return [(*path, titles[at]) if at in titles else path for at, path in enumerate(paths)]


def _of_items(text: str, blocks: Sequence[Block]) -> dict[int, Title]:
    """The items of a list that stand further in than a short one above them: that one is what they are about."""
    found: dict[int, Title] = {}
    above: list[tuple[int, int]] = []
    for at, block in enumerate(blocks):
        if block.role != "list" or block.level:
            above = []
            continue
        line = _line(text, block)
        if is_item(line):
            indent = len(line) - len(line.lstrip())
            above = [outer for outer in above if outer[0] < indent]
            title = _title(text, blocks[above[-1][1]]) if above else None
            above.append((indent, at))
        else:  # the translation of the item above
            title = found.get(at - 1)
        if title is not None:
            found[at] = title
    return found


def _of_directories(text: str, blocks: Sequence[Block]) -> dict[int, Title]:
    """The lines of a paragraph below its first one, where that is a name and below it stand labels with figures."""
    found: dict[int, Title] = {}
    for _, group in groupby(range(len(blocks)), key=lambda at: blocks[at].paragraph):
        lines = [at for at in group if blocks[at].role in ("heading", "callout", "body") and not blocks[at].level]
        if len(lines) < 3:
            continue
        whole = text[blocks[lines[0]].start : blocks[lines[-1]].end]
        first, _, rest = whole.partition("\n")
        short = all(blocks[at].end - blocks[at].start <= _LONGEST for at in lines)
        if split_title(first) is None or not short or any(map(str.isdigit, first)) or not _VALUE.search(rest):
            continue
        title = title_of(first)
        below = blocks[lines[0]].start + len(first)
        found |= {at: title for at in lines if blocks[at].start > below}
    return found


def _line(text: str, block: Block) -> str:
    first = text.rfind("\n", 0, block.start) + 1
    return text[first : block.end].split("\n")[0]


def _title(text: str, block: Block) -> Title | None:
    reading = without_mark(clean(block.text(text)).replace("*", "")).strip(" :：")
    return None if len(reading) > _LONGEST or is_terminated(reading) else title_of(reading)
