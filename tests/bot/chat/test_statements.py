"""Replies of models, whole and in pieces, read as statements with the numbers of their passages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessageChunk

from bot.chat.faults import Fault
from bot.chat.statements import Written, parse_text, replies


def chunks(text: str, size: int = 5, finish: str | None = "stop") -> list[AIMessageChunk]:
    pieces = [AIMessageChunk(content=text[i : i + size]) for i in range(0, len(text), size)]
    metadata = {"finish_reason": finish} if finish else {}
    return [*pieces, AIMessageChunk(content="", response_metadata=metadata)]


def called(arguments: str, finish: str = "tool_calls") -> list[AIMessageChunk]:
    pieces = [
        AIMessageChunk(
            content="", tool_call_chunks=[{"name": None, "args": arguments[i : i + 4], "id": None, "index": 0}]
        )
        for i in range(0, len(arguments), 4)
    ]
    return [*pieces, AIMessageChunk(content="", response_metadata={"finish_reason": finish})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. [1]", [("One.", (1,))]),
        ("One [1].", [("One.", (1,))]),
        ("One [1]. Two [2][3].", [("One.", (1,)), ("Two.", (2, 3))]),
        ("One. [1, 3]\n- Two. [2]", [("One.", (1, 3)), ("Two.", (2,))]),
        ("1. One. [2]\n2. Two.", [("One.", (2,)), ("Two.", None)]),
        ("共有 756 條。［1］另有三條【2】。", [("共有 756 條。", (1,)), ("另有三條。", (2,))]),
        ("One. [passage 2]", [("One.", (2,))]),
        ("One. [^2]", [("One.", (2,))]),
        ("NONE", []),
        ("\n\n", []),
    ],
)
def test_marked_text_is_read_in_whatever_brackets(
    text: str, expected: list[tuple[str, tuple[int, ...] | None]]
) -> None:
    assert parse_text(text) == [Written(*each) for each in expected]


@given(st.text(max_size=80))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert all(written.text.strip() for written in parse_text(text))


def test_a_statement_of_text_is_given_once_the_next_has_begun() -> None:
    grown = [reply.statements for reply in replies(iter(chunks("One. [1]\nTwo. [2]\nThree. [3]")))]
    assert [len(statements) for statements in grown] == [1, 2, 3]
    assert grown[-1] == (Written("One.", (1,)), Written("Two.", (2,)), Written("Three.", (3,)))


def test_a_statement_of_a_tool_call_is_given_once_the_next_has_begun() -> None:
    arguments = json.dumps({"statements": [{"text": f"No. {n}", "passages": [n]} for n in (1, 2, 3)]})
    grown = [reply.statements for reply in replies(iter(called(arguments)))]
    assert [len(statements) for statements in grown] == [1, 2, 3]
    assert grown[-1][2] == Written("No. 3", (3,))


@pytest.mark.parametrize(
    "arguments",
    [
        '{"statements": [{"text": "One.", "passages": ["[1]"]}]}',
        '{"statements": [{"text": "One. [1]", "passages": 1}]}',
        '{"statements": {"text": "One.", "passages": [1]}}',
        '[{"text": "One.", "passages": [1]}]',
        '{"statements": ["One. [1]"]}',
    ],
)
def test_a_tool_call_that_bends_the_schema_is_understood(arguments: str) -> None:
    *_, last = replies(iter(called(arguments)))
    assert last.statements == (Written("One.", (1,)),)
    *_, last = replies(iter(chunks(f"```json\n{arguments}\n```")))
    assert last.statements == (Written("One.", (1,)),)


def test_thoughts_are_not_statements() -> None:
    *_, last = replies(iter(chunks("<think>It may be 3. [9]</think>One. [1]")))
    assert last.statements == (Written("One.", (1,)),)


@pytest.mark.parametrize("reply", [chunks("NONE"), called('{"statements": []}')])
def test_a_model_can_decline(reply: list[AIMessageChunk]) -> None:
    *_, last = replies(iter(reply))
    assert last.declined
    assert last.ended


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ([], "empty"),
        (chunks(""), "empty"),
        (chunks("One. [1]", finish=None), "cut"),
        (chunks("One.", finish="content_filter"), "content_filter"),
        (called('{"statements": [{"te'), "malformed"),
        (called('{"statements": 3}'), "malformed"),
        (called("not JSON"), "malformed"),
        (chunks("[1] [2]"), "malformed"),
    ],
)
def test_a_reply_that_is_none_is_a_fault_with_a_name(reply: list[AIMessageChunk], kind: str) -> None:
    with pytest.raises(Fault) as caught:
        list(replies(iter(reply)))
    assert caught.value.kind == kind


def test_what_the_length_limit_cut_off_is_left_out() -> None:
    *_, last = replies(iter(chunks("One. [1]\nTwo is cut in the mid", finish="length")))
    assert last.statements == (Written("One.", (1,)),)
    *_, last = replies(iter(called('{"statements": [{"text": "One.", "passages": [1]}, {"text": "Tw', "length")))
    assert last.statements == (Written("One.", (1,)),)
