"""Names and posts on a page of officers: who holds which post, by the order and form of short blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.blocks import Block
from ingest.characters import HAN
from ingest.roles import AS_AT
from ingest.sentences import clean, is_terminated
from vectorstore.schema import Language, PersonPost, Span

_TITLE_ZH = "先生|女士|小姐|太太|博士|教授|醫生|医生|工程師|工程师|議員|议员"
_TITLE_EN = r"(?:The Hon|Mrs?|Ms|Miss|Madam|Dr|Ir|Sr|Prof(?:essor)?)\.? "
_POSTS_ZH = (
    "主席|主任|[局处處署司院校部科组組厅廳会會课課][长長]|总监|總監|经理|經理|主管|总裁|總裁"
    "|秘书|秘書|委员|委員|督学|督學|顾问|顧問|专员|專員|助理"
)
_WHOLE_ZH = rf"[{HAN}]{{1,6}}(?:[·・‧•][{HAN}]{{1,6}})+|[{HAN}]{{2,4}}(?:{_TITLE_ZH})?"
_NAME_ZH = rf"(?!\S{{0,3}}(?:{_POSTS_ZH})(?![{HAN}]))(?:{_WHOLE_ZH})"
_SURNAME = r"[A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+)*"
_GIVEN = r"[A-Z][a-z]+(?:[- ][A-Za-z][a-z]*)*"
_ROMAN = rf"(?:{_TITLE_EN})*(?:{_SURNAME},? {_GIVEN}|{_GIVEN} {_SURNAME})"
_CHINESE_NAME = re.compile(_NAME_ZH)
_ROMAN_NAME = re.compile(rf"{_ROMAN}(?:,.{{1,40}}| [A-Z]{{2,6}})?")
_LONGEST_POST = 120
_GAP = 4  # blocks that may stand between two people of one page

_HELD = (
    rf"(?P<name_zh>{_NAME_ZH})",
    rf"(?P<name_en>(?:{_TITLE_EN})*{_SURNAME},? {_GIVEN}(?:, [A-Z][A-Za-z-]+)*)",  # "One PORT" is no name
)
_POST = rf"(?P<post_zh>[{HAN}][{HAN}（）()、／/· ]{{0,30}}[{HAN}）)])", r"(?P<post_en>[A-Z][\w()&,/’' -]{2,80}?[a-z)])"
_BETWEEN, _PERHAPS = r"[\s,，:：–-]+", r"[\s,，:：–-]*"
_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        _POST[0] + _BETWEEN + _HELD[0] + _BETWEEN + _POST[1] + _BETWEEN + _HELD[1],
        _HELD[0] + _BETWEEN + _HELD[1] + _BETWEEN + _POST[0] + _PERHAPS + _POST[1],
        _POST[0] + _PERHAPS + _POST[1] + _BETWEEN + _HELD[0] + _BETWEEN + _HELD[1],
    )
)
"""A person on one line, or on two, one a language."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person found at `blocks[first:after]`."""

    first: int
    after: int
    person: PersonPost


def find_people(text: str, blocks: Sequence[Block]) -> list[Officer]:
    """People in document order, each with the statement of the date on the same page, where there is one."""
    found: list[Officer] = []
    at = 0
    while at < len(blocks):
        officer = _officer(text, blocks, at)
        if officer:
            found.append(officer)
        at = officer.after if officer else at + 1
    return [officer for page in _pages(found) for officer in _dated(text, blocks, page)]


def with_people(blocks: Sequence[Block], people: Sequence[Officer]) -> list[Block]:
    """Blocks with the role `person` where a person stands."""
    marked = list(blocks)
    for officer in people:
        for at in range(officer.first, officer.after):
            marked[at] = replace(marked[at], role="person")
    return marked


def page_starts(people: Sequence[Officer]) -> list[tuple[int, int]]:
    """(first, after the last) block index of each page of people."""
    return [(page[0].first, page[-1].after) for page in _pages(people)]


def _officer(text: str, blocks: Sequence[Block], at: int) -> Officer | None:
    """The person that begins at a block."""
    if person := _in_blocks(text, blocks[at : at + 4]):
        return Officer(at, at + 4, person)
    for size in (1, 2):
        if person := _in_lines(text, blocks[at : at + size]):
            return Officer(at, at + size, person)
    return None


def _in_blocks(text: str, window: Sequence[Block]) -> PersonPost | None:
    """Two blocks of a name and two of a post, each pair in both languages."""
    if len(window) < 4 or any(block.role not in ("body", "heading") for block in window):
        return None
    names, posts = _by_language(window[:2]), _by_language(window[2:])
    if names is None or posts is None:
        return None
    name_zh, name_en = (clean(block.text(text)) for block in names)
    if not _CHINESE_NAME.fullmatch(name_zh) or not _ROMAN_NAME.fullmatch(name_en):
        return None
    if any(is_terminated(block.text(text)) or block.end - block.start > _LONGEST_POST for block in posts):
        return None
    return PersonPost(*(Span(block.start, block.end) for block in (*names, *posts)))


def _in_lines(text: str, window: Sequence[Block]) -> PersonPost | None:
    """Name and post on one line, in both languages or in one a line."""
    if not window or any(block.role not in ("body", "heading", "list") for block in window):
        return None
    start, end = window[0].start, window[-1].end
    if end - start > 2 * _LONGEST_POST:
        return None
    match = next((found for pattern in _LINES if (found := pattern.fullmatch(text, start, end))), None)
    if match is None:
        return None
    return PersonPost(*(Span(*match.span(part)) for part in ("name_zh", "name_en", "post_zh", "post_en")))


def _by_language(pair: Sequence[Block]) -> tuple[Block, Block] | None:
    ordered = sorted(pair, key=lambda block: block.language, reverse=True)
    return (ordered[0], ordered[1]) if [block.language for block in ordered] == ["zh", "en"] else None


def _pages(people: Sequence[Officer]) -> list[list[Officer]]:
    pages: list[list[Officer]] = []
    for officer in people:
        if pages and officer.first - pages[-1][-1].after <= _GAP:
            pages[-1].append(officer)
        else:
            pages.append([officer])
    return pages


def _dated(text: str, blocks: Sequence[Block], page: list[Officer]) -> list[Officer]:
    first, after = max(0, page[0].first - _GAP), page[-1].after + _GAP
    zh, en = (_as_at(text, blocks[first:after], language) for language in ("zh", "en"))
    return [
        Officer(
            o.first, o.after, PersonPost(o.person.name_zh, o.person.name_en, o.person.post_zh, o.person.post_en, zh, en)
        )
        for o in page
    ]


def _as_at(text: str, blocks: Sequence[Block], language: Language) -> Span | None:
    for block in blocks:
        if block.language == language and AS_AT.fullmatch(clean(block.text(text))):
            return Span(block.start, block.end)
    return None
