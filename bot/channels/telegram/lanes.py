"""Many updates at once, one after another within a chat."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.handling import Handling, handling, update_key
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.service import Service

MOST_AT_ONCE = 10_000
"""Updates that may wait at once. What bounds the work are the pool of threads and the limits, not this."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Lanes(BaseUpdateProcessor):
    """Answers each update in the lane of its chat, and ticks it off in the inbox."""

    __slots__ = ("_arrived", "_inbox", "_lanes", "_secret", "_service", "_stopping", "_tasks")

    def __init__(self, service: Service, inbox: Inbox, secret: bytes) -> None:
        """`secret` keys the names of updates (see `update_key`)."""
        super().__init__(MOST_AT_ONCE)
        self._service = service
        self._inbox = inbox
        self._secret = secret
        self._lanes: dict[int, _Lane] = {}
        self._arrived: dict[str, tuple[float, bool]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def arrived(self, key: str, late: bool) -> None:
        """This update is about to be queued; `late` where it waited while the bot was away."""
        self._arrived[key] = (time.monotonic(), late)
        self._service.metrics.waiting.set(len(self._arrived))

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Awaits the handlers when the lane is free; once the bot stops, leaves what has not begun in the inbox."""
        assert isinstance(update, Update) and isinstance(coroutine, Coroutine)
        key = update_key(update, self._secret)
        began, late = self._arrived.get(key, (time.monotonic(), False))
        number = _lane_number(update)
        lane = self._lanes.setdefault(number, _Lane())
        lane.users += 1
        try:
            async with lane.lock:
                if not self._stopping:
                    await self._handle(key, update, late, coroutine)
                    self._service.metrics.answering.observe(time.monotonic() - began)
        finally:
            coroutine.close()
            self._arrived.pop(key, None)
            self._service.metrics.waiting.set(len(self._arrived))
            lane.users -= 1
            if not lane.users:
                self._lanes.pop(number, None)

    async def _handle(self, key: str, update: Update, late: bool, coroutine: Coroutine[Any, Any, Any]) -> None:
        message, chat = update.effective_message, update.effective_chat
        here = Handling(key, late, chat.id if chat else None, message.message_id if message else 0)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with handling(here):
                await coroutine
            await self._service.stored(self._inbox.answered, key)
        except sqlite3.Error as error:  # the next process takes it up, and finds what was sent
            log.warning("an update could not be ticked off", error=type(error).__name__)
        finally:
            self._tasks.discard(task)

    def stop_soon(self) -> None:
        """From now on no other update is begun."""
        self._stopping = True

    async def finish(self, within_s: float) -> None:
        """Waits for the updates in hand; those that take longer are cut off and stay in the inbox."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=within_s)
        for task in late:
            task.cancel()
        for task in late:
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _lane_number(update: Update) -> int:
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else 0
