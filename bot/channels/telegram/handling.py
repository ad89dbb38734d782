"""Which update is being answered: the key that names it, and what the task that answers it may know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count

from telegram import Update

from bot.channels.telegram.inbox import Received


@dataclass(frozen=True, slots=True)
class Handling:
    """The update in hand. `late` means that it waited while the bot was away: it is answered whatever the limits say.

    `numbers` counts the messages that are sent in answer to it; `last_message_id` is the newest message of its chat
    that the update names, 0 where it names none.
    """

    key: str
    late: bool = False
    chat_id: int | None = None
    last_message_id: int = 0
    numbers: Iterator[int] = field(default_factory=count)


_current: ContextVar[Handling | None] = ContextVar("handling", default=None)


def current_handling() -> Handling | None:
    """The update that the running task answers, None outside of one."""
    return _current.get()


@contextmanager
def handling(update: Handling | None) -> Iterator[None]:
    """Inside, the running task and those that it starts answer this update; None means none."""
    token = _current.set(update)
    try:
        yield
    finally:
        _current.reset(token)


def update_key(update: Update, secret: bytes) -> str:
    """A name that is the same whenever Telegram delivers the update again, and of no other update.

    `update_id` alone is not enough: after a quiet week Telegram begins at a random number. The name outlives the
    update's content, so it is keyed with a `secret` of at most 64 bytes: it tells nothing of chat or person.
    """
    message, query, inline = update.effective_message, update.callback_query, update.inline_query
    edited = message.edit_date if message and (update.edited_message or update.edited_channel_post) else None
    parts = (
        update.update_id,
        update.effective_chat.id if update.effective_chat else "",
        message.message_id if message else "",
        int(edited.timestamp()) if edited else "",
        query.id if query else inline.id if inline else "",
    )
    identity = ":".join(str(part) for part in parts).encode()
    return blake2b(identity, key=secret, digest_size=12).hexdigest()


def received(update: Update, secret: bytes) -> Received:
    """An update in the form in which the inbox keeps it."""
    chat, user = update.effective_chat, update.effective_user
    return Received(update_key(update, secret), chat.id if chat else None, user.id if user else None, update.to_json())
