"""How much one user, one chat and all together may ask: token buckets, and a bound on the questions in hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Admission = Literal["welcome", "limited", "limited_silently", "busy"]
"""`limited` asks for the polite notice, `limited_silently` comes when it was given in this window."""

ROUNDING = 1e-9
"""Tokens that may be lost by adding up seconds."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket's size, and how many tokens come back in a minute."""

    burst: int
    per_minute: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    noticed: bool = False


class Limits:
    """Admits questions. To be used from the event loop only."""

    def __init__(self, user: Rate, chat: Rate, most_in_hand: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`most_in_hand` bounds the questions that are being answered or wait for it; `clock` is in seconds."""
        self._rates = {"user": user, "chat": chat}
        self._most = most_in_hand
        self._clock = clock
        self._buckets: dict[tuple[str, int], _Bucket] = {}
        self.in_hand = 0

    @contextmanager
    def admit(self, user_id: int, chat_id: int | None, *, late: bool = False) -> Iterator[Admission]:
        """Whether a question may be answered; it counts as in hand until the block ends.

        A `late` question, which waited while the bot was away, is always welcome.
        """
        verdict = "welcome" if late else self._verdict(user_id, chat_id)
        if verdict != "welcome":
            yield verdict
            return
        self.in_hand += 1
        try:
            yield verdict
        finally:
            self.in_hand -= 1

    def _verdict(self, user_id: int, chat_id: int | None) -> Admission:
        if self.in_hand >= self._most:
            return "busy"
        keys = [("user", user_id)]
        if chat_id is not None:
            keys.append(("chat", chat_id))
        buckets = [self._refilled(key) for key in keys]
        empty = [bucket for bucket in buckets if bucket.tokens < 1 - ROUNDING]
        if not empty:
            for bucket in buckets:
                bucket.tokens -= 1
                bucket.noticed = False
            return "welcome"
        noticed = all(bucket.noticed for bucket in empty)
        for bucket in empty:
            bucket.noticed = True
        return "limited_silently" if noticed else "limited"

    def wait_s(self, user_id: int, chat_id: int | None) -> int:
        """Whole seconds until the next question of this user in this chat is welcome."""
        waits = []
        for key in [("user", user_id), *([("chat", chat_id)] if chat_id is not None else [])]:
            missing = max(0.0, 1 - self._refilled(key).tokens)
            waits.append(missing * 60 / self._rates[key[0]].per_minute)
        return max(1, round(max(waits) + 0.5))

    def _refilled(self, key: tuple[str, int]) -> _Bucket:
        rate, now = self._rates[key[0]], self._clock()
        if len(self._buckets) > 10_000:
            self._drop_full()
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * rate.per_minute / 60)
        bucket.at = now
        return bucket

    def _drop_full(self) -> None:
        """Forgets the buckets that are full again: they say nothing that a new one would not."""
        now = self._clock()
        for key, bucket in list(self._buckets.items()):
            rate = self._rates[key[0]]
            if bucket.tokens + (now - bucket.at) * rate.per_minute / 60 >= rate.burst:
                del self._buckets[key]
