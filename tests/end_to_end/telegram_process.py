"""`reportqa telegram` as a process, talking to the tests' Bot API server."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from tests.telegram_api.chats import PATIENCE
from tests.telegram_api.server import BotApiServer

GRACE_S = 10
"""How long the bot may take to end when it is told to."""


class BotProcess:
    """A bot that can be started, ended and started again. As a context manager, it is ended whatever it does."""

    def __init__(self, command: Path, server: BotApiServer, home: Path, log: Path, **settings: str) -> None:
        """`settings` are environment variables; those of the developer do not count."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("REPORTQA_", "TELEGRAM_"))}
        self._environment = {
            **kept,
            "REPORTQA_HOME": str(home),
            "TELEGRAM_BOT_TOKEN": server.token,
            "TELEGRAM_API_BASE_URL": server.url,
            "REPORTQA_LOG_LEVEL": "debug",
            **settings,
        }
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What the bot wrote so far, in all its lives."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def start(self, *, until: str = "ready") -> BotProcess:
        """Starts the process and waits for a word in the log of this life."""
        begin = len(self.log)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._command, "telegram"],
                env=self._environment,
                cwd=self._log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + PATIENCE
        while until not in self.log[begin:]:
            assert self._process.poll() is None, f"the bot ended:\n{self.log[begin:]}"
            assert time.monotonic() < deadline, f"no {until!r} in:\n{self.log[begin:]}"
            time.sleep(0.05)
        return self

    def signal(self, number: int) -> None:
        """Sends a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM; gives the exit code. Raises TimeoutExpired where it takes too long."""
        self.signal(signal.SIGTERM)
        return self.wait(GRACE_S)

    def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code, as soon as the process ends."""
        assert self._process is not None
        return self._process.wait(seconds)

    def memory(self) -> int:
        """Resident memory in bytes."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def __enter__(self) -> BotProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
