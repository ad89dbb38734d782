"""Who leads the body, however it is asked."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from bot.heads import Head

ENGLISH = "who is the Director of Immigration"
CHINESE = "谁是入境事务处处长"


@pytest.fixture(scope="module")
def head(assistant: Assistant) -> Head:
    """The head of the report that ships."""
    return Head(assistant._corpus, assistant.manifest.terms)


@pytest.mark.parametrize(
    ("asked", "put"),
    [
        ("who runs ImmD?", ENGLISH),
        ("who's the boss of the immigration department", ENGLISH),
        ("Who is in charge?", ENGLISH),
        ("who’s running the immigration dept now", ENGLISH),
        ("who runs 入境处", ENGLISH),
        ("入境处现在谁主管", CHINESE),
        ("谁是入境处最大", CHINESE),
        ("你们部门的一把手是谁", CHINESE),
        ("由谁领导入境事务处", CHINESE),
        ("who is the current director of the immigration department", ENGLISH),
        ("现任处长是谁", CHINESE),
    ],
)
def test_a_question_for_who_leads_the_body_is_one_for_its_head(head: Head, asked: str, put: str) -> None:
    assert head.asked_for(asked) == put


@pytest.mark.parametrize(
    "asked",
    ["who is in charge of visas", "who runs the e-Channels", "机场谁主管", "谁主管执法科", "who is the chairman", "谁"],
)
def test_a_question_for_another_leader_stays_as_it_is(head: Head, asked: str) -> None:
    assert head.asked_for(asked) is None


def test_after_other_questions_the_body_has_to_be_named(head: Head) -> None:
    assert head.asked_for("who's in charge", alone=False) is None
    assert head.asked_for("谁主管", alone=False) is None
    assert head.asked_for("who's in charge of ImmD", alone=False) == ENGLISH
    assert head.asked_for("你们谁主管", alone=False) == CHINESE


@pytest.mark.parametrize("question", ["入境處而家邊個話事", "who heads the department"])
def test_the_head_is_named(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert "KWOK Joon-fung" in answer.answer or "郭俊峯" in answer.answer


def test_where_the_first_officer_is_no_head_none_is_known(small_assistant: Assistant) -> None:
    assert Head(small_assistant._corpus, ()).asked_for("who runs the department") is None
