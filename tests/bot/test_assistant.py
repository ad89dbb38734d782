"""The assistant's invariants, over every gold question, on the real report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Turn
from bot.assistant import Assistant
from bot.grounding import MARKER, unsupported
from bot.question import script_of
from bot.readers.spans import SpanReader
from vectorstore.schema import Document
from vectorstore.store import Filter
from vectorstore.tokens import convert_script

GOLD = Path(__file__).parents[2] / "evaluation" / "gold" / "annual-report-2024.jsonl"
SCRIPT = {"en": "latin", "zh-Hans": "simplified", "zh-Hant": "traditional", "yue": "traditional"}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="session")
def gold() -> list[dict[str, object]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def answers(assistant: Assistant, gold: list[dict[str, object]]) -> list[tuple[dict[str, object], Answer]]:
    """Every gold question with its answer."""
    return [(row, assistant.ask(str(row["question"]), _turns(row))) for row in gold]


def _turns(row: dict[str, object]) -> list[Turn]:
    history = row.get("history") or []
    assert isinstance(history, list)
    return [Turn.model_validate(turn) for turn in history]


def _content(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"latency_ms"})


def test_every_quote_is_the_reports_text_at_its_offsets(
    answers: list[tuple[dict[str, object], Answer]], report: Document
) -> None:
    quotes = [q for _, answer in answers for c in answer.citations for q in (c, c.counterpart) if q]
    assert len(quotes) > 300
    assert all(report.text[quote.start : quote.end] == quote.quote != "" for quote in quotes)


def test_markers_and_citations_are_the_same_and_refusals_have_none(
    answers: list[tuple[dict[str, object], Answer]],
) -> None:
    for _, answer in answers:
        markers = [int(marker) for marker in MARKER.findall(answer.answer)]
        assert markers == [citation.marker for citation in answer.citations] == list(range(1, len(markers) + 1))
        assert bool(markers) != answer.refused or not answer.refused


def test_answers_come_in_the_script_of_the_question(answers: list[tuple[dict[str, object], Answer]]) -> None:
    for row, answer in answers:
        if answer.refused or row["register"] == "mixed":
            continue
        assert SCRIPT[answer.language] == SCRIPT[str(row["register"])], row["question"]
        if answer.language == "en":
            assert not HAN.search(answer.answer), row["question"]
        else:
            assert script_of(answer.answer) in (
                {"zh-Hans", None} if answer.language == "zh-Hans" else {"zh-Hant", None}
            )
            assert HAN.search(answer.answer)


def test_asking_reads_less_than_explaining_and_answers_the_same(
    assistant: Assistant, answers: list[tuple[dict[str, object], Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    read = SpanReader.read

    def count(self: SpanReader, question: str, *rest: Any) -> Any:
        reads.append(question)
        return read(self, question, *rest)

    monkeypatch.setattr(SpanReader, "read", count)
    some = answers[::9]
    for row, answer in some:
        explained, _ = assistant.explain(str(row["question"]), _turns(row))
        assert _content(explained) == _content(answer)
    explaining = len(reads)
    for row, _ in some:
        assistant.ask(str(row["question"]), _turns(row))
    assert len(some) < len(reads) - explaining < explaining


def test_nothing_in_an_answer_is_without_support(answers: list[tuple[dict[str, object], Answer]]) -> None:
    assert [
        unsupported(answer.answer, answer.citations) for _, answer in answers if not answer.refused and answer.citations
    ] == [[] for _, answer in answers if not answer.refused and answer.citations]


def test_citations_carry_the_other_language(answers: list[tuple[dict[str, object], Answer]]) -> None:
    citations = [c for _, answer in answers for c in answer.citations]
    paired = [c for c in citations if c.counterpart]
    assert all(c.counterpart and c.counterpart.language != c.language for c in paired)
    assert len(paired) > 0.9 * len(citations)


def test_the_same_question_gets_the_same_answer_byte_for_byte(
    assistant: Assistant, answers: list[tuple[dict[str, object], Answer]]
) -> None:
    for row, answer in answers[::25]:
        assert _content(assistant.ask(str(row["question"]), _turns(row))) == _content(answer)


def test_both_chinese_scripts_get_the_same_places(
    assistant: Assistant, answers: list[tuple[dict[str, object], Answer]]
) -> None:
    simplified = [(row, answer) for row, answer in answers if row["register"] == "zh-Hans" and not row["history"]]
    for row, answer in simplified[::5]:
        other = assistant.ask(convert_script(str(row["question"]), "s2hk"), language="zh-Hant")
        assert [(c.start, c.end) for c in other.citations] == [(c.start, c.end) for c in answer.citations], row[
            "question"
        ]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "\x00\x07",
        "\ud800",
        "?" * 3,
        "a" * 10_000,
        "字" * 10_000,
        "🙂",
        '<b>&"_*[',
        "\u202e\u200babc",
        "[1]",
        "%s {0} {name}",
    ],
)
def test_odd_input_gets_a_clear_reply(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.answer
    assert answer.refused
    assert not answer.citations
    answer.model_dump_json()


@pytest.mark.parametrize("question", ["hello", "你好", "多謝", "what can you do", "你可以做什么"])
def test_small_talk_is_answered_without_citations(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert not answer.refused
    assert not answer.citations


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Magkano ang bayad sa visa ko?", "en"),
        ("香港のe-道はいくつありますか", "en"),
        ("berapa banyak e-Channel di Hong Kong", "en"),
    ],
)
def test_other_languages_are_answered_in_english(assistant: Assistant, question: str, language: str) -> None:
    answer = assistant.ask(question)
    assert answer.language == language
    assert not HAN.search(MARKER.sub("", answer.answer))


def test_a_chosen_language_overrides_that_of_the_question(assistant: Assistant) -> None:
    answer = assistant.ask("How many multi-purpose e-Channels are there?", language="zh-Hant")
    assert answer.language == "zh-Hant"
    assert "756" in answer.answer
    assert HAN.search(answer.answer)


def test_a_filter_narrows_where_answers_come_from(assistant: Assistant) -> None:
    titles = [path[0].en for path in assistant.sections() if path and path[0].en]
    section = titles[len(titles) // 2]
    answer = assistant.ask("What does the department do?", filter=Filter(section=section))
    assert all(any(title.en == section for title in citation.section) for citation in answer.citations)


def test_explaining_never_changes_the_answer(assistant: Assistant, gold: list[dict[str, object]]) -> None:
    for row in gold[::40]:
        question = str(row["question"])
        answer, explanation = assistant.explain(question, _turns(row))
        assert _content(answer) == _content(assistant.ask(question, _turns(row)))
        assert (explanation.verdict_stage == "answered") == bool(answer.citations)


def test_refusals_name_the_reason_and_the_contacts(assistant: Assistant) -> None:
    answer = assistant.ask("What is the weather tomorrow in Tokyo?")
    assert answer.refused
    assert "2824 6111" in answer.answer
    assert "www.immd.gov.hk" in answer.answer


@pytest.mark.parametrize(
    ("earlier", "question", "said"),
    [
        ("年報怎樣介紹「我們的理想」？", "而家有幾多條e-道?", "756"),
        ("新资本投资者入境计划是什么", "几时开始", "三月"),
        ("how many illegal workers were arrested", "and employers?", "513"),
    ],
)
def test_a_short_question_leans_on_the_conversation_only_where_that_helps(
    assistant: Assistant, earlier: str, question: str, said: str
) -> None:
    assert said in assistant.ask(question, [Turn(question=earlier)]).answer


@pytest.mark.parametrize("earlier", ["誰是副處長", "how long does a new identity card take"])
@pytest.mark.parametrize("question", ["今日天氣點呀", "what's the weather", "tell me a joke", "講個笑話"])
def test_a_question_about_something_else_gets_no_answer_out_of_the_conversation(
    assistant: Assistant, earlier: str, question: str
) -> None:
    before = assistant.ask(earlier)
    assert not before.refused
    assert assistant.ask(question, [Turn(question=earlier, answer=before.answer)]).refused


@pytest.mark.parametrize("question", ["hotline", "how do I contact you", "電話幾多號", "有咩想問打咩總線"])
def test_who_only_wants_to_reach_the_department_gets_its_enquiry_line(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert "Enquiry Hotline (852) 2824 6111" in [citation.quote for citation in answer.citations]
