"""The command as a process, an index of the small report that the command made, and bots that answer from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.telegram_process import BotProcess
from tests.telegram_api.server import BotApiServer

COMMAND = Path(sys.executable).with_name("reportqa")
SMALL_REPORT = Path(__file__).parents[1] / "fixtures" / "small-report.md"

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NewBot = Callable[..., BotProcess]

GATES = "how many self-service boarding gates were there in 2024"
ANSWER = "a total of 214 self-service boarding gates"
"""What the small report says to it."""


def command_environment(home: Path, **changes: str) -> dict[str, str]:
    """The environment of a command whose home is `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REPORTQA_", "TELEGRAM_"))}
    return {**kept, "REPORTQA_HOME": str(home), **changes}


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index holds the small report."""
    home = tmp_path_factory.mktemp("home")
    command = [str(COMMAND), "ingest", str(SMALL_REPORT)]
    subprocess.run(command, env=command_environment(home), cwd=home, check=True, capture_output=True)
    return home


@pytest.fixture
def run(small_home: Path, tmp_path: Path) -> Run:
    """Runs the command on the small report's index (or another `home`) and gives its outputs as text."""

    def run_command(
        *arguments: str | Path, home: Path = small_home, environment: dict[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        outputs: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.run(
            [COMMAND, *arguments],
            env=command_environment(home, **(environment or {})),
            cwd=tmp_path,
            encoding="utf-8",
            timeout=120,
            check=False,
            **(outputs | options),
        )

    return run_command


@pytest.fixture(scope="module")
def api() -> Iterator[BotApiServer]:
    """A Bot API server for the tests of a module; each test has people of its own."""
    with BotApiServer() as server:
        yield server


@pytest.fixture(scope="module")
def bot_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for the bots of a module, so that conversations of another module are not seen."""
    home = tmp_path_factory.mktemp("bot") / "home"
    shutil.copytree(small_home, home)
    return home


@pytest.fixture(scope="module")
def new_bot(bot_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewBot]:
    """Makes bots with settings, for a server; they end with the module at the latest."""
    with ExitStack() as stack:

        def make(server: BotApiServer, home: Path = bot_home, **settings: str) -> BotProcess:
            log = tmp_path_factory.mktemp("log") / "log"
            return stack.enter_context(BotProcess(COMMAND, server, home, log, **settings))

        yield make
