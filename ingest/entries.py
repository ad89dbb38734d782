"""What the lines of an entry are about: an office, say, with its address and its telephone below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.bilingual import split_title, title_of
from ingest.blocks import Block, is_item, lines_of, without_mark
from ingest.sentences import clean, is_terminated
from vectorstore.schema import SectionPath, Span, Title

_VALUE = re.compile(r"[:：]\s*[\d(+]")
_HOUR = re.compile(r"\b[ap]\.m\.$")
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
    """The lines of a paragraph below one that is a name, where labels with figures follow; then another may begin."""
    found: dict[int, Title] = {}
    for _, group in groupby(range(len(blocks)), key=lambda at: blocks[at].paragraph):
        lines = [at for at in group if blocks[at].role in ("heading", "callout", "body") and not blocks[at].level]
        if len(lines) < 3:
            continue
        start, end = blocks[lines[0]].start, blocks[lines[-1]].end
        for title, entry in _entries(text, start, end):
            found |= {at: title for at in lines if entry.start <= blocks[at].start < entry.end}
    return found


def _entries(text: str, start: int, end: int) -> Iterator[tuple[Title, Span]]:
    """What names the entries of a paragraph, and where their lines stand."""
    title: Title | None = None
    below, has_value = 0, False
    for span in lines_of(text, Span(start, end)):
        line = text[span.start : span.end]
        if (title is None or has_value) and _is_name(line):
            if title is not None:
                yield title, Span(below, span.start)
            title, below, has_value = title_of(line), span.end, False
        elif len(line) > _LONGEST or (is_terminated(line) and not _HOUR.search(line)):
            if title is not None and has_value:
                yield title, Span(below, span.start)
            title = None
        else:
            has_value = has_value or _VALUE.search(line) is not None
    if title is not None and has_value:
        yield title, Span(below, end)


def _is_name(line: str) -> bool:
    return len(line) <= _LONGEST and split_title(line) is not None and not any(map(str.isdigit, line))


def _line(text: str, block: Block) -> str:
    first = text.rfind("\n", 0, block.start) + 1
    return text[first : block.end].split("\n")[0]


def _title(text: str, block: Block) -> Title | None:
    reading = without_mark(clean(block.text(text)).replace("*", "")).strip(" :：")
    return None if len(reading) > _LONGEST or is_terminated(reading) else title_of(reading)
