"""/healthz of the real process: without Telegram, and with a store that cannot be written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot
from tests.end_to_end.telegram_process import BotProcess
from tests.ports import free_port
from tests.telegram_api.chats import PATIENCE
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

OK = (200, "ok\n")


class Watched:
    """A bot, its server, and the address that says how it is."""

    def __init__(self, server: BotApiServer, new_bot: NewBot) -> None:
        self.server = server
        port = free_port()
        self.bot: BotProcess = new_bot(server, REPORTQA_MONITORING_PORT=str(port))
        self._address = f"http://127.0.0.1:{port}/healthz"

    def health(self) -> tuple[int, str]:
        """What /healthz says now."""
        response = httpx.get(self._address)
        return response.status_code, response.text

    def wait_for(self, wanted: tuple[int, str]) -> None:
        """Waits until /healthz says it."""
        deadline = time.monotonic() + PATIENCE
        while (seen := self.health()) != wanted:
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)


@pytest.fixture(scope="module")
def watched(new_bot: NewBot) -> Iterator[Watched]:
    """A bot that began without Telegram."""
    with BotApiServer() as server:
        watched = Watched(server, new_bot)
        with server.unreachable():
            watched.bot.start(until="cannot connect yet")
            assert watched.health() == (503, "no contact with Telegram\n")
        yield watched


def test_health_comes_with_the_first_contact(watched: Watched) -> None:
    watched.wait_for(OK)
    assert ANSWER in Person(watched.server, 78_001, language_code="en").ask(GATES).text


def test_while_the_store_cannot_be_written_the_bot_is_ill_and_afterwards_loses_nothing(
    watched: Watched, bot_home: Path
) -> None:
    people = [Person(watched.server, 78_100 + number, language_code="en") for number in range(3)]
    people[0].ask("/privacy")
    with closing(sqlite3.connect(bot_home / "conversations.sqlite3", isolation_level=None)) as other:
        in_hand = "SELECT count(*) FROM updates WHERE payload IS NOT NULL"
        watched.server.wait_until(lambda: other.execute(in_hand).fetchone() == (0,))
        other.execute("BEGIN IMMEDIATE")
        for person in people:
            person.send(GATES)
        watched.wait_for((503, "updates cannot be written down\n"))
        assert [person.chat.from_bot()[1:] for person in people] == [[], [], []]
        other.execute("ROLLBACK")
    watched.wait_for(OK)
    for person in people:
        person.chat.wait_for(ANSWER)
        person.ask("/language")
        assert sum(ANSWER in message.text for message in person.chat.from_bot()) == 1
    assert "updates could not be written down" in watched.bot.log
    assert "Traceback" not in watched.bot.log
    assert watched.bot.stop() == 0
