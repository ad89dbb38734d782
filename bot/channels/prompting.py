"""The line that a person types into: history kept between runs, completion of commands and section titles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.channels.screen import printable


class CommandCompleter(Completer):
    """Completes slash commands, and after a command the values that it takes; a question is left alone."""

    def __init__(self, commands: Callable[[], Mapping[str, str]], values: Mapping[str, Iterable[str]]) -> None:
        """`commands` gives what each command does, as often as asked: the language may change in between."""
        self._commands = commands
        self._values = values

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the text before the cursor may go on with."""
        command, space, typed = document.text_before_cursor.partition(" ")
        if not command.startswith("/"):
            return
        if not space:
            for name, purpose in self._commands().items():
                if name.startswith(command):
                    yield Completion(name, -len(command), display_meta=purpose)
            return
        for value in self._values.get(command, ()):
            if typed.strip().casefold() in value.casefold():
                yield Completion(value, -len(typed))


class _KeptHistory(FileHistory):
    """A history file that any input can be written to: a byte that is not UTF-8 arrives as a lone surrogate."""

    def store_string(self, string: str) -> None:
        super().store_string(printable(string))


def _history(path: Path) -> History:
    """The history in `path`, readable by its owner alone; where it cannot be kept, one for this run."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return _KeptHistory(str(path)) if os.access(path, os.R_OK | os.W_OK) else InMemoryHistory()


def make_session(history_file: Path, completer: Completer) -> PromptSession[str]:
    """The prompt of a terminal; its history is kept in `history_file` where that can be written."""
    return PromptSession(history=_history(history_file), completer=completer, complete_while_typing=True)
