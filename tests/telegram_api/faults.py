"""Trouble on order: errors, cut connections, slowness, floods."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Literal

from tests.telegram_api.errors import ApiError, too_many_requests

FaultKind = Literal["error", "bad_gateway", "garbage", "cut_before", "cut_after", "slow", "flood"]
"""`cut_before` cuts the connection before the call has an effect, `cut_after` in the middle of the response to a call
that had its effect; `bad_gateway` is a 502 with a page that is no JSON; `garbage` a 200 whose body is none."""


@dataclass(slots=True)
class Fault:
    """One kind of trouble, for so many calls or so many seconds, of one method or chat or of all."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = None
    until: float | None = None
    seconds: float = 0.0
    error: ApiError | None = None
    hits: list[float] = field(default_factory=list)
    """When calls met it."""

    def is_over(self) -> bool:
        """Whether it will meet no call any more."""
        if self.times is not None and len(self.hits) >= self.times:
            return True
        return self.until is not None and time.monotonic() >= self.until

    def refusal(self) -> ApiError | None:
        """What the call is refused with."""
        if self.kind == "flood":
            assert self.until is not None
            return too_many_requests(max(1, round(self.until - time.monotonic())))
        return self.error


class Faults:
    """The trouble that is ordered now."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._faults: list[Fault] = []

    def order(
        self,
        kind: FaultKind,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = None,
        lasting: float | None = None,
        seconds: float = 0.0,
        error: ApiError | None = None,
    ) -> Fault:
        """Orders trouble and gives it, so that its hits can be counted.

        Args:
            kind: What happens.
            method: The method that it meets; None means all.
            chat_id: The chat that it meets; None means all.
            times: How many calls it meets; None means any number.
            lasting: For how many seconds; None means until `clear`.
            seconds: How late a `slow` answer is.
            error: What an `error` answers.
        """
        until = None if lasting is None else time.monotonic() + lasting
        fault = Fault(kind, method and method.lower(), chat_id, times, until, seconds, error)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Ends all trouble."""
        with self._lock:
            self._faults.clear()

    def meet(self, method: str, chat_id: int | None) -> Fault | None:
        """The trouble of this call, counted."""
        with self._lock:
            self._faults = [fault for fault in self._faults if not fault.is_over()]
            for fault in self._faults:
                if fault.method in (None, method.lower()) and fault.chat_id in (None, chat_id):
                    fault.hits.append(time.monotonic())
                    return fault
        return None
