"""The daily budget: tokens in and out since midnight UTC, kept in a file so that it outlives the process."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock

from bot.chat.faults import Fault

FILE_NAME = "chat-usage.json"


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


class Budget:
    """Tokens that may be spent a day; 0 is no bound, and then nothing is written. Shared by processes of one home."""

    def __init__(self, home: Path, daily_tokens: int, day: Callable[[], date] = today) -> None:
        self._file = home / FILE_NAME
        self._daily = daily_tokens
        self._day = day

    def check(self) -> None:
        """Lets a question through while something is left of the day's tokens.

        Raises:
            Fault: `budget`.
        """
        if self._daily and self.spent() >= self._daily:
            raise Fault("budget")

    def spent(self) -> int:
        """Tokens spent today."""
        try:
            record = json.loads(self._file.read_text(encoding="utf-8"))
            return int(record["tokens"]) if record["day"] == self._day().isoformat() else 0
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or no record of ours
            return 0

    def spend(self, tokens: int) -> None:
        """Adds tokens to today's; a home that cannot be written must not cost the answer."""
        if not self._daily or not tokens:
            return
        try:
            with FileLock(self._file.with_suffix(".lock")):
                record = {"day": self._day().isoformat(), "tokens": self.spent() + tokens}
                beside = self._file.with_suffix(".part")
                beside.write_text(json.dumps(record), encoding="utf-8")
                beside.replace(self._file)
        except OSError:
            return
