"""Opening the assistant for a command."""

from __future__ import annotations

import gc
from contextlib import closing
from pathlib import Path

import pytest

from bot.opening import open_assistant
from bot.settings import Settings
from vectorstore.errors import IndexMissingError


def test_what_is_loaded_is_kept_from_the_collector_which_runs_on(small_settings: Settings) -> None:
    before = gc.get_freeze_count()
    try:
        with closing(open_assistant(small_settings)) as assistant:
            assert gc.get_freeze_count() > before
            assert gc.isenabled()
            assert assistant.ask("When did the pier open?").question
    finally:
        gc.unfreeze()


def test_the_collector_runs_on_where_there_is_nothing_to_open(tmp_path: Path) -> None:
    try:
        with pytest.raises(IndexMissingError):
            open_assistant(Settings(home=tmp_path))
        assert gc.isenabled()
    finally:
        gc.unfreeze()
