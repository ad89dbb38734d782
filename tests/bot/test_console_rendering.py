"""Answers, sources, sections and explanations as they look on a console."""

from __future__ import annotations

import io
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Quote, Register, TitlePair
from bot.channels.rendering import answer_blocks, section_blocks, source_blocks
from bot.channels.screen import Block, Screen
from bot.explaining import SHOWN, explanation_blocks
from bot.explanation import CandidateScore, Explanation, Stage
from bot.lexicon import question_patterns
from bot.question import Question
from bot.refusal import Reason
from prompts import LANGUAGES, MessageLanguage, load_messages
from vectorstore.schema import Language, Passage, Sentence, Title

MESSAGES = load_messages("console")
SECTION = (TitlePair(zh="码头", en="Terminals"), TitlePair(zh="闸口", en=""))


def shown(blocks: list[Block]) -> str:
    file = io.StringIO()
    Screen(file).show(*blocks)
    return file.getvalue()


def citation(counterpart: bool = True) -> Citation:
    chinese = Quote(
        marker=1, passage_id="z", document="r.md", section=SECTION, language="zh", start=3, end=9, quote="共 214 个"
    )
    return Citation(
        marker=1,
        passage_id="e",
        document="r.md",
        section=SECTION,
        language="en",
        start=20,
        end=30,
        quote="214\n gates",
        counterpart=chinese if counterpart else None,
    )


def answer(text: str = "There are 214 gates. [1]", *citations: Citation, language: Register = "en") -> Answer:
    return Answer(
        question="q",
        language=language,
        answer=text,
        refused=not citations,
        citations=citations,
        reader="sentence",
        latency_ms={"total": 1.0},
    )


def test_an_answer_is_followed_by_its_quotes_in_both_languages_each_with_its_place() -> None:
    assert shown(answer_blocks(answer("There are 214 gates. [1]", citation()), MESSAGES["en"])) == (
        "There are 214 gates. [1]\n"
        "\n"
        "[1] 214 gates\n"
        "    r.md · Terminals › 闸口 · characters 20–30\n"
        "    共 214 个\n"
        "    r.md · Terminals › 闸口 · characters 3–9\n"
    )


def test_a_refusal_shows_its_text_alone() -> None:
    assert shown(answer_blocks(answer("報告沒有載述。", language="yue"), MESSAGES["zh-Hant"])) == "報告沒有載述。\n"


def test_text_of_a_report_is_neither_markup_nor_control() -> None:
    text = shown(answer_blocks(answer("[red]x[/red] \x1b[2J :smile: [1]", citation()), MESSAGES["en"]))
    assert text.startswith("[red]x[/red] \ufffd[2J :smile: [1]\n")


@given(st.text(min_size=1), st.data())
def test_any_answering_words_of_any_quote_can_be_shown(quote: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(quote)))
    end = data.draw(st.integers(start, len(quote)))
    cited = citation(counterpart=False).model_copy(update={"quote": quote, "answer_start": start, "answer_end": end})
    assert "[1]" in shown(answer_blocks(answer("x [1]", cited), MESSAGES["en"]))


@pytest.mark.parametrize(
    ("language", "text", "start", "end", "marked"),
    [
        ("zh", "前文。\n共 214 个。后文。", 4, 12, "前文。 【共 214 个。】后文。"),
        ("en", "Before. There are\n214. After.", 8, 22, "Before. >>There are 214.<< After."),
    ],
)
def test_without_colour_marks_stand_around_the_quote_in_its_passage(
    language: Language, text: str, start: int, end: int, marked: str
) -> None:
    passage = Passage(
        "p", "d", "r.md", 100, 100 + len(text), text, language, (Title("码头", ""),), "body", 5, (Sentence(100, 101),)
    )  # fmt: skip
    quote = Quote(
        marker=1,
        passage_id="p",
        document="r.md",
        section=(TitlePair(zh="码头", en=""),),
        language=language,
        start=100 + start,
        end=100 + end,
        quote=text[start:end],
    )
    lines = shown(source_blocks(quote, passage, language, MESSAGES["en"], colour=False)).splitlines()
    assert lines == [f"r.md · 码头 · characters {100 + start}–{100 + end}", f"  {marked}"]


def test_the_section_tree_names_each_section_once_in_both_languages() -> None:
    top, first, second = Title("码头", "Terminals"), Title("闸口", ""), Title("", "Tickets")
    assert shown(section_blocks([(top,), (top, first), (top, second), (top, first)])) == (
        "- 码头 · Terminals\n  - 闸口\n  - Tickets\n"
    )


def candidate(rank: int, chosen: bool = False) -> CandidateScore:
    return CandidateScore(
        passage_id="p",
        sentence=0,
        text=f"sentence {rank}",
        section="s",
        dense_rank=rank,
        lexical_rank=None,
        fused_rank=rank,
        dense=0.5,
        lexical=None,
        score=1.0,
        chosen=chosen,
    )


def explanation(*candidates: CandidateScore) -> Explanation:
    return Explanation(
        question="q",
        standalone="q",
        register="yue",
        script="zh-Hant",
        normalised="q",
        terms=(),
        answer_type="other",
        candidates=candidates,
        confidence=0.25,
        threshold=0.5,
        reason="nothing",
        signals={},
        verdict_stage="refusal",
    )


def test_an_explanation_shows_ranks_decision_and_the_stage_at_fault() -> None:
    assert shown(explanation_blocks(explanation(candidate(1, True)), MESSAGES["en"])).splitlines() == [
        "Question       q",
        "Understood as  Cantonese · Traditional characters",
        "Read as        q",
        "Searched as    q",
        "Terms          none",
        "Expects        any statement",
        "",
        "Candidates",
        "Rank   Meaning  Words  Score  Sentence",
        "  *1  1 (0.50)      -  1.000  sentence 1",
        MESSAGES["en"]("why_legend"),
        "",
        "Decision  confidence 0.250, threshold 0.500",
        "Reason    the report covers the topic, but does not say this",
        MESSAGES["en"]("stage_refusal"),
    ]


def test_candidates_far_down_are_shown_only_where_the_answer_uses_them() -> None:
    candidates = (*(candidate(rank) for rank in range(1, SHOWN + 5)), candidate(SHOWN + 5, True))
    text = shown(explanation_blocks(explanation(*candidates), MESSAGES["en"]))
    assert f"sentence {SHOWN}\n" in text
    assert f"sentence {SHOWN + 1}\n" not in text
    assert f"sentence {SHOWN + 5}\n" in text
    assert MESSAGES["en"]("why_more", count=4) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_reason_register_script_and_kind_has_its_words(language: MessageLanguage) -> None:
    codes = {
        "stage": get_args(Stage),
        "reason": get_args(Reason),
        "register": get_args(Register),
        "script": get_args(get_type_hints(Question)["script"]),
        "kind": (*(kind for kind, _ in question_patterns().types), "other"),
    }
    for name, values in codes.items():
        for value in values:
            assert MESSAGES[language](f"{name}_{value}")
