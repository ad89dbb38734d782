"""How updates reach the bot: polled with offsets, or delivered to a webhook with its secret."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import httpx
import pytest

from tests.telegram_api.conftest import Call
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer


def texts(updates: list[dict[str, Any]]) -> list[str]:
    """What the messages say."""
    return [update["message"]["text"] for update in updates]


def test_an_update_is_given_until_an_offset_beyond_it_confirms_it(call: Call, person: Person) -> None:
    for text in ("one", "two", "three"):
        person.send(text)
    assert texts(call("getUpdates", limit=2)) == ["one", "two"]
    first = call("getUpdates", limit=1)[0]["update_id"]
    assert texts(call("getUpdates", offset=first + 1)) == ["two", "three"]
    assert texts(call("getUpdates")) == ["two", "three"]
    assert texts(call("getUpdates", offset=-1)) == ["three"]
    assert call("getUpdates", offset=first + 3) == []


def test_a_poll_waits_for_an_update(call: Call, person: Person) -> None:
    timer = threading.Timer(0.2, person.send, ["late"])
    timer.start()
    assert texts(call("getUpdates", timeout=9)) == ["late"]


def test_a_later_poll_ends_an_earlier_one(server: BotApiServer, call: Call) -> None:
    refused: list[httpx.Response] = []
    address = f"{server.url}/bot{server.token}/getUpdates"
    poll = threading.Thread(target=lambda: refused.append(httpx.get(address, params={"timeout": 30}, timeout=40)))
    poll.start()
    while server._polls == 0:
        poll.join(0.01)
    assert call("getUpdates") == []
    poll.join()
    assert refused[0].status_code == 409
    assert refused[0].json()["description"].startswith("Conflict: terminated by other getUpdates request")


def test_a_repeated_update_comes_once_more_with_its_number(server: BotApiServer, call: Call, person: Person) -> None:
    person.send("one")
    number = call("getUpdates")[0]["update_id"]
    assert call("getUpdates", offset=number + 1) == []
    server.state.queue.repeat(number)
    assert [update["update_id"] for update in call("getUpdates", offset=number + 1)] == [number]
    assert call("getUpdates", offset=number + 1) == []


def test_only_the_kinds_that_the_bot_asked_for_come(call: Call, person: Person) -> None:
    call("getUpdates", allowed_updates=["edited_message"])
    message = person.send("one")
    person.edit(message, "two")
    (update,) = call("getUpdates")
    assert update["edited_message"]["text"] == "two"
    assert update["edited_message"]["edit_date"]


def test_privacy_mode_keeps_from_the_bot_what_is_not_meant_for_it(
    server: BotApiServer, call: Call, person: Person
) -> None:
    group = Place(server).group()
    person.send("talk", group)
    person.send("@report_test_bot hello", group)
    person.send("/ask@report_test_bot hello", group)
    person.send("/ask@other_bot hello", group)
    call("sendMessage", chat_id=group.id, text="answer")
    person.send("reply", group, reply_to=group.from_bot()[0])
    assert texts(call("getUpdates")) == ["@report_test_bot hello", "/ask@report_test_bot hello", "reply"]
    server.state.privacy = False
    person.send("more talk", group)
    assert texts(call("getUpdates"))[-1] == "more talk"


class Receiver(BaseHTTPRequestHandler):
    """A webhook that refuses its first update and takes the others."""

    secrets: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.secrets.append(self.headers["X-Telegram-Bot-Api-Secret-Token"])
        self.send_response(200 if len(self.secrets) > 1 else 500)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Receiver) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=[0.02])
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def test_a_webhook_gets_each_update_with_the_secret_until_it_takes_it(
    server: BotApiServer, call: Call, person: Person, receiver: HTTPServer
) -> None:
    assert call("setWebhook", url=f"http://127.0.0.1:{receiver.server_port}/hook", secret_token="quiet") is True
    assert call("getUpdates")[0] == 409
    person.send("one")
    person.send("two")
    server.wait_until(lambda: len(server.delivered) == 3)
    assert [(update["message"]["text"], status) for update, status in server.delivered] == [
        ("one", 500),
        ("one", 200),
        ("two", 200),
    ]
    assert Receiver.secrets == ["quiet"] * 3
    info = call("getWebhookInfo")
    assert info["pending_update_count"] == 0
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert call("deleteWebhook") is True
    assert call("getUpdates") == []


def test_telegram_itself_delivers_to_https_on_its_ports_only(server: BotApiServer, call: Call) -> None:
    server.state.local = False
    assert "An HTTPS URL must be provided" in call("setWebhook", url="http://a.hk/hook")[1]
    assert "ports 80, 88, 443 or 8443" in call("setWebhook", url="https://a.hk:8080/hook")[1]
    assert call("setWebhook", url="https://a.hk:8443/hook") is True
