"""The circuit breaker: after repeated failures the chat model is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bot.chat.faults import LASTING, Fault

FAILURES = 3
"""Questions in a row that fail before the model is left alone; one is enough where only a setting mends it."""


class Breaker:
    """Counts failures of questions, not of calls. Safe to use from several threads."""

    def __init__(self, pause_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause_s = pause_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None

    def check(self) -> None:
        """Lets a question through; after a pause one at a time, until one succeeds.

        Raises:
            Fault: `paused`.
        """
        with self._lock:
            if self._open_until is None:
                return
            if self._clock() < self._open_until:
                raise Fault("paused")
            self._open_until = self._clock() + self._pause_s  # this one is the trial; the others go on waiting

    def succeeded(self) -> None:
        """The model answered: questions flow again."""
        with self._lock:
            self._failures, self._open_until = 0, None

    def failed(self, fault: Fault) -> None:
        """The model failed a question for good."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES or fault.kind in LASTING:
                self._open_until = self._clock() + self._pause_s
