"""Names and posts on a page of officers: who holds which post, by the order and form of short blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.blocks import Block
from ingest.characters import HAN
from ingest.sentences import AS_AT, clean, is_terminated
from vectorstore.quantities import find_quantities
from vectorstore.schema import Language, PersonPost, Span

_TITLE_ZH = "先生|女士|小姐|太太|博士|教授|醫生|医生|工程師|工程师|議員|议员"
_TITLE_EN = r"(?:The Hon|Mrs?|Ms|Miss|Madam|Dr|Ir|Sr|Prof(?:essor)?)\.? "
_POSTS_ZH = (
    "主席|主任|[局处處署司院校部科组組厅廳会會课課][长長]|总监|總監|经理|經理|主管|总裁|總裁"
    "|秘书|秘書|委员|委員|督学|督學|顾问|顧問|专员|專員|助理"
)
_HEADS_EN = (
    "Chair(?:man|woman|person)?|President|Director|Commissioner|Principal|Governor|Chief Executive(?: Officer)?"
    "|Secretary|Registrar|Convenor|Head"
)
_HONOURS = r"(?:,? ?[A-Z]{2,6})*"
_WHOLE_ZH = rf"[{HAN}]{{1,6}}(?:[·・‧•][{HAN}]{{1,6}})+|[{HAN}]{{2,4}}(?:{_TITLE_ZH})?"
_NAME_ZH = rf"(?!\S{{0,3}}(?:{_POSTS_ZH})(?![{HAN}]))(?:{_WHOLE_ZH})"
_SURNAME = r"[A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+)*"
_GIVEN = r"[A-Z][a-z]+(?:[- ][A-Za-z][a-z]*)*"
_ROMAN = rf"(?:{_TITLE_EN})*(?:{_SURNAME},? {_GIVEN}|{_GIVEN} {_SURNAME}(?: {_GIVEN})?)"
_CHINESE_NAME = re.compile(_NAME_ZH)
_ROMAN_NAME = re.compile(rf"{_ROMAN}(?:,.{{1,40}}| [A-Z]{{2,6}})?")
_CHINESE_PERSON = re.compile(
    rf"(?!首席|[總总副]|高[級级]|助理)[{HAN}]{{2,4}}(?:[·・‧•][{HAN}]{{1,6}})*(?:{_TITLE_ZH})(?:[（(,].*)?"
)
_ROMAN_PERSON = re.compile(rf"(?:[A-Z]{{2,6}} )?(?:{_TITLE_EN})+(?:[A-Z][\w'’-]+ ?){{2,5}}(?:[(（,].*)?")
"""A person with a title: no post, though it stands where one may."""
_NAMES_A_POST = re.compile(rf"(?:{_POSTS_ZH})(?:[（(].*[)）])?$")
_NO_NAME = re.compile(rf"^[IVX]+\b|\b(?:{_HEADS_EN})\b")
_LINE = re.compile(r"[^\s*].*[^\s*]")
_LONGEST_POST = 120
_GAP = 4  # blocks that may stand between two people of one page

_HELD = (
    rf"(?P<name_zh>{_NAME_ZH})",
    rf"(?P<name_en>(?:{_TITLE_EN})*{_SURNAME},? {_GIVEN}(?:, [A-Z][A-Za-z-]+)*"  # "One PORT" is no name
    rf"|(?:{_TITLE_EN})+[A-Z][a-z'’]+(?:[ -][A-Za-z][a-z'’]*){{1,3}})",
)
_AFTER_NAME = _HONOURS + r"(?: ?[(（][^()（）]{1,20}[)）])?"
"""Honours, or that someone acts."""
_POST = rf"(?P<post_zh>[{HAN}][{HAN}（）()、／/· ]{{0,30}}[{HAN}）)])", r"(?P<post_en>[A-Z][\w()&,/’' -]{2,80}?[a-z)])"
_BETWEEN, _PERHAPS = r"[\s,，:：|–-]+", r"[\s,，:：|–-]*"
_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        _POST[0] + _BETWEEN + _HELD[0] + _AFTER_NAME + _BETWEEN + _POST[1] + _BETWEEN + _HELD[1] + _AFTER_NAME,
        _HELD[0] + _BETWEEN + _HELD[1] + _BETWEEN + _POST[0] + _PERHAPS + _POST[1],
        _POST[0] + _PERHAPS + _POST[1] + _BETWEEN + _HELD[0] + _BETWEEN + _HELD[1],
        rf"{_HELD[0]}\s?[（(]{_POST[0]}[)）]{_BETWEEN}{_HELD[1]}\s?[(（]{_POST[1]}[)）]",
    )
)
"""A person on one line, or on two, one a language."""
_SIGNATURE: Mapping[Language, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "zh": (
        re.compile(rf"{_NAME_ZH}{_HONOURS}"),
        re.compile(rf"[{HAN}（）()、]{{0,24}}(?:{_POSTS_ZH})"),
    ),
    "en": (
        # With a given name of two parts, a title, honours or a surname in capitals; other words may be anything.
        re.compile(
            rf"(?={_TITLE_EN}|.*-[a-z]|.*\b[A-Z]{{2,}})"
            rf"(?:{_TITLE_EN})*[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’.-]*){{1,4}}(?:, [A-Z][a-z]+)?{_HONOURS}"
        ),
        re.compile(rf"(?:[A-Z][a-z]+[ -])*(?:{_HEADS_EN})(?:,? [\w,&’'() -]{{2,80}})?"),
    ),
}
"""A name and a post, each on a line of its own, as a foreword is signed in one language."""


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
        follows = bool(found) and found[-1].after == at
        officer = _officer(text, blocks, at) if follows or not _is_in_row(text, blocks, at) else None
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
        if size == 2 and blocks[at].role == "list":
            break  # the items of a list are people of their own
        if person := _in_lines(text, blocks[at : at + size]):
            return Officer(at, at + size, person)
    return _signature(text, blocks, at)


def _in_blocks(text: str, window: Sequence[Block]) -> PersonPost | None:
    """Two blocks of a name and two of a post, each pair in both languages; or the post first, the name right below."""
    if len(window) < 4 or any(block.role not in ("body", "heading") for block in window):
        return None
    first, second = _by_language(window[:2]), _by_language(window[2:])
    if first is None or second is None:
        return None
    if person := _held(text, first, second):
        return person
    is_right_below = text.count("\n", window[1].end, window[2].start) == 1
    is_post = is_right_below and _NAMES_A_POST.search(clean(first[0].text(text)))
    return _held(text, second, first) if is_post else None


def _held(text: str, names: tuple[Block, Block], posts: tuple[Block, Block]) -> PersonPost | None:
    """A name and a post, each in Chinese and in English."""
    name_zh, name_en = (clean(block.text(text)) for block in names)
    if not _CHINESE_NAME.fullmatch(name_zh) or not _ROMAN_NAME.fullmatch(name_en):
        return None
    if any(is_terminated(block.text(text)) or block.end - block.start > _LONGEST_POST for block in posts):
        return None
    if any(_is_person(clean(block.text(text))) for block in posts) or name_zh in posts[0].text(text):
        return None
    return PersonPost(*(Span(block.start, block.end) for block in (*names, *posts)))


def _in_lines(text: str, window: Sequence[Block]) -> PersonPost | None:
    """Name and post on one line, in both languages or in one a line."""
    roles = ("body", "heading", "list", "table") if len(window) == 1 else ("body", "heading", "list")
    if not window or any(block.role not in roles for block in window):
        return None
    start, end = window[0].start, window[-1].end
    if end - start > 2 * _LONGEST_POST:
        return None
    match = next((found for pattern in _LINES if (found := pattern.fullmatch(text, start, end))), None)
    if match is None or _NO_NAME.search(match["name_en"]):
        return None
    if _is_person(match["post_zh"]) or _is_person(match["post_en"]):
        return None
    return PersonPost(*(Span(*match.span(part)) for part in ("name_zh", "name_en", "post_zh", "post_en")))


def _signed(text: str, block: Block) -> tuple[Span, Span] | None:
    """The name and the post in a block that signs: a line of each, in either order, and perhaps the date."""
    if block.role not in ("body", "heading") or block.end - block.start > 2 * _LONGEST_POST:
        return None
    lines = [Span(block.start + match.start(), block.start + match.end()) for match in _LINE.finditer(block.text(text))]
    if len(lines) == 3 and find_quantities(text[slice(*lines[2])]):
        lines.pop()
    if len(lines) != 2:
        return None
    name, post = _SIGNATURE[block.language]
    for named, held in (lines, reversed(lines)):
        if name.fullmatch(text, *named) and post.fullmatch(text, *held) and not post.fullmatch(text, *named):
            return named, held
    return None


def _signature(text: str, blocks: Sequence[Block], at: int) -> Officer | None:
    """Who signs in a block, in one language or, right below, in the other one as well."""
    signed: dict[Language, tuple[Span, Span]] = {}
    for block in blocks[at : at + 2]:
        pair = None if block.language in signed else _signed(text, block)
        if pair is None:
            break
        signed[block.language] = pair
    if not signed:
        return None
    zh, en = signed.get("zh") or (None, None), signed.get("en") or (None, None)
    return Officer(at, at + len(signed), PersonPost(zh[0], en[0], zh[1], en[1]))


def _is_in_row(text: str, blocks: Sequence[Block], at: int) -> bool:
    """Whether a name stands in a row of names, which have no posts: what stands after the last one is no post of it."""
    return at > 0 and all(_is_person(clean(block.text(text))) for block in blocks[at - 1 : at + 1])


def _is_person(text: str) -> bool:
    return any(pattern.fullmatch(text.strip()) for pattern in (_CHINESE_PERSON, _ROMAN_PERSON))


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
