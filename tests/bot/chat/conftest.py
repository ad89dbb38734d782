"""A scripted provider on loopback, and assistants over the small report that ask it through the real client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.assistant import Assistant
from bot.settings import Settings
from tests.openai_api.server import OpenAIApi

GATES = "How many self-service boarding gates did the department manage in 2024?"
GATES_HANT = "二零二四年共有多少個自助登船閘口？"
RIGHT = "In 2024, the department managed a total of 214 self-service boarding gates."
EARLIER = "In 2023, there were 187 self-service boarding gates."

Chatting = Callable[..., Assistant]


@pytest.fixture
def api() -> Iterator[OpenAIApi]:
    """The provider; it answers what a test scripts."""
    with OpenAIApi() as served:
        yield served


@pytest.fixture
def chatting(api: OpenAIApi, small_settings: Settings) -> Iterator[Chatting]:
    """Makes an assistant whose answers the provider writes; fields of the settings can be set."""
    opened: list[Assistant] = []

    def make(**fields: Any) -> Assistant:
        given = {
            "reader": "chat",
            "chat_model": "openai:scripted",
            "chat_base_url": api.url,
            "chat_api_key": "key-of-the-test",
            "chat_attempts": 1,
            **fields,
        }
        assistant = Assistant.open(Settings.model_validate({**small_settings.model_dump(), **given}))
        opened.append(assistant)
        return assistant

    yield make
    for assistant in opened:
        assistant.close()
