"""The bot's queue of updates: what is confirmed is gone, all else is given again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.telegram_api.errors import Json

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates in order. Polling confirms those below its offset; a webhook confirms one by one."""

    def __init__(self, lock: threading.RLock, first_id: int) -> None:
        """`first_id` is the number of the first update."""
        self._lock = lock
        self._next_id = first_id
        self._waiting: list[Json] = []
        self._again: list[Json] = []
        self._given: dict[int, Json] = {}
        self._listeners: list[Callable[[], object]] = []
        self.allowed: frozenset[str] = frozenset()
        """The kinds that the bot asked for; none named means all but `NOT_BY_DEFAULT`."""

    def listen(self, listener: Callable[[], object]) -> None:
        """Has `listener` called, from any thread, when there is something new."""
        self._listeners.append(listener)

    def add(self, kind: str, content: Json) -> int | None:
        """Queues an update and gives its number; None where the bot did not ask for its kind."""
        with self._lock:
            if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
                return None
            update_id = self._next_id
            self._next_id += 1
            self._given[update_id] = {"update_id": update_id, kind: content}
            self._waiting.append(self._given[update_id])
        self._tell()
        return update_id

    def repeat(self, update_id: int) -> None:
        """Gives an update once more although it was confirmed, as happens after trouble at Telegram's."""
        with self._lock:
            self._again.append(self._given[update_id])
        self._tell()

    def take(self, offset: int, limit: int) -> list[Json]:
        """Confirms all below `offset` and gives what waits; a negative offset keeps that many from the end."""
        with self._lock:
            if offset > 0:
                self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
            elif offset < 0:
                self._waiting = self._waiting[offset:]
            again, self._again = self._again, []
            return [*again, *self._waiting][:limit]

    def confirm(self, update: Json) -> None:
        """One update was received by the webhook; of a repetition, once."""
        with self._lock:
            if update in self._again:
                self._again.remove(update)
            else:
                self._waiting.remove(update)

    def waiting(self) -> list[Json]:
        """What is not confirmed, repetitions first."""
        with self._lock:
            return [*self._again, *self._waiting]

    def drop(self) -> None:
        """Forgets all that waits (`drop_pending_updates`)."""
        with self._lock:
            self._waiting, self._again = [], []

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
