"""Document text → blocks of one language each: paragraphs, list items and headings with their spans."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from ingest.bilingual import halves_of, shares_value, split_title
from ingest.characters import han_count, has_words, language_of, latin_count
from ingest.pages import without_page_lines
from ingest.sentences import is_terminated, split_sentences, trim
from ingest.tables import is_label, is_row, is_rule, table_lines
from vectorstore.schema import Language, Role, Span

_LINE = re.compile(r"[^\n]+")
_PAGE_TURN = re.compile(r"\n(?:\r?\n){2,}|\f")
_FILLED = 0.75
"""Of the width of the next line, what a line takes that was broken for want of room."""
_FEWEST_HAN, _FEWEST_WORDS = 4, 3
_FEWEST_ENTRIES, _LONGEST_ENTRY = 3, 240  # of a list of contents
_MARKDOWN_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
_BULLET = re.compile(r"[ \t]*(?:[-*+•●▪◦‧·–—]|[|+`│├└] ?[-–—─]+)[ \t]+(?=[^\s|])")
"""The mark of an item, or of a chart's branch (|-- 外科主管); before another pipe it is a cell of a table."""
_NUMBERED = re.compile(
    r"[ \t]*(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)][ \t]+|[（(]?[一二三四五六七八九十]{1,3}[）)、])(?=\S)"
)
_ASKED = re.compile(r"\W{0,4}(?:[问問]|Q(?:uestion)?) ?\d{0,3} ?[:：.．、].*[?？]\W{0,4}", re.S)
"""A question that the text asks itself and answers below (问：怎样申请？)."""
_CONTENTS_TITLE = re.compile(r"\W*(?:目[录錄次]|(?:table of )?contents\b)", re.I)
_CONTENTS_LINE = re.compile(r"\s*(?:(\d{1,4})\s+(\S.*)|(\S.*?)[\s.．…·]*\s(\d{1,4}))\s*")

Languages = tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one language and one role; `turn` says that a page turn precedes it.

    `level` is that of a Markdown heading, 1 for a line of a list of contents, else 0. `paragraph` numbers the paragraph
    that it stands in: a paragraph in two languages makes two blocks. A row of a table in both languages is one block,
    Chinese, and so is its header.
    """

    start: int
    end: int
    language: Language
    role: Role
    paragraph: int
    turn: bool = False
    level: int = 0
    sentences: tuple[Span, ...] = ()

    def text(self, source: str) -> str:
        """The verbatim text."""
        return source[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of the document and the index of the block it stands in."""

    block: int
    span: Span


def read_blocks(text: str) -> list[Block]:
    """The blocks of a document in order; whatever holds no letter and no digit is left out, and what every page has.

    The role is `list` for items and the lines of a list of contents, `table` for rows in both languages, `heading` for
    Markdown headings and questions that are answered below, else `body`: `ingest.roles` refines it by what stands
    around.
    """
    text = without_page_lines(text)
    languages = _languages(text)
    blocks: list[Block] = []
    contents = _contents_paragraphs(text)
    table = _table_lines(text) if len(languages) > 1 else frozenset()
    before = 0
    for number, span in enumerate(_paragraphs(text)):
        turn = _PAGE_TURN.search(text, before, span.start) is not None
        before = span.end
        if span in contents:
            pieces = _contents_blocks(text, span, number)
        else:
            pieces = _paragraph_blocks(text, span, number, languages, table)
        blocks.extend(replace(piece, turn=turn and not at) for at, piece in enumerate(pieces))
    return _join_cut_paragraphs(text, _with_language(blocks))


def _languages(text: str) -> Languages:
    """Both languages in the order in which titles have them, where both have sentences of their own; else one.

    In a document in one language Latin words in a Chinese title are part of it.
    """
    han = latin = english_first = 0
    for line in lines_of(text, Span(0, len(text))):
        for start, end in split_sentences(text, *line):
            letters, characters = latin_count(text[start:end]), han_count(text[start:end])
            han += characters
            latin += 0 if characters else letters
        if (cut := split_title(text[line.start : line.end])) is not None:
            english_first += -1 if han_count(text[line.start : line.start + cut]) else 1
    if not min(han * 3, latin) >= 0.1 * max(han * 3, latin) > 0:
        return ("zh",) if han else ("en",)
    return ("en", "zh") if english_first > 0 else ("zh", "en")


def _paragraphs(text: str) -> Iterator[Span]:
    """Runs of lines without a blank one between them."""
    start = end = 0
    for line in lines_of(text, Span(0, len(text))):
        if end and text.count("\n", end, line.start) > 1:
            yield Span(start, end)
            start = line.start
        start, end = (start, line.end) if end else line
    if end:
        yield Span(start, end)


def lines_of(text: str, span: Span) -> Iterator[Span]:
    """The lines that are not blank, without white space around them."""
    for match in _LINE.finditer(text, *span):
        line = trim(text, *match.span())
        if line.start < line.end:
            yield line


