"""Answers, sources and sections as blocks of text for a console."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.text import Text

from bot.answer import Answer, Citation, Quote, Register
from bot.channels.screen import Block, one_line, printable, spaced
from bot.display import TitleLike
from prompts import MessageLanguage, Messages
from vectorstore.schema import Language, Passage, SectionPath

_MARKER = re.compile(r"\[\d+\]")
_INDENT = 4
QUOTE_MARKS: dict[Language, tuple[str, str]] = {"zh": ("【", "】"), "en": (">>", "<<")}
"""Stand around the quote in its passage where there is no colour to show it."""


def message_language(register: Register) -> MessageLanguage:
    """The language of messages to someone who asks in `register`; Cantonese gets Traditional Chinese."""
    return "zh-Hant" if register == "yue" else register


def section_name(section: Sequence[TitleLike], language: Language) -> str:
    """Titles from the outermost section inwards, each in `language` where the report has it; may be empty."""
    titles = [(title.zh or title.en) if language == "zh" else (title.en or title.zh) for title in section]
    return one_line(" › ".join(title for title in titles if title))


def place(quote: Quote, language: Language, messages: Messages) -> str:
    """Where a quote stands: document, section and span, in one line."""
    span = messages("span", start=quote.start, end=quote.end)
    parts = (one_line(quote.document), section_name(quote.section, language), span)
    return " · ".join(part for part in parts if part)


def answer_text(answer: Answer) -> Text:
    """The answer, its markers in colour."""
    text = Text(printable(answer.answer))
    text.highlight_regex(_MARKER, "bold cyan")
    return text


def _quote_text(citation: Citation) -> Text:
    """The quote on one line, its answering words bold."""
    quote = citation.quote
    if citation.answer_start is None or citation.answer_end is None:
        return Text(one_line(quote))
    before, words = quote[: citation.answer_start], quote[citation.answer_start : citation.answer_end]
    return Text.assemble(*_flowing((before, ""), (words, "bold"), (quote[citation.answer_end :], "")))


def _flowing(*parts: tuple[str, str]) -> list[tuple[str, str]]:
    """Neighbouring stretches of one text with their styles, runs of white space (over seams too) made one."""
    flowing: list[tuple[str, str]] = []
    ends_in_space = True
    for text, style in parts:
        shown = re.sub(r"\s+", " ", printable(text))
        shown = shown.removeprefix(" ") if ends_in_space else shown
        ends_in_space = shown.endswith(" ") if shown else ends_in_space
        flowing.append((shown, style))
    return flowing


def _citation_blocks(citation: Citation, messages: Messages) -> list[Block]:
    language = citation.language
    marker = Text(f"[{citation.marker}]".ljust(_INDENT), "bold cyan")
    blocks = [
        Block(marker + _quote_text(citation), 0, _INDENT),
        Block(Text(place(citation, language, messages), "dim"), _INDENT),
    ]
    if citation.counterpart:
        blocks += [
            Block(Text(one_line(citation.counterpart.quote)), _INDENT),
            Block(Text(place(citation.counterpart, language, messages), "dim"), _INDENT),
        ]
    return blocks


def answer_blocks(answer: Answer, messages: Messages) -> list[Block]:
    """The answer, then each citation: its quote in both languages, each with its place; then why no model wrote it."""
    return [Block(answer_text(answer)), *citation_blocks(answer, messages)]


def citation_blocks(answer: Answer, messages: Messages) -> list[Block]:
    """What follows an answer's text: an empty line, each citation, and why no model wrote it."""
    citations = [_citation_blocks(citation, messages) for citation in answer.citations]
    following = spaced([*citations, *_fallback_blocks(answer, messages)])
    return [Block(Text()), *following] if following else []


def _fallback_blocks(answer: Answer, messages: Messages) -> list[list[Block]]:
    if answer.refused or answer.generation is None or answer.generation.fallback is None:
        return []
    reason = messages(f"fallback_{answer.generation.fallback}")
    return [[Block(Text(messages("fallback", reason=reason), "dim"))]]


def source_blocks(
    quote: Quote, passage: Passage, language: Language, messages: Messages, *, colour: bool
) -> list[Block]:
    """The place of a quote, then its passage with the quote highlighted: by marks where there is no colour."""
    opening, closing = ("", "") if colour else QUOTE_MARKS[passage.language]
    before, after = passage.slice(passage.start, quote.start), passage.slice(quote.end, passage.end)
    flowing = _flowing((before, ""), (quote.quote, "bold reverse"), (after, ""))
    flowing.insert(1, (opening, ""))
    flowing.insert(3, (closing, ""))
    return [
        Block(Text(place(quote, language, messages), "dim")),
        Block(Text.assemble(*flowing), _INDENT // 2),
    ]


def both_titles(title: TitleLike) -> str:
    """A title in both languages, Chinese first, on one line."""
    return one_line(" · ".join(name for name in (title.zh, title.en) if name))


def section_blocks(sections: Iterable[SectionPath]) -> list[Block]:
    """The section tree in document order: a line a section, titles in both languages, indented by level."""
    blocks: dict[SectionPath, Block] = {}
    for path in sections:
        for level in range(1, len(path) + 1):
            indent = _INDENT // 2 * (level - 1)
            title = both_titles(path[level - 1])
            blocks.setdefault(path[:level], Block(Text(f"- {title}"), indent, indent + 2))
    return list(blocks.values())
