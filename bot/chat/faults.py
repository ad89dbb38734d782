"""What can go wrong with a chat model, whichever provider's error says so."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal

FaultKind = Literal[
    "key",
    "model",
    "timeout",
    "rate_limit",
    "unreachable",
    "provider",
    "malformed",
    "empty",
    "cut",
    "content_filter",
    "rejected",
    "deadline",
    "paused",
    "budget",
]
"""Key refused; model unknown; silent; too many calls; no connection; the provider's own failure; a reply that is no
statement list; a reply without text; a stream that broke off; withheld by a filter; any other refusal of the request;
the question's time is up; the model is left alone after failures; the day's tokens are spent."""

TRANSIENT = frozenset({"timeout", "rate_limit", "unreachable", "provider", "malformed", "empty", "cut"})
"""Those that may pass when the call is made again."""
LASTING = frozenset({"key", "model"})
"""Those that a setting has to mend, so that another question will fail alike."""

OUTAGES = frozenset({"key", "model", "timeout", "rate_limit", "unreachable", "provider", "cut", "deadline"})
"""Those that say something of the model and its provider, not of one question."""


class Fault(Exception):
    """A call of the chat model that gave no answer. `retry_after_s` is the provider's wish, or None."""

    def __init__(self, kind: FaultKind, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind: FaultKind = kind
        self.retry_after_s = retry_after_s


def fault_of(error: BaseException) -> Fault:
    """The fault behind an error of any provider's client: by HTTP status, else by the names of the error's classes."""
    if isinstance(error, Fault):
        return error
    chain = list(_chain(error))
    detail = " ".join(str(error).split())[:200]
    for each in chain:
        status = _status(each)
        if status is not None:
            return Fault(_kind_of_status(status, str(each)), detail, _retry_after(each))
    names = " ".join(cls.__name__ for each in chain for cls in type(each).__mro__)
    return Fault(_kind_of_names(names, detail), detail)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _kind_of_status(status: int, text: str) -> FaultKind:
    if "content_filter" in text or "content management policy" in text:
        return "content_filter"
    by_status: dict[int, FaultKind] = {401: "key", 403: "key", 404: "model", 408: "timeout", 429: "rate_limit"}
    return by_status.get(status, "provider" if status >= 500 else "rejected")


def _kind_of_names(names: str, detail: str) -> FaultKind:
    if "ContentFilter" in names:
        return "content_filter"
    if "Timeout" in names:
        return "timeout"
    if "RemoteProtocolError" in names or "IncompleteRead" in names or "ReadError" in names:
        return "cut"
    if "Connect" in names:
        return "unreachable"
    if "api_key" in detail or "auth" in detail.lower():
        return "key"
    return "provider"


def _retry_after(error: BaseException) -> float | None:
    """Seconds to wait by the header Retry-After, which holds seconds or an HTTP date."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after") if isinstance(headers, Mapping) or hasattr(headers, "get") else None
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        parsed = email.utils.parsedate_tz(str(value))
        return max(0.0, email.utils.mktime_tz(parsed) - time.time()) if parsed else None
