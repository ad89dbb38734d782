"""Long polling: each batch of updates is in the inbox before the next call tells Telegram that it was received."""

from __future__ import annotations

import asyncio
import sqlite3
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, EndPointNotFound, Forbidden, InvalidToken, RetryAfter
from telegram.error import TelegramError as ApiError

from bot.channels.telegram.courier import seconds_of

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
"""Not `my_chat_member`: who adds the bot to a group has not addressed it, and who blocked it is told by a 403."""
BATCH = 100
WAIT_S = 20
LONGEST_WAIT_S = 30.0
SHORTEST_POLL_S = 0.2
"""A server that answers an empty poll at once is not asked more often than this."""

# `Bot.get_updates` fails as a whole for one update that it cannot read, which would then come again for ever.
warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")

log = structlog.get_logger(__name__)
Receive = Callable[[Sequence[Update], bool], Awaitable[None]]


class Poller:
    """Fetches updates until it is cancelled."""

    def __init__(
        self, bot: Bot, receive: Receive, heard: Callable[[], None] = lambda: None, first_wait_s: float = 0.5
    ) -> None:
        """`receive` writes a batch down; its second argument tells whether the batch waited while the bot was away.

        `heard` is called whenever Telegram answered.
        """
        self._heard = heard
        self._bot = bot
        self._receive = receive
        self._first_wait_s = first_wait_s
        self._offset: int | None = None
        self._late = True

    async def run(self) -> None:
        """Polls for ever: trouble is waited out.

        Raises:
            InvalidToken, Forbidden: Telegram no longer accepts the token.
        """
        wait = self._first_wait_s
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                empty = not await self._poll()
            except (InvalidToken, Forbidden):
                raise
            except (ApiError, sqlite3.Error) as error:
                if isinstance(error, EndPointNotFound):  # what PTB makes of a 401 here, and of a 404
                    await self._check_token()
                asked = seconds_of(error) if isinstance(error, RetryAfter) else wait
                log.warning(_trouble(error), error=type(error).__name__, next_try_s=round(asked, 1))
                await asyncio.sleep(asked)
                wait = min(2 * wait, LONGEST_WAIT_S)
                continue
            self._heard()
            if wait > self._first_wait_s:
                log.info("polling works again")
            wait = self._first_wait_s
            if empty:
                await asyncio.sleep(max(0.0, SHORTEST_POLL_S - (loop.time() - began)))

    async def _check_token(self) -> None:
        """Raises InvalidToken where it is the token that Telegram does not know."""
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise
        except ApiError:
            return

    async def _poll(self) -> int:
        """Fetches one batch and writes it down; gives how many updates it had."""
        # What the first polls bring without waiting was there before the bot.
        wait_s = 0 if self._late else WAIT_S
        parameters = {"limit": BATCH, "timeout": wait_s, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            parameters["offset"] = self._offset
        found: Any = await self._bot.do_api_request("getUpdates", api_kwargs=parameters, read_timeout=WAIT_S + 10)
        rows = [row for row in found if isinstance(row, dict) and isinstance(row.get("update_id"), int)]
        updates = [update for row in rows if (update := read_update(row, self._bot)) is not None]
        if updates:
            await self._receive(updates, self._late)
        if rows:
            self._offset = rows[-1]["update_id"] + 1
        self._late = self._late and len(rows) == BATCH
        return len(rows)


def _trouble(error: Exception) -> str:
    """What the log says. What could not be written down was not confirmed: Telegram gives it again."""
    if isinstance(error, sqlite3.Error):
        return "updates could not be written down"
    return "another process polls with this token" if isinstance(error, Conflict) else "polling failed"


def read_update(row: dict[str, Any], bot: Bot) -> Update | None:
    """An update out of its JSON; None where it cannot be read."""
    try:
        return Update.de_json(row, bot)
    except Exception as error:  # whatever is wrong with it, the next one must come
        log.warning("an update cannot be read", update_id=row.get("update_id"), error=type(error).__name__)
        return None