def _table_lines(text: str) -> frozenset[Span]:
    lines = list(lines_of(text, Span(0, len(text))))
    rows = ["" if is_item(text[line.start : line.end]) else text[line.start : line.end] for line in lines]
    return frozenset(lines[at] for at in table_lines(rows))


def is_item(row: str) -> bool:
    """Whether a line begins with the mark of a heading or of a list's item."""
    return bool(_MARKDOWN_HEADING.match(row) or _BULLET.match(row) or _NUMBERED.match(row))


def without_mark(row: str) -> str:
    """A line without the bullet or the number that it begins with."""
    mark = _BULLET.match(row) or _NUMBERED.match(row)
    return row[mark.end() :] if mark else row


def _paragraph_blocks(text: str, span: Span, number: int, languages: Languages, table: Container[Span]) -> list[Block]:
    """The pieces of a paragraph: Markdown headings, list items and rows of tables by line, the rest by language."""
    blocks: list[Block] = []
    label: Span | None = None
    for line in lines_of(text, span):
        row = text[line.start : line.end]
        previous = blocks[-1] if blocks else None
        if line in table:
            if is_label(row) and not is_row(row):
                label = line
            elif not is_rule(row):
                begin = line.start if label is None else label.start
                blocks.append(Block(begin, line.end, "zh", "table", number))
                label = None
        elif heading := _MARKDOWN_HEADING.match(row):
            pieces = _line_pieces(text, Span(line.start + heading.end(), line.end), languages)
            blocks += [
                Block(*piece, _language(text, piece), "heading", number, level=len(heading[1])) for piece in pieces
            ]
        elif _ASKED.fullmatch(row):
            blocks.append(Block(*line, _language(text, line), "heading", number))
        elif mark := _BULLET.match(row) or _NUMBERED.match(row):
            begin = line.start + (mark.end() if _BULLET.match(row) else 0)
            blocks.append(Block(begin, line.end, _language(text, Span(begin, line.end)), "list", number))
        elif previous and previous.role == "list":
            if len(languages) > 1 and _translates(row, previous.text(text)):
                blocks.append(Block(*line, _language(text, line), "list", number))
            elif _is_indented(text, line) or _may_go_on(previous.text(text), row):
                blocks[-1] = replace(previous, end=line.end)
            else:
                blocks += _body(text, line, languages, number)
        elif len(languages) > 1 and shares_value(row, languages[0]):
            blocks.append(Block(*line, "zh", "table", number))
        else:
            for piece in _body(text, line, languages, number):
                _append_piece(blocks, piece)
    if label is not None:  # its row stands in the next paragraph
        blocks.append(Block(*label, "zh", "table", number))
    return [replace(b, sentences=_sentences(text, b)) for b in blocks if has_words(b.text(text))]


def _body(text: str, line: Span, languages: Languages, number: int) -> list[Block]:
    return [Block(*piece, _language(text, piece), "body", number) for piece in _line_pieces(text, line, languages)]


def _is_indented(text: str, line: Span) -> bool:
    return line.start > 0 and text[line.start - 1] in " \t\u3000"


def _may_go_on(item: str, line: str) -> bool:
    """Whether a line may be the rest of the item above it: that is not so short that the line had room beside it."""
    return _width(item.rsplit("\n", 1)[-1]) >= _FILLED * _width(line)


def _width(line: str) -> int:
    """How wide a line stands, in Latin letters; a Han character takes two."""
    return len(line) + han_count(line)


def _translates(line: str, item: str) -> bool:
    """Whether a line below a list item is its translation: in the other language alone, and more than a name."""
    if han_count(line):
        return not han_count(item) and han_count(line) >= _FEWEST_HAN
    return han_count(item) >= _FEWEST_HAN and len(re.findall(r"[A-Za-z]{2,}", line)) >= _FEWEST_WORDS


def _append_piece(blocks: list[Block], piece: Block) -> None:
    """Add a line's piece to the paragraph's last block if that is of the same language, else as a new one."""
    last = blocks[-1] if blocks else None
    if last and last.role == piece.role and (last.language == piece.language or not piece.language):
        blocks[-1] = replace(last, end=piece.end)
    elif last and last.role == piece.role and not last.language:
        blocks[-1] = replace(piece, start=last.start)
    else:
        blocks.append(piece)


def _language(text: str, span: Span) -> Language:
    # "" stands for "no letters" until _with_language has seen the neighbours
    return language_of(text[span.start : span.end]) or ""  # type: ignore[return-value]


