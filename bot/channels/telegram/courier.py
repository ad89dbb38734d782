"""What the bot sends: at Telegram's pace, again where it did not arrive, and no message twice.

1. A 429 holds up the chat that met it for as long as it says, and no other.
2. A message is numbered within the update that it answers, and the number is written down before it goes out. When the
   same update is handled again after a restart, a message that Telegram accepted becomes an edit of itself.
3. Where the connection broke after the message was written to it, nobody knows whether it arrived. Then the ids that it
   would have are probed with an edit of the same text: "message is not modified" says that it is there.
4. A message for a group that became a supergroup goes there.
5. What is worth nothing when it is late (typing, drafts, the little clock of a button) is tried once.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal

import httpx
import structlog
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.error import TelegramError as ApiError
from telegram.ext import AIORateLimiter, BaseRateLimiter

from bot.channels.telegram.handling import Handling, current_handling
from bot.channels.telegram.outbox import Outbox

Json = dict[str, Any]
Result = bool | Json | list[Json]
Callback = Callable[..., Coroutine[Any, Any, Result]]

DRAFT = "sendmessagedraft"
PASSING = frozenset({"sendchataction", DRAFT, "answercallbackquery", "answerinlinequery"})
"""Methods that are tried once, whatever comes of it."""
SENDING = frozenset({"sendmessage"})
REPEATED = frozenset({"editmessagetext", "editmessagereplymarkup", "deletemessage"})
EDIT_TRIES = 6
PROBED_IDS = 40
"""Telegram numbers the messages of private chats per bot, not per chat: others come in between."""
_EDITED_FIELDS = ("chat_id", "text", "parse_mode", "entities", "reply_markup", "link_preview_options")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

log = structlog.get_logger(__name__)


class Courier(BaseRateLimiter[int]):
    """The rate limiter of the bot: every call to Telegram passes through it."""

    def __init__(
        self,
        outbox: Outbox,
        first_wait_s: float = 0.5,
        longest_wait_s: float = 30.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: AIORateLimiter | None = None,
    ) -> None:
        """Between two tries the wait doubles, from `first_wait_s` to `longest_wait_s`; `sleep` waits.

        `pace` is how fast calls may follow on each other; without it, as fast as Telegram takes them.
        """
        self.missing: set[str] = set()
        """Methods, in lower case, that this server does not have."""
        self._newest = 0
        self._outbox = outbox
        self._pace = pace or AIORateLimiter(max_retries=0)
        self._first_wait_s = first_wait_s
        self._longest_wait_s = longest_wait_s
        self._sleep = sleep

    def notice(self, chat_id: int, message_id: int) -> None:
        """A message was seen: in private chats those that are sent from now on get higher numbers."""
        if chat_id > 0:
            self._newest = max(self._newest, message_id)

    async def initialize(self) -> None:
        """Prepares the pace."""
        await self._pace.initialize()

    async def shutdown(self) -> None:
        """Ends the pace."""
        await self._pace.shutdown()

    async def process_request(
        self,
        callback: Callback,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Result:
        """Makes a call as its method wants it.

        Raises:
            TelegramError: Telegram refuses the call, or (methods of the set-up) could not be reached.
        """
        method = endpoint.lower()

        async def call(name: str, values: dict[str, Any]) -> Result:
            return await self._pace.process_request(callback, (name, values), kwargs, name, values, None)

        if method in PASSING:  # Telegram's pace is about messages
            return await self._pass(lambda name, values: callback(name, values, **kwargs), endpoint, data)

        async def follow(name: str, values: dict[str, Any]) -> Result:
            try:
                return await call(name, values)
            except ChatMigrated as error:
                if name.lower() not in SENDING:
                    raise  # in the supergroup the number is that of another message
                return await call(name, _moved(values, error.new_chat_id))

        if method in SENDING:
            return await self._send(follow, endpoint, data)
        if method in REPEATED:
            return await self._repeat(call, endpoint, data)
        return await callback(*args, **kwargs)

    async def _pass(self, call: Callback, endpoint: str, data: dict[str, Any]) -> Result:
        """Tries a call once. Raises BadRequest for a draft, for which there is something else."""
        try:
            return await call(endpoint, data)
        except ApiError as error:
            if isinstance(error, InvalidToken):  # a 404: PTB takes each for a bad token
                self.missing.add(endpoint.lower())
            log.debug("a passing call failed", method=endpoint, error=type(error).__name__)
            if endpoint.lower() == DRAFT and isinstance(error, BadRequest):
                raise
            return True

    async def _send(self, call: Callback, endpoint: str, data: dict[str, Any]) -> Result:
        current = current_handling()
        if current is None:
            return await self._repeat(call, endpoint, data)
        number = next(current.numbers)
        known = await self._outbox.sent(current.key, number)
        if known is not None and known > 0:
            return await self._send_again(call, data, known)
        unsure = known is not None
        before = -known if known is not None else self._newest
        waits = _Waits(self._first_wait_s, self._longest_wait_s)
        while True:
            try:
                if unsure and (found := await self._probe(call, data, current, before)):
                    await self._outbox.has_sent(current.key, number, found)
                    return _message(data, found)
                before = self._newest
                await self._outbox.sending(current.key, number, before)
                sent = await call(endpoint, data)
                if isinstance(sent, dict) and isinstance(sent.get("message_id"), int):
                    self.notice(data["chat_id"] if isinstance(data.get("chat_id"), int) else 0, sent["message_id"])
                    with suppress(sqlite3.Error):  # it stays unsure, which a restart would clear up by a probe
                        await self._outbox.has_sent(current.key, number, sent["message_id"])
                return sent
            except ApiError as error:
                unsure = await self._failed(error, unsure, current, number, waits)

    async def _failed(self, error: ApiError, unsure: bool, current: Handling, number: int, waits: _Waits) -> bool:
        """Waits before the next try of a message; whether it may have arrived. Raises what trying cannot mend."""
        kind = _kind(error)
        if kind == "refused":
            await self._outbox.not_sent(current.key, number)
            raise error
        if kind in ("flood", "not sent") and not unsure:
            await self._outbox.not_sent(current.key, number)
        log.warning("a message was not accepted", error=type(error).__name__, kind=kind)
        await self._sleep(waits.after(error))
        return unsure or kind == "unknown"

    async def _send_again(self, call: Callback, data: dict[str, Any], message_id: int) -> Result:
        """A message that stands in the chat already: it is made to say what it should."""
        edit = {**_edit_of(data), "message_id": message_id}
        try:
            await self._repeat(call, "editMessageText", edit)
        except (BadRequest, ChatMigrated) as error:
            log.info("a message could not be renewed", error=type(error).__name__)
        return _message(data, message_id)

    async def _probe(self, call: Callback, data: dict[str, Any], current: Handling, before: int) -> int | None:
        """The id of the message where it arrived; None where no place holds it.

        It is higher than `before`, the newest in private chats when it was sent (0 where that is not known), than
        the question's, and than those of the bot's other messages: an edit would overwrite them.
        """
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or chat_id != current.chat_id or not current.last_message_id:
            return None  # a report to the operator, say: the update tells nothing of the numbers there
        known = await self._outbox.last_message(chat_id)
        first = max(current.last_message_id, known, before if chat_id > 0 else 0) + 1
        for message_id in range(first, first + PROBED_IDS):
            try:
                await call("editMessageText", {**_edit_of(data), "message_id": message_id})
                return message_id
            except BadRequest as error:
                if "not modified" in error.message.lower():
                    return message_id
            except ChatMigrated:
                return None
        return None

    async def _repeat(self, call: Callback, endpoint: str, data: dict[str, Any]) -> Result:
        """Makes a call that may be made twice without harm; gives up after some tries."""
        waits = _Waits(self._first_wait_s, self._longest_wait_s)
        for left in reversed(range(EDIT_TRIES)):
            try:
                return await call(endpoint, data)
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    raise
                return _message(data, int(data.get("message_id") or 0)) if data.get("chat_id") else True
            except ApiError as error:
                if _kind(error) == "refused" or not left:
                    raise
                await self._sleep(waits.after(error))
        raise AssertionError  # the last try returns or raises


class _Waits:
    """The waits between tries: what Telegram asks for, else doubling, in part random so that not all come at once."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._next_s = first_s
        self._longest_s = longest_s

    def after(self, error: ApiError) -> float:
        if isinstance(error, RetryAfter):
            return seconds_of(error) + 0.1
        wait, self._next_s = self._next_s, min(2 * self._next_s, self._longest_s)
        return wait * random.uniform(0.75, 1.25)


