"""The invariants hold whatever a model writes: gold questions of `dev`, and a model that lies half the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.assistant import Assistant
from bot.grounding import MARKER, unsupported
from bot.settings import Settings
from evaluation.gold import GoldQuestion, load_gold
from evaluation.metrics.language_match import language_of
from evaluation.metrics.script_match import script_of
from tests.openai_api.server import Body, OpenAIApi, Reply
from vectorstore.schema import Document

GOLD = Path(__file__).parents[3] / "evaluation" / "gold" / "annual-report-2024.jsonl"
_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n?</passage>', re.DOTALL)
_SENTENCE = re.compile(r"[^。！？.!?]+(?:[。！？]|[.!?](?=\s|$))")


def scripted(body: Body) -> Reply:
    """Sentences of the passages, one of them with its figures changed, another put to the wrong passage, and a lie."""
    sent = str(body["messages"][1]["content"])
    passages = [(int(number), _SENTENCE.findall(text)) for number, text in _PASSAGE.findall(sent)]
    said = [(sentence.strip(), [number]) for number, sentences in passages[:2] for sentence in sentences[:1]]
    changed = [(re.sub(r"\d", "7", text), numbers) for text, numbers in said]
    moved = [(text, [len(passages)]) for text, _ in said[:1]]
    lie = ("Mr John Faker opened 12,345 new offices on 31 February 1999. See https://example.test/?q=1", [1])
    return Reply(statements=[*changed, *said, *moved, lie])


@pytest.fixture(scope="module")
def answered(real_index: Settings) -> Iterator[list[tuple[GoldQuestion, Answer]]]:
    """Every third gold question of `dev` with its answer."""
    with OpenAIApi(scripted) as api:
        given = {
            "reader": "chat",
            "chat_model": "openai:scripted",
            "chat_base_url": api.url,
            "chat_attempts": 1,
            "chat_passage_tokens": 800,
        }
        assistant = Assistant.open(Settings.model_validate({**real_index.model_dump(), **given}))
        questions = load_gold(GOLD, "dev")[::3]
        yield [(question, assistant.ask(question.question, question.history)) for question in questions]
        assistant.close()


def test_the_model_writes_most_answers(answered: list[tuple[GoldQuestion, Answer]]) -> None:
    written = [answer for _, answer in answered if not answer.refused and answer.citations]
    assert sum(answer.reader == "chat" for answer in written) > len(written) / 2
    assert sum(answer.generation.dropped for _, answer in answered if answer.generation) > len(written)


def test_every_quote_is_the_reports_text_at_its_offsets(
    answered: list[tuple[GoldQuestion, Answer]], report: Document
) -> None:
    for _, answer in answered:
        for citation in answer.citations:
            for quote in (citation, citation.counterpart):
                assert quote is None or report.text[quote.start : quote.end] == quote.quote


def test_markers_and_citations_are_the_same_and_refusals_have_none(
    answered: list[tuple[GoldQuestion, Answer]],
) -> None:
    for _, answer in answered:
        markers = {int(number) for number in MARKER.findall(answer.answer)}
        assert markers == {citation.marker for citation in answer.citations}
        assert not (answer.refused and markers)


def test_nothing_in_an_answer_is_without_support(answered: list[tuple[GoldQuestion, Answer]]) -> None:
    for question, answer in answered:
        if answer.citations:
            assert unsupported(answer.answer, answer.citations) == [], question.id
        assert not any(lie in answer.answer for lie in ("Faker", "12,345", "example.test"))


def test_answers_are_in_the_language_and_script_of_the_question(
    answered: list[tuple[GoldQuestion, Answer]],
) -> None:
    for question, answer in answered:
        if answer.reader == "chat":
            text = MARKER.sub("", answer.answer)
            assert language_of(text) == ("en" if answer.language == "en" else "zh"), question.id
            if answer.language != "en":
                wanted = "zh-Hans" if answer.language == "zh-Hans" else "zh-Hant"
                assert script_of(text) in (wanted, None), question.id


def test_what_the_sentence_reader_refuses_is_refused(
    answered: list[tuple[GoldQuestion, Answer]], assistant: Assistant
) -> None:
    for question, answer in answered:
        if not question.history:
            assert answer.refused == assistant.ask(question.question).refused, question.id
