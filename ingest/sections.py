"""Headings → the tree of sections, each with its Chinese and its English title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.bilingual import title_of
from ingest.blocks import Block, contents_title
from ingest.people import Officer, page_starts
from ingest.sentences import clean
from vectorstore.schema import Language, Title

TOP = 1
SUB = 2
MOTTO = 0  # a heading that opens no section


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its blocks (one where the report gives it in one language), its level, and where its section opens."""

    zh: int | None
    en: int | None
    level: int
    opens: int

    def block(self, language: Language) -> int | None:
        """The index of the block in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings in document order, and for each block the index of the heading it stands under (None: none)."""

    headings: tuple[Heading, ...]
    sections: tuple[int | None, ...]


def contents_of(text: str, blocks: Sequence[Block]) -> list[Title]:
    """The titles that the list of contents names; empty where the document has none."""
    titles = []
    for block in blocks:
        if block.role == "list" and block.level:
            titles.append(title_of(contents_title(block.text(text))))
    return titles


def find_titles(text: str, blocks: Sequence[Block], contents: Sequence[Title]) -> list[tuple[int, ...]]:
    """The blocks of each title of the list of contents, in its order; a title that does not recur is left out."""
    at = max((i for i, block in enumerate(blocks) if block.role == "list" and block.level), default=-1) + 1
    folded = [_fold(block.text(text)) for block in blocks]
    found: list[tuple[int, ...]] = []
    for title in contents:
        wanted = {_fold(part) for part in (title.zh, title.en) if part}
        size = len(wanted)
        for i in range(at, len(blocks) - size + 1):
            if {folded[j] for j in range(i, i + size)} == wanted:
                found.append(tuple(range(i, i + size)))
                at = i + size
                break
    return found


def _fold(text: str) -> str:
    return re.sub(r"\s", "", clean(text)).casefold()


def make_outline(
    text: str, blocks: Sequence[Block], titles: Sequence[tuple[int, ...]], people: Sequence[Officer]
) -> Outline:
    """The headings with their levels, and the section of every block.

    A level is Markdown's own; else the titles of the list of contents are the top (without one, headings in capitals),
    and all others stand below. A motto beside a top title opens nothing.
    """
    headings = [_levelled(text, blocks, titles, pair) for pair in _pairs(blocks)]
    headings = [_opened(blocks, heading, headings, page_starts(people)) for heading in headings]
    return Outline(tuple(headings), tuple(_standing(blocks, headings)))


def _pairs(blocks: Sequence[Block]) -> list[dict[Language, int]]:
    """Headings in document order; one in each language, as many in a row, are one heading each in both."""
    found: list[dict[Language, int]] = []
    groups: list[list[int]] = []
    for key, run in groupby(range(len(blocks)), key=lambda i: (blocks[i].role == "heading", blocks[i].language)):
        if not key[0]:
            groups.append([])
            continue
        indexes = list(run)
        before = groups[-1] if groups else []
        if len(before) == len(indexes) and blocks[before[0]].level == blocks[indexes[0]].level:
            for pair, index in zip(found[-len(before) :], indexes, strict=True):
                pair[blocks[index].language] = index
            groups.append([])
        else:
            found += [{blocks[index].language: index} for index in indexes]
            groups.append(indexes)
    return found


def _levelled(
    text: str, blocks: Sequence[Block], titles: Sequence[tuple[int, ...]], pair: Mapping[Language, int]
) -> Heading:
    first = min(pair.values())
    zh, en = pair.get("zh"), pair.get("en")
    level = SUB
    if blocks[first].level:
        level = blocks[first].level
    elif any(set(pair.values()) & set(title) for title in titles):
        level = TOP
    elif titles and first > titles[0][0]:
        follows_title = any(first == title[-1] + 1 for title in titles)
        level = MOTTO if follows_title or (en is not None and _is_capitals(blocks[en].text(text))) else SUB
    elif en is not None and _is_capitals(blocks[en].text(text)):
        level = TOP
    return Heading(zh, en, level, first)


def _is_capitals(text: str) -> bool:
    return text.upper() == text and len(re.findall("[A-Z]", text)) >= 3


def _opened(
    blocks: Sequence[Block], heading: Heading, headings: Sequence[Heading], pages: Sequence[tuple[int, int]]
) -> Heading:
    """A top title may stand below its motto and first paragraphs or amid a page of people: its section has them."""
    if heading.level != TOP:
        return heading
    for start, after in pages:
        if start <= heading.opens < after:
            return replace(heading, opens=start)
    previous = heading.opens - 1
    while previous >= 0 and blocks[previous].role != "heading":
        previous -= 1
    for motto in headings:
        if motto.level == MOTTO and previous in (motto.zh, motto.en) and motto.zh is not None and motto.en is not None:
            return replace(heading, opens=motto.opens)
    return heading


def _standing(blocks: Sequence[Block], headings: Sequence[Heading]) -> list[int | None]:
    """For each block the heading it stands under: text under the last of its own language, all else under the last."""
    opening = {heading.opens: index for index, heading in enumerate(headings) if heading.level != MOTTO}
    own: dict[Language, int] = {}
    last: int | None = None
    sections: list[int | None] = []
    for at, block in enumerate(blocks):
        if at in opening:
            last = opening[at]
            for language in ("zh", "en"):
                if headings[last].block(language) is not None:
                    own[language] = last
        if block.role == "list" and block.level:
            own, last = {}, None
        runs_on = block.role in ("body", "list", "table", "heading")
        sections.append(own.get(block.language, last) if runs_on else last)
    return sections