def seconds_of(error: RetryAfter) -> float:
    """How long a 429 asks to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, int | float) else wait.total_seconds()


def _kind(error: ApiError) -> Literal["refused", "flood", "not sent", "unknown"]:
    """What an error says of the call: refused for good, later please, certainly not made, or nobody knows."""
    if isinstance(error, RetryAfter):
        return "flood"
    if isinstance(error, InvalidToken) and "unauthorized" in error.message.lower():
        return "not sent"  # the token was revoked: the poller ends the bot, and the update waits for a new one
    if isinstance(error, BadRequest | Forbidden | ChatMigrated | InvalidToken):
        return "refused"
    if isinstance(error, Conflict) or (
        isinstance(error, NetworkError) and "too many requests" in error.message.lower()
    ):
        return "not sent"
    return "not sent" if isinstance(error.__cause__, _NOT_SENT) else "unknown"


def _edit_of(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _EDITED_FIELDS if data.get(name) is not None}


def _moved(data: dict[str, Any], chat_id: int) -> dict[str, Any]:
    """A message for the supergroup that its group became, where messages have other numbers."""
    left = ("reply_parameters", "message_thread_id")
    return {name: value for name, value in data.items() if name not in left} | {"chat_id": chat_id}


def _message(data: dict[str, Any], message_id: int) -> Json:
    """A message as Telegram would give it, as far as the bot looks at it."""
    chat_id = data["chat_id"]
    kind = "private" if isinstance(chat_id, int) and chat_id > 0 else "supergroup"
    return {"message_id": message_id, "date": 0, "chat": {"id": chat_id, "type": kind}, "text": data.get("text") or ""}
