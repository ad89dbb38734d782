"""Many updates at once: in order within a chat, each once, and what is not begun stays in the inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.assistant import Assistant
from bot.channels.telegram.handling import current_handling, received
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.limits import Limits, Rate
from bot.channels.telegram.metrics import Metrics
from bot.channels.telegram.service import Service
from bot.conversations import Conversations
from bot.database import open_database
from bot.settings import Settings

SECRET = b"of the tests"
Handle = Callable[[], Awaitable[None]]


class Traffic:
    """Lanes with an inbox in a new database, and updates that run through them."""

    def __init__(self, assistant: Assistant, home: Path) -> None:
        self._database = open_database(home)
        self._database.execute("DELETE FROM updates")
        self._pool = ThreadPoolExecutor(1)
        self.inbox = Inbox(self._database)
        service = Service(
            settings=Settings(home=home),
            assistant=assistant,
            store=Conversations(self._database),
            limits=Limits(Rate(9, 9), Rate(9, 9), 9),
            workers=self._pool,
            writer=self._pool,
            metrics=Metrics(),
        )
        self.lanes = Lanes(service, self.inbox, SECRET)

    def __enter__(self) -> Traffic:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        self._database.close()

    def start(self, number: int, chat: int, handle: Handle) -> asyncio.Task[None]:
        """An update of a chat arrives, is written down and goes its way."""
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        update = Update.de_json({"update_id": number, "message": message}, None)
        row = received(update, SECRET)
        assert self.inbox.receive([row]) == [row.key]
        self.lanes.arrived(row.key, late=False)

        async def run() -> None:
            await handle()

        return asyncio.get_running_loop().create_task(self.lanes.do_process_update(update, run()))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5)), max_size=24))
def test_a_chat_is_served_in_order_and_every_update_once(
    small_assistant: Assistant, tmp_path: Path, updates: list[tuple[int, int]]
) -> None:
    """Each update is of a chat, and gives way so many times while it is handled."""
    journal: list[tuple[str, int, int]] = []

    def handler(number: int, chat: int, turns: int) -> Handle:
        async def handle() -> None:
            journal.append(("begin", chat, number))
            for _ in range(turns):
                await asyncio.sleep(0)
            journal.append(("end", chat, number))

        return handle

    async def run(traffic: Traffic) -> None:
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(traffic.start(n, chat, handler(n, chat, turns)) for n, (chat, turns) in enumerate(updates))
            )

    with Traffic(small_assistant, tmp_path) as traffic:
        asyncio.run(run(traffic))
        assert traffic.inbox.unanswered() == []
    for chat in {chat for chat, _ in updates}:
        of_chat = [(what, number) for what, where, number in journal if where == chat]
        numbers = [number for number, (where, _) in enumerate(updates) if where == chat]
        assert of_chat == [(what, number) for number in numbers for what in ("begin", "end")]


async def test_a_chat_that_takes_long_does_not_hold_up_another(small_assistant: Assistant, tmp_path: Path) -> None:
    free = asyncio.Event()
    done: list[int] = []

    def handler(number: int, waits: Sequence[asyncio.Event] = ()) -> Handle:
        async def handle() -> None:
            for event in waits:
                await event.wait()
            done.append(number)

        return handle

    with Traffic(small_assistant, tmp_path) as traffic:
        slow, behind = traffic.start(1, 7, handler(1, [free])), traffic.start(2, 7, handler(2))
        await traffic.start(3, 8, handler(3))
        assert done == [3]
        assert len(traffic.inbox.unanswered()) == 2
        free.set()
        await asyncio.gather(slow, behind)
        assert done == [3, 1, 2]


async def test_at_the_end_what_is_in_hand_is_finished_and_the_rest_is_left(
    small_assistant: Assistant, tmp_path: Path
) -> None:
    free, done = asyncio.Event(), []

    async def slow() -> None:
        await free.wait()
        done.append("slow")

    async def never() -> None:
        done.append("never")

    with Traffic(small_assistant, tmp_path) as traffic:
        tasks = [traffic.start(1, 7, slow), traffic.start(2, 7, never)]
        await asyncio.sleep(0)
        traffic.lanes.stop_soon()
        free.set()
        await traffic.lanes.finish(60)
        await asyncio.gather(*tasks, traffic.start(3, 8, never))
        assert done == ["slow"]
        assert len(traffic.inbox.unanswered()) == 2


async def test_what_takes_too_long_at_the_end_is_cut_off_and_left(small_assistant: Assistant, tmp_path: Path) -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    with Traffic(small_assistant, tmp_path) as traffic:
        task = traffic.start(1, 7, forever)
        await asyncio.sleep(0)
        await traffic.lanes.finish(0.05)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(traffic.inbox.unanswered()) == 1


async def test_a_handler_knows_which_update_it_answers(small_assistant: Assistant, tmp_path: Path) -> None:
    seen = []

    async def look() -> None:
        current = current_handling()
        assert current is not None
        seen.append((current.late, current.last_message_id))

    with Traffic(small_assistant, tmp_path) as traffic:
        await traffic.start(5, 7, look)
    assert seen == [(False, 5)]
    assert current_handling() is None
