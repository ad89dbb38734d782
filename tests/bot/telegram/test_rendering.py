"""Rendering: Telegram takes every message, and it shows every character that can be seen."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Quote, Register, TitlePair
from bot.channels.telegram.rendering import (
    BUTTON_UNITS,
    answer_messages,
    citation_label,
    escape,
    shown_units,
    source_view,
    with_source,
)
from bot.channels.telegram.splitting import MESSAGE_UNITS, units
from prompts import load_messages
from tests.telegram_api.formatting import FormattedText, formatted, utf16_slice
from tests.telegram_api.html import parse_html

MESSAGES = load_messages("telegram")
SECTION = (
    TitlePair(zh="管制部", en="CONTROL BRANCH"),
    TitlePair(zh="扩展 e-道服务", en="Extension of the e-Channel Service"),
)
NASTY = [
    '<b>&"_*[',
    "</blockquote>",
    "&amp;",
    "&#0;",
    "<",
    "[1]",
    "\x00",
    "\u202e",
    "\ud800",
    "\r\n",
    "👨‍👩‍👧",
    "條。",
    "a. ",
]
LONG = st.builds(str.__mul__, st.text(min_size=1, max_size=20), st.integers(100, 400))
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(NASTY)).map("".join), LONG)
REGISTERS = st.sampled_from(["en", "zh-Hans", "zh-Hant", "yue"])


def accepted(markup: str) -> FormattedText:
    """A message as Telegram shows it; its refusal fails the test."""
    markup.encode("utf-8")
    return formatted(markup, "HTML")


def seen(text: str) -> str:
    """What a person sees of a text: a lone surrogate can only be shown by its substitute."""
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def covered(message: FormattedText, kind: str) -> list[str]:
    """What the entities of one kind cover."""
    return [utf16_slice(message.text, e["offset"], e["length"]) for e in message.entities if e["type"] == kind]


def answer(text: str, *citations: Citation) -> Answer:
    return Answer(
        question="q", language="en", answer=text, refused=False, citations=citations, reader="sentence", latency_ms={}
    )


def citation(quote: str = "共设有 756 条 e- 道。", language: str = "zh", **fields: object) -> Citation:
    return Citation.model_validate(
        {
            "marker": 1,
            "passage_id": "p",
            "document": "report.txt",
            "section": SECTION,
            "language": language,
            "start": 0,
            "end": len(quote),
            "quote": quote,
            **fields,
        }
    )


def counterpart(quote: str = "There are 756 e-Channels.", language: str = "en") -> Quote:
    return Quote.model_validate(citation(quote, language).model_dump(include=set(Quote.model_fields)))


def view(cited: Citation, register: Register, before: str = "", after: str = "", limit: int = MESSAGE_UNITS) -> str:
    return source_view(cited, register, lambda _: (before, after), MESSAGES["en"], limit)


@settings(deadline=None)
@given(TEXTS)
def test_any_answer_is_taken_and_shown_whole(text: str) -> None:
    messages = [accepted(markup).text for markup in answer_messages(answer(text + "."))]
    assert seen("".join(messages)) == seen(text + ".")


@settings(deadline=None)
@given(st.text())
def test_units_are_counted_as_telegram_counts_them(text: str) -> None:
    markup = f"<b>{escape(text)}</b>x"
    assert shown_units(markup) == units(parse_html(markup)[0])


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, REGISTERS, st.integers(500, MESSAGE_UNITS))
def test_any_source_is_taken_and_fits(
    before: str, quote: str, after: str, other: str, name: str, register: Register, limit: int
) -> None:
    cited = citation(
        quote,
        document=name or "r",
        section=(TitlePair(zh=name, en=before), TitlePair(zh="", en=quote)),
        counterpart=counterpart(other),
        answer_start=len(quote) // 3,
        answer_end=len(quote) // 2,
    )
    markup = view(cited, register, before, after, limit)
    accepted(markup)
    assert shown_units(markup) <= limit
    label = citation_label(cited, register)
    assert label.startswith("[1] ")
    assert units(label) <= BUTTON_UNITS
    label.encode("utf-8")


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ("en", "[1] Control Branch · 管制部"),
        ("zh-Hans", "[1] 管制部 · Control Branch"),
        ("yue", "[1] 管制部 · Control Branch"),
    ],
)
def test_a_button_names_the_chapter_in_both_languages(register: Register, expected: str) -> None:
    assert citation_label(citation(), register) == expected


def test_the_asker_reads_their_own_script_first_and_the_quote_stands_out_in_its_context() -> None:
    cited = citation(answer_start=3, answer_end=9, counterpart=counterpart())
    message = accepted(view(cited, "yue", "现时，各管制站", "\n可供 使用。"))
    assert message.text == (
        "📖 [1] 管制部 › 擴展 e-道服務\n"
        "現時，各管制站共設有 756 條 e-道。可供使用。\n\n"
        "Control Branch › Extension of the e-Channel Service\n"
        "现时，各管制站There are 756 e-Channels. 可供使用。\n\n"
        "📄 report.txt"
    )
    assert covered(message, "underline") == ["共設有 756 條 e-道。", "There are 756 e-Channels."]
    assert "756 條" in [words.strip() for words in covered(message, "bold")]


def test_for_an_english_asker_the_english_side_comes_first_wherever_the_citation_stands() -> None:
    cited = citation(counterpart=counterpart())
    lines = accepted(view(cited, "en")).text.splitlines()
    assert lines[:2] == ["📖 [1] Control Branch › Extension of the e-Channel Service", "There are 756 e-Channels."]
    assert lines[3:5] == ["管制部 › 扩展 e-道服务", "共设有 756 条 e-道。"]


def test_what_the_report_says_in_one_language_only_is_said_to_be_so() -> None:
    said = MESSAGES["en"]("source_one_language")
    assert said in accepted(view(citation(), "en")).text
    assert said in accepted(view(citation("本會於六月推出 Harbour Watch Mobile Application 程式。"), "en")).text
    assert said not in accepted(view(citation("失物热线 Lost property hotline：2778 4166"), "en")).text
    assert said not in accepted(view(citation(counterpart=counterpart()), "en")).text


def test_a_long_context_is_cut_and_the_quote_is_not() -> None:
    message = accepted(view(citation("乙" * 900), "zh-Hant", "甲" * 3000, "丙" * 3000, 1500))
    assert covered(message, "underline") == ["乙" * 900]
    assert "…甲" in message.text
    assert "丙…" in message.text


def test_a_source_stands_below_its_answer_while_there_is_room_and_else_in_its_place() -> None:
    def source(limit: int) -> str:
        return f"source {limit}"

    assert with_source("short", source) == f"short\n\nsource {MESSAGE_UNITS - 7}"
    assert with_source("x" * 4000, source) == f"source {MESSAGE_UNITS}"
