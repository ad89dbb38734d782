"""Every way in which a provider fails ends in the sentence reader's answer, with the reason beside it."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.chat.breaker import FAILURES, Breaker
from bot.chat.budget import FILE_NAME
from bot.chat.faults import Fault
from bot.settings import Settings
from tests.bot.chat.conftest import GATES, RIGHT, Chatting
from tests.openai_api.server import OpenAIApi, Reply

FILTERED = {"code": "content_filter", "message": "The response was filtered (content_filter)", "type": "invalid"}


def falls_back(assistant: Assistant, reason: str) -> None:
    answer = assistant.ask(GATES)
    assert answer.generation is not None
    assert answer.generation.fallback == reason
    assert answer.reader == "sentence"
    assert "214" in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=401), "key"),
        (Reply(status=403), "key"),
        (Reply(status=404), "model"),
        (Reply(status=429), "rate_limit"),
        (Reply(status=500), "provider"),
        (Reply(status=503), "provider"),
        (Reply(status=400, error=FILTERED), "content_filter"),
        (Reply(RIGHT, finish="content_filter"), "content_filter"),
        (Reply(""), "empty"),
        (Reply(arguments="{not JSON"), "malformed"),
        (Reply(arguments='{"statements": 7}'), "malformed"),
        (Reply(statements=[(RIGHT, [1])], cut_after=0), "cut"),
        (Reply(statements=[(RIGHT, [1])], cut_after=6), "cut"),
        (Reply(statements=[]), "declined"),
        (Reply("NONE"), "declined"),
        (Reply(statements=[("There are 999 gates.", [1])]), "unsupported"),
    ],
)
def test_the_sentence_reader_answers_and_the_reason_is_named(
    api: OpenAIApi, chatting: Chatting, reply: Reply, reason: str
) -> None:
    api.script = lambda body: reply
    falls_back(chatting(), reason)


def test_a_request_that_is_rejected_is_made_again_without_the_tool(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(status=400) if body.get("tools") else Reply(f"{RIGHT} [1]")
    assistant = chatting()
    assert assistant.ask(GATES).answer == f"{RIGHT} [1]"
    assert len(api.requests) == 2
    assistant.ask("How many courses did the Maritime Academy run in 2024?")
    assert all("tools" not in body for body in api.requests[2:])


def test_a_request_that_is_rejected_either_way_is_given_up(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(status=400)
    falls_back(chatting(), "rejected")


def test_silence_is_a_time_out(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(RIGHT, hang_s=60)
    falls_back(chatting(chat_timeout_s=0.3), "timeout")


def test_the_deadline_holds_whatever_the_client_waits_for(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(RIGHT, hang_s=60)
    falls_back(chatting(chat_deadline_s=0.3), "deadline")


def test_a_refused_connection_is_named(chatting: Chatting) -> None:
    falls_back(chatting(chat_base_url="http://127.0.0.1:9/v1"), "unreachable")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=429, headers={"Retry-After": "0.01"}),
        Reply(status=429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Reply(status=500),
        Reply(""),
        Reply(arguments="{"),
        Reply(statements=[(RIGHT, [1])], cut_after=6),
    ],
)
def test_a_fault_that_may_pass_is_tried_again(api: OpenAIApi, chatting: Chatting, reply: Reply) -> None:
    api.enqueue(reply)
    api.answer([(RIGHT, [1])])
    answer = chatting(chat_attempts=2).ask(GATES)
    assert (answer.answer, answer.reader) == (f"{RIGHT} [1]", "chat")
    assert answer.generation is not None
    assert answer.generation.calls == 2


@pytest.mark.parametrize("wished", ["3600", formatdate(time.time() + 3600, usegmt=True)], ids=["seconds", "date"])
def test_a_wait_beyond_the_deadline_is_not_begun(api: OpenAIApi, chatting: Chatting, wished: str) -> None:
    api.script = lambda body: Reply(status=429, headers={"Retry-After": wished})
    falls_back(chatting(chat_attempts=5), "rate_limit")
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [401, 404])
def test_what_a_setting_must_mend_is_not_tried_again(api: OpenAIApi, chatting: Chatting, status: int) -> None:
    api.script = lambda body: Reply(status=status)
    assistant = chatting(chat_attempts=5)
    falls_back(assistant, {401: "key", 404: "model"}[status])
    falls_back(assistant, "paused")
    assert len(api.requests) == 1


def test_after_repeated_failures_the_model_is_left_alone(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(status=500)
    assistant = chatting()
    for _ in range(FAILURES):
        falls_back(assistant, "provider")
    falls_back(assistant, "paused")
    assert len(api.requests) == FAILURES


def test_after_the_pause_one_success_lets_questions_flow_again(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = lambda body: Reply(status=401)
    assistant = chatting(chat_pause_s=0)
    falls_back(assistant, "key")
    api.answer([(RIGHT, [1])])
    assert assistant.ask(GATES).reader == "chat"


def test_the_breaker_lets_one_question_try_after_the_pause() -> None:
    now = [0.0]
    breaker = Breaker(10, lambda: now[0])
    breaker.failed(Fault("key"))
    with pytest.raises(Fault, match="paused"):
        breaker.check()
    now[0] = 11
    breaker.check()
    with pytest.raises(Fault, match="paused"):
        breaker.check()
    breaker.succeeded()
    breaker.check()


def test_the_daily_budget_hands_over_to_the_sentence_reader(
    api: OpenAIApi, chatting: Chatting, small_settings: Settings
) -> None:
    api.script = lambda body: Reply(statements=[(RIGHT, [1])])
    (small_settings.home / FILE_NAME).unlink(missing_ok=True)
    assistant = chatting(chat_daily_tokens=150, chat_cache_size=0)
    assert assistant.ask(GATES).reader == "chat"  # 120 tokens
    assert assistant.ask(GATES).reader == "chat"  # what is begun is finished
    falls_back(assistant, "budget")
    falls_back(chatting(chat_daily_tokens=150), "budget")  # another process would see the same


def test_no_answer_and_no_line_of_the_trace_holds_the_key(api: OpenAIApi, chatting: Chatting, tmp_path: Path) -> None:
    api.script = lambda body: Reply(status=401, error={"message": "wrong key key-of-the-test"})
    trace = tmp_path / "trace.jsonl"
    answer = chatting(chat_trace=trace).ask(GATES)
    assert api.keys == ["Bearer key-of-the-test"]
    assert "key-of-the-test" not in answer.model_dump_json()
    assert "key-of-the-test" not in trace.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    assert [bool(line["error"]) for line in lines] == [True]
