"""Opens the assistant for a command: as quickly as it goes, since a person waits for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.settings import Settings


def open_assistant(settings: Settings) -> Assistant:
    """`Assistant.open`, for a process that keeps it to its end.

    What is imported and loaded is never looked through for garbage, neither now nor when the process ends: there is
    none, and looking takes a fifth of an `ask`.

    Raises:
        ReportQAError: as `Assistant.open`.
    """
    gc.disable()
    try:
        from bot.assistant import Assistant

        return Assistant.open(settings)
    finally:
        gc.freeze()
        gc.enable()