def _line_pieces(text: str, line: Span, languages: Languages) -> list[Span]:
    """A line's stretches of one language: sentences in two languages on one line, or a title in both."""
    row = text[line.start : line.end]
    if len(languages) < 2 or not han_count(row) or not latin_count(row):
        return [line]
    if not is_terminated(row) and (halves := halves_of(row, languages[0])) is not None:
        return [Span(line.start + start, line.start + end) for start, end in halves]
    pieces: list[Span] = []
    for sentence in split_sentences(text, line.start, line.end):
        language, size = _language(text, sentence), sentence.end - sentence.start
        small = size < (20 if language == "en" else 6)
        if pieces and (small or language == _language(text, pieces[-1])):
            pieces[-1] = Span(pieces[-1].start, sentence.end)
        else:
            pieces.append(sentence)
    return pieces


def _sentences(text: str, block: Block) -> tuple[Span, ...]:
    if block.role in ("list", "table", "heading"):
        return (Span(block.start, block.end),)
    if text.startswith("|", block.start):
        return tuple(
            line for line in lines_of(text, Span(block.start, block.end)) if has_words(text[line.start : line.end])
        )
    return split_sentences(text, block.start, block.end)


def _contents_paragraphs(text: str) -> dict[Span, None]:
    """Spans of the paragraphs that are a list of contents: three or more lines in a row with rising page numbers."""
    found: dict[Span, None] = {}
    run: list[Span] = []
    last = -1
    for span in _paragraphs(text):
        lines = [text[line.start : line.end] for line in lines_of(text, span)]
        pages = [_page_number(line) for line in (lines[1:] if _CONTENTS_TITLE.match(lines[0]) else lines)]
        rising = None not in pages and [last, *pages] == sorted([last, *(p for p in pages if p is not None)])
        if not pages or not rising:
            run, last = [], -1
            continue
        run.append(span)
        last = pages[-1] or 0
        if sum(1 for s in run for _ in lines_of(text, s)) >= _FEWEST_ENTRIES:
            found.update(dict.fromkeys(run))
    return found


def _page_number(line: str) -> int | None:
    match = _contents_line(line)
    title = contents_title(line)
    if match is None or is_terminated(title) or not language_of(title):
        return None
    return int(match[1] or match[4])


def _contents_line(line: str) -> re.Match[str] | None:
    return _CONTENTS_LINE.fullmatch(line) if len(line) <= _LONGEST_ENTRY else None


def contents_title(line: str) -> str:
    """The title on a line of a list of contents, without its page number."""
    match = _contents_line(line)
    return (match[2] or match[3]).strip() if match else line.strip()


def _contents_blocks(text: str, span: Span, number: int) -> list[Block]:
    return [
        Block(*line, _language(text, line), "list", number, level=1, sentences=(line,)) for line in lines_of(text, span)
    ]


def _with_language(blocks: list[Block]) -> list[Block]:
    """Bare figures take the language of the block before them, else of the one after, else English."""
    known: Language = next((block.language for block in blocks if block.language), "en")
    named = []
    for block in blocks:
        known = block.language or known
        named.append(replace(block, language=known))
    return named


_FUNCTION_WORD = re.compile(
    r"(?:\b(?:the|an?|of|and|or|in|on|at|to|for|by|with|from|as|that|which|is|are|was|were)|[,\-–—&/(])$", re.I
)
_OPEN_QUOTE = re.compile(r"(?<![\w'])'(?=\w)[^']*$|“[^”]*$|\([^()]*$|「[^」]*$|（[^）]*$|《[^》]*$")


def _join_cut_paragraphs(text: str, blocks: list[Block]) -> list[Block]:
    """Paragraphs that a page turn cut in mid-sentence, made whole; only where their parts are adjacent."""
    joined: list[Block] = []
    at = 0
    while at < len(blocks):
        last = at + _parts_that_follow(text, blocks[at : at + 4])
        whole = replace(blocks[at], end=blocks[last].end)
        joined.append(replace(whole, sentences=_sentences(text, whole)) if last > at else whole)
        at = last + 1
    return joined


def _parts_that_follow(text: str, window: list[Block]) -> int:
    """How many of the blocks after the first are the rest of its last sentence."""
    first, *others = window
    if not _is_cut(first.text(text), first):
        return 0
    for count, part in enumerate(others, start=1):
        if part.role != "body" or part.language != first.language or part.paragraph == first.paragraph:
            return 0
        if is_terminated(part.text(text)):
            return count if count > 1 or _continues(first.text(text), part.text(text)) else 0
        if first.language == "en":
            return 0
    return 0


def _is_cut(text: str, block: Block) -> bool:
    """Whether a block reads as running text without its end."""
    if block.role != "body" or is_terminated(text):
        return False
    return han_count(text) >= 30 if block.language == "zh" else len(text.split()) >= 12


def _continues(text: str, following: str) -> bool:
    if language_of(text) == "zh":
        return re.search(r"[，、]", text) is not None
    return following[:1].islower() or _FUNCTION_WORD.search(text) is not None or _OPEN_QUOTE.search(text) is not None
