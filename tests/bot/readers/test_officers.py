"""Officers: who holds a post, all who hold posts of one title, and nobody of another rank or unit."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant

DEPUTIES = ("CHING Wo-mok", "CHOI Chi-yuen")


@pytest.mark.parametrize("question", ["who is the deputy director", "Who are the deputy directors?"])
def test_all_who_hold_posts_of_the_title_are_named(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert all(name in answer.answer for name in DEPUTIES)
    assert answer.answer.count("31 December 2024") == 1
    assert [citation.marker for citation in answer.citations] == [1, 2, 3]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("副處長有邊幾個", ["程和木", "蔡志遠"]),
        ("副处长是谁", ["程和木", "蔡志远"]),
        ("邊個係執法嗰邊嘅助理處長", ["陳偉烈"]),
    ],
)
def test_a_title_is_asked_for_in_chinese_too(assistant: Assistant, question: str, names: list[str]) -> None:
    answer = assistant.ask(question).answer
    assert all(name in answer for name in names)
    assert answer.count("：") == len(names)


def test_who_names_the_post_in_full_gets_that_officer_alone(assistant: Assistant) -> None:
    answer = assistant.ask("who is the Assistant Director of Enforcement").answer
    assert "CHAN Wai-lit" in answer
    assert answer.count("Assistant Director") == 1


@pytest.mark.parametrize(
    "question",
    ["港口管制科的指揮官叫什麼名字", "邊境管制（車輛）科的指揮官是哪一位", "who is the deputy departmental secretary"],
)
def test_an_officer_of_another_unit_or_rank_is_not_given(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).refused


@pytest.mark.parametrize(
    "question", ["邊境管制（鐵路）科的指揮官是哪一位", "who is the commander of the rail division"]
)
def test_the_officer_of_the_unit_is_given(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question).answer
    assert "蘇智強" in answer or "SO Chi-keung" in answer
