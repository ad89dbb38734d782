"""What the courier writes down of each message that goes out, in the thread of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import ParamSpec, TypeVar

from bot.channels.telegram.inbox import Inbox

P = ParamSpec("P")
T = TypeVar("T")


class Outbox:
    """The sends of the inbox, awaitable."""

    def __init__(self, inbox: Inbox, writer: Executor) -> None:
        """`writer` is the one thread that works with the database."""
        self._inbox = inbox
        self._writer = writer

    async def sent(self, update_key: str, number: int) -> int | None:
        """The message that a send made; 0 or less where nobody knows, None where it was not tried (see `Inbox`)."""
        return await self._run(self._inbox.sent, update_key, number)

    async def sending(self, update_key: str, number: int, newest: int) -> None:
        """A message goes out in the next instant."""
        await self._run(self._inbox.sending, update_key, number, newest)

    async def not_sent(self, update_key: str, number: int) -> None:
        """The message certainly did not go out."""
        await self._run(self._inbox.not_sent, update_key, number)

    async def has_sent(self, update_key: str, number: int, message_id: int) -> None:
        """Telegram accepted the message."""
        await self._run(self._inbox.has_sent, update_key, number, message_id)

    async def last_message(self, chat_id: int) -> int:
        """The newest message of the bot's that is known to stand in a chat; 0 where none is."""
        return await self._run(self._inbox.last_message, chat_id)

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, partial(function, *args, **kwargs))
