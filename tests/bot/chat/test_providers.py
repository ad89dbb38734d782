"""The clients of other providers on their own wire formats: an answer, marked text, faults, a broken stream."""

from __future__ import annotations

import pytest

from tests.bot.chat.conftest import GATES, RIGHT, Chatting
from tests.openai_api.server import OpenAIApi, Reply

PROVIDERS = ["anthropic", "ollama"]


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, api: OpenAIApi) -> dict[str, str]:
    """Settings of a provider whose server is the scripted one."""
    return {"chat_model": f"{request.param}:scripted", "chat_base_url": api.url.removesuffix("/v1")}


@pytest.mark.parametrize("structured", ["tools", "text"])
def test_the_answer_comes_through(
    api: OpenAIApi, chatting: Chatting, provider: dict[str, str], structured: str
) -> None:
    api.answer([(RIGHT, [1])])
    answer = chatting(**provider, chat_structured=structured).ask(GATES)
    assert (answer.answer, answer.reader) == (f"{RIGHT} [1]", "chat")
    assert answer.generation is not None
    assert (answer.generation.tokens_in, answer.generation.tokens_out) == (100, 20)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(Reply(status=401), "key"), (Reply(status=404), "model"), (Reply(status=500), "provider")],
)
def test_faults_have_the_same_names(
    api: OpenAIApi, chatting: Chatting, provider: dict[str, str], reply: Reply, reason: str
) -> None:
    api.script = lambda body: reply
    answer = chatting(**provider).ask(GATES)
    assert answer.reader == "sentence"
    assert answer.generation is not None
    assert answer.generation.fallback == reason


def test_a_stream_that_breaks_off_is_tried_again(api: OpenAIApi, chatting: Chatting, provider: dict[str, str]) -> None:
    api.enqueue(Reply(statements=[(RIGHT, [1])], cut_after=1))
    api.answer([(RIGHT, [1])])
    answer = chatting(**provider, chat_attempts=2).ask(GATES)
    assert answer.reader == "chat"
    assert len(api.requests) == 2
