"""A running server and a plain HTTP client, for the tests of the server itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

Refused = tuple[int, str]
Call = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as running:
        yield running


@pytest.fixture
def person(server: BotApiServer) -> Person:
    return Person(server, 5_501_234_567)


@pytest.fixture
def call(server: BotApiServer) -> Iterator[Call]:
    """Calls a method: gives its result, or the status and description of a refusal."""
    with httpx.Client(base_url=f"{server.url}/bot{server.token}", timeout=10) as client:

        def call_method(method: str, **parameters: Any) -> Any:
            response = client.post(f"/{method}", json=parameters)
            body = response.json()
            assert body["ok"] == (response.status_code == 200)
            return body["result"] if body["ok"] else (body["error_code"], body["description"])

        yield call_method
