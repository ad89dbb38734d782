"""Many updates at once, one after another within a chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.handling import Handling, handling, update_key
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.service import Service

MOST_AT_ONCE = 10_000
"""Updates that may wait at once. What bounds the work are the pool of threads and the limits, not this."""


class Lanes(BaseUpdateProcessor):
    """Answers each update in the lane of its chat, and ticks it off in the inbox."""

    __slots__ = ("_inbox", "_lanes", "_late", "_secret", "_service", "_stopping", "_tasks")

    def __init__(self, service: Service, inbox: Inbox, secret: bytes) -> None:
        super().__init__(MOST_AT_ONCE)
        self._service = service
        self._inbox = inbox
        self._secret = secret
        self._lanes: dict[int, asyncio.Lock] = {}
        self._late: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def mark_late(self, key: str) -> None:
        """This update waited while the bot was away."""
        self._late.add(key)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Awaits the handlers when the lane is free; once the bot stops, leaves what has not begun in the inbox."""
        assert isinstance(update, Update) and isinstance(coroutine, Coroutine)
        key = update_key(update, self._secret)
        message = update.effective_message
        lane = self._lane(update)
        try:
            async with lane:
                if self._stopping:
                    return
                task = asyncio.current_task()
                assert task is not None
                self._tasks.add(task)
                late = key in self._late
                self._late.discard(key)
                try:
                    with handling(Handling(key, late, message.message_id if message else 0)):
                        await coroutine
                finally:
                    self._tasks.discard(task)
                await self._service.stored(self._inbox.answered, key)
        finally:
            coroutine.close()

    def _lane(self, update: Update) -> asyncio.Lock:
        chat, user = update.effective_chat, update.effective_user
        number = chat.id if chat else user.id if user else 0
        return self._lanes.setdefault(number, asyncio.Lock())

    def stop_soon(self) -> None:
        """From now on no other update is begun."""
        self._stopping = True

    async def finish(self, within_s: float) -> None:
        """Waits for the updates in hand; those that take longer are cut off and stay in the inbox."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=within_s)
            for task in late:
                task.cancel()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""
