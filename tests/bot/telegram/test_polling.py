"""Polling against the strict server: nothing is confirmed before it was written down, trouble is waited out."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio
from telegram import Bot, Update
from telegram.error import InvalidToken

from bot.channels.telegram.polling import Poller
from tests.telegram_api.chats import PATIENCE
from tests.telegram_api.errors import METHOD_NOT_FOUND, OTHER_POLLER, too_many_requests
from tests.telegram_api.faults import FaultKind
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer(impatient=True) as running:
        yield running


@pytest.fixture
def person(server: BotApiServer) -> Person:
    return Person(server, 5_501)


@pytest_asyncio.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, base_url=f"{server.url}/bot") as bot:
        yield bot


class Desk:
    """Takes batches, unless it is told to fail."""

    def __init__(self, failures: int = 0) -> None:
        self.texts: list[str] = []
        self.late: list[bool] = []
        self.heard = 0
        self._failures = failures

    async def receive(self, updates: Sequence[Update], late: bool) -> None:
        """A batch came."""
        if self._failures:
            self._failures -= 1
            raise sqlite3.OperationalError("database is locked")
        for update in updates:
            assert update.message is not None
            self.texts.append(str(update.message.text))
            self.late.append(late)

    def hear(self) -> None:
        """Telegram answered."""
        self.heard += 1


@asynccontextmanager
async def polling(bot: Bot, desk: Desk) -> AsyncIterator[None]:
    """Within it a poller runs."""
    task = asyncio.create_task(Poller(bot, desk.receive, desk.hear, first_wait_s=0.01).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object]) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_what_waited_is_late_and_what_comes_later_is_not(server: BotApiServer, person: Person, bot: Bot) -> None:
    for number in range(150):  # more than one batch
        person.send(str(number))
    desk = Desk()
    async with polling(bot, desk):
        await until(lambda: len(desk.texts) == 150)
        polls = len(server.calls("getUpdates"))
        await until(lambda: len(server.calls("getUpdates")) > polls + 1)
        person.send("new")
        await until(lambda: "new" in desk.texts)
    assert desk.texts == [*map(str, range(150)), "new"]
    assert desk.late == [True] * 150 + [False]


@pytest.mark.parametrize("failures", [1, 3])
async def test_what_could_not_be_written_down_comes_again(
    server: BotApiServer, person: Person, bot: Bot, failures: int
) -> None:
    for text in ("one", "two"):
        person.send(text)
    desk = Desk(failures)
    async with polling(bot, desk):
        await until(lambda: desk.texts)
        await until(lambda: not server.state.queue.waiting())
    assert desk.texts == ["one", "two"]
    offsets = [call.parameters.get("offset") for call in server.calls("getUpdates")]
    assert offsets[: failures + 1] == [None] * (failures + 1)


@pytest.mark.parametrize("kind", ["bad_gateway", "garbage", "cut_before", "cut_after", "error"])
async def test_trouble_is_waited_out_and_nothing_is_lost(
    server: BotApiServer, person: Person, bot: Bot, kind: FaultKind
) -> None:
    fault = server.faults.order(kind, "getUpdates", times=2, error=OTHER_POLLER)
    person.send("one")
    desk = Desk()
    async with polling(bot, desk):
        await until(lambda: desk.texts)
    assert desk.texts == ["one"]
    assert len(fault.hits) == 2


async def test_a_flood_is_waited_out_for_as_long_as_it_says(server: BotApiServer, person: Person, bot: Bot) -> None:
    fault = server.faults.order("error", "getUpdates", times=1, error=too_many_requests(1))
    person.send("one")
    desk = Desk()
    async with polling(bot, desk):
        await until(lambda: desk.texts)
    next_poll = next(call.at for call in server.calls("getUpdates") if call.code == 200)
    assert next_poll - fault.hits[0] >= 1.0


async def test_an_update_that_cannot_be_read_is_passed_over(server: BotApiServer, person: Person, bot: Bot) -> None:
    server.state.queue.add("message", {"message_id": "what"})
    person.send("one")
    desk = Desk()
    async with polling(bot, desk):
        await until(lambda: not server.state.queue.waiting())
    assert desk.texts == ["one"]


async def test_a_token_that_is_revoked_ends_it(server: BotApiServer, bot: Bot) -> None:
    server.state.revoked = True
    with pytest.raises(InvalidToken):
        await Poller(bot, Desk().receive, first_wait_s=0.01).run()


async def test_a_404_is_no_revoked_token(server: BotApiServer, person: Person, bot: Bot) -> None:
    server.faults.order("error", "getUpdates", times=2, error=METHOD_NOT_FOUND)
    person.send("one")
    desk = Desk()
    async with polling(bot, desk):
        await until(lambda: desk.texts)
    assert len(server.calls("getMe")) == 3  # one of them when the client began
