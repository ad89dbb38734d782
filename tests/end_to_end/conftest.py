"""The command as a process, and an index of the small report that the command made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).with_name("reportqa")
SMALL_REPORT = Path(__file__).parents[1] / "fixtures" / "small-report.md"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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
