"""The updates in hand: each is written down before Telegram is told that it came, and ticked off when answered."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.database import transaction


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it goes into the inbox. `payload` is its JSON; `key` names it (see `update_key` in `handling`)."""

    key: str
    chat_id: int | None
    user_id: int | None
    payload: str


class Inbox:
    """Updates by key, and the messages that were sent in answer to each. To be called by one thread at a time."""

    def __init__(self, database: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        """`database` comes from `open_database`."""
        self._database = database
        self._clock = clock

    def receive(self, updates: Sequence[Received]) -> list[str]:
        """Writes updates down, all or none; gives the keys of those that were never received before."""
        fresh = []
        with transaction(self._database):
            for update in updates:
                row = (update.key, update.chat_id, update.user_id, update.payload, self._clock())
                if self._database.execute("INSERT OR IGNORE INTO updates VALUES (?, ?, ?, ?, ?)", row).rowcount:
                    fresh.append(update.key)
        return fresh

    def unanswered(self) -> list[Received]:
        """The updates that wait for an answer, in the order in which they came."""
        rows = self._database.execute(
            "SELECT key, chat_id, user_id, payload FROM updates WHERE payload IS NOT NULL ORDER BY received_at, rowid"
        )
        return [Received(*row) for row in rows]

    def answered(self, key: str) -> None:
        """Ticks an update off: of it, nothing but the key stays."""
        with transaction(self._database):
            self._database.execute("DELETE FROM sends WHERE update_key = ?", (key,))
            self._database.execute(
                "UPDATE updates SET payload = NULL, chat_id = NULL, user_id = NULL WHERE key = ?", (key,)
            )

    def purge(self, older_than: float) -> None:
        """Drops the keys of updates that were received before a time and answered."""
        self._database.execute("DELETE FROM updates WHERE payload IS NULL AND received_at < ?", (older_than,))

    def sent(self, update_key: str, number: int) -> int | None:
        """What is known of the send with this number: None when it was not tried, the message that it made where
        that is known, else what `sending` was told, as a number of 0 or less."""
        row = self._database.execute(
            "SELECT coalesce(message_id, 0) FROM sends WHERE update_key = ? AND number = ?", (update_key, number)
        ).fetchone()
        return row[0] if row else None

    def sending(self, update_key: str, number: int, newest: int) -> None:
        """A message goes out in the next instant, when `newest` was the highest id seen in private chats.

        Without effect for an update that is not in the inbox.
        """
        self._database.execute(
            "INSERT OR REPLACE INTO sends SELECT key, ?, ? FROM updates WHERE key = ?", (number, -newest, update_key)
        )

    def not_sent(self, update_key: str, number: int) -> None:
        """The message certainly did not go out."""
        self._database.execute("DELETE FROM sends WHERE update_key = ? AND number = ?", (update_key, number))

    def has_sent(self, update_key: str, number: int, message_id: int) -> None:
        """Telegram accepted the message."""
        self._database.execute(
            "UPDATE sends SET message_id = ? WHERE update_key = ? AND number = ?", (message_id, update_key, number)
        )

    def last_message(self, chat_id: int) -> int:
        """The newest message of a chat known to be the bot's; 0 where none is known."""
        (newest,) = self._database.execute(
            "SELECT max(coalesce((SELECT max(message_id) FROM messages WHERE chat_id = ?1), 0),"
            " coalesce((SELECT max(message_id) FROM sends JOIN updates ON key = update_key WHERE chat_id = ?1), 0))",
            (chat_id,),
        ).fetchone()
        return int(newest)
