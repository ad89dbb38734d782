"""The REPL at a terminal of 80 columns, through a pseudo-terminal."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest
from rich.cells import cell_len

GATES = "How many self-service boarding gates did the department manage in 2024?"
COMMAND = str(Path(sys.executable).with_name("reportqa"))
CTRL_C, CTRL_D, ARROW_UP = "\x03", "\x04", "\x1b[A"
PROMPT_READY = "\x1b[?2004h"
"""What a terminal that is not dumb is told when the prompt begins to read: mark what is pasted."""

SLOW_COMMAND = """
import time
from bot.assistant import Assistant
from bot.cli import main
stream = Assistant.stream
def slow(self, question, *arguments, **options):
    if question.startswith("slow"):
        print("answering", flush=True)
        time.sleep(60)
    return stream(self, question, *arguments, **options)
Assistant.stream = slow
main()
"""

TRANSCRIPT = """\
Ask about the report in English or Chinese. /help lists the commands; Ctrl-D
leaves.
請以中文或英文查詢報告內容。輸入 /help 查看指令；按 Ctrl-D 離開。
> How many self-service boarding gates did the department manage in 2024?
In 2024, the department managed a total of 214 self-service boarding gates. [1]

[1] In 2024, the department managed a total of 214 self-service boarding gates.
    small-report.md · Harbour Department Annual Report › Ferry Terminals ·
    characters 164–239
    二零二四年，本处共管理 214 个自助登船闸口。
    small-report.md · Harbour Department Annual Report › Ferry Terminals ·
    characters 69–93

> /source 1
small-report.md · Harbour Department Annual Report › Ferry Terminals ·
characters 164–239
  >>In 2024, the department managed a total of 214 self-service boarding
  gates.<< In 2023, there were 187 self-service boarding gates. A passenger
  takes only 9 seconds on average to pass a gate and need not show a paper
  ticket, which helps those who carry large pieces of luggage or look after
  young children.

small-report.md · Harbour Department Annual Report › Ferry Terminals ·
characters 69–93
  【二零二四年，本处共管理 214 个自助登船闸口。】二零二三年则有 187 个自助登船闸
  口。旅客平均只需 9 秒便可通过闸口，整个过程无须出示纸本船票，方便携带大件行李
  和需要照顾幼童的旅客。

> a line that nobody sends
> /lang
There is no command /lang. /help lists the commands.

> 2024年有幾多個自助登船閘口？
二零二四年，本處共管理 214 個自助登船閘口。[1]

[1] 二零二四年，本处共管理 214 个自助登船闸口。
    small-report.md · 港口事务处年报 › 渡轮码头 · 第 69–93 字元
    In 2024, the department managed a total of 214 self-service boarding gates.
    small-report.md · 港口事务处年报 › 渡轮码头 · 第 164–239 字元

> /lang
沒有 /lang 這個指令。輸入 /help 查看所有指令。

>
"""


class Terminal:
    """A command at a terminal, with all that it printed."""

    def __init__(self, command: str, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self._log = io.StringIO()
        self._child: pexpect.spawn[str] = pexpect.spawn(
            command, arguments, env=environment, cwd=str(folder), dimensions=(50, 80), encoding="utf-8", timeout=60
        )
        self._child.logfile_read = self._log
        # prompt_toolkit shows the prompt before it reads keys; between the two, the terminal would edit the line.
        self._child.delaybeforesend = 0.2

    def until(self, text: str) -> None:
        """Waits until the terminal shows `text` anew."""
        self._child.expect_exact(text)

    def send(self, keys: str) -> None:
        """Types `keys`."""
        self._child.send(keys)

    def leave(self, keys: str) -> int | None:
        """Types `keys` until the command ends and gives its exit code."""
        self.send(keys)
        while self._child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5):
            self.send(keys)
        self._child.close()
        return self._child.exitstatus

    def stop(self) -> None:
        """Ends the command, whatever it does."""
        self._child.close(force=True)

    @property
    def printed(self) -> str:
        """All that was printed, escape sequences included."""
        return self._log.getvalue()

    @property
    def text(self) -> str:
        """What was printed without escape sequences and what depends on them."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x08]", "", self.printed)


@contextmanager
def terminal(
    home: Path, command: str = COMMAND, arguments: tuple[str, ...] = ("chat",), **environment: str
) -> Iterator[Terminal]:
    # A pseudo-terminal does not answer where its cursor stands; prompt_toolkit would wait and warn.
    kept = {
        "PATH": str(Path(sys.executable).parent),
        "REPORTQA_HOME": str(home),
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "OMP_NUM_THREADS": "1",
    }
    opened = Terminal(command, list(arguments), {**kept, **environment}, home)
    try:
        yield opened
    finally:
        opened.stop()


def test_a_conversation_on_a_plain_terminal_word_for_word(small_home: Path) -> None:
    with terminal(small_home, TERM="dumb") as console:
        for keys in (
            f"{GATES}\r",
            "/source 1\r",
            f"a line that nobody sends{CTRL_C}",
            "/lang\r",
            "2024年有幾多個自助登船閘口？\r",
            "/lang\r",
        ):
            console.until("> ")
            console.send(keys)
        console.until("> ")
        assert console.leave(CTRL_D) == 0
    shown = [line.rstrip() for line in console.text.splitlines()]
    assert shown == TRANSCRIPT.splitlines()
    assert max(map(cell_len, shown)) <= 80


def test_follow_ups_and_explanations_fit_the_terminal(small_home: Path) -> None:
    with terminal(small_home, TERM="dumb") as console:
        for keys in (f"{GATES}\r", "And in 2023?\r", "/why\r", "/sections\r", "/help\r"):
            console.until("> ")
            console.send(keys)
        console.until("> ")
        assert console.leave("/quit\r") == 0
    exchanges = console.text.split("\n> ")
    assert "187" in exchanges[2].splitlines()[1]
    assert "Answered: no stage is at fault." in exchanges[3]
    assert "- 培训 · Training" in exchanges[4]
    assert max(map(cell_len, console.text.splitlines())) <= 80


@pytest.mark.parametrize("no_colour", [False, True])
def test_a_quote_is_highlighted_by_colour_or_by_marks(small_home: Path, no_colour: bool) -> None:
    with terminal(small_home, TERM="xterm-256color", NO_COLOR="1" if no_colour else "") as console:
        console.until(PROMPT_READY)
        console.send(f"{GATES}\r")
        console.until(PROMPT_READY)
        console.send("/source 1\r")
        console.until("旅客。")
        console.until(PROMPT_READY)
        assert console.leave(CTRL_D) == 0
    assert ("【二零二四年，本处共管理 214 个自助登船闸口。】" in console.text) is no_colour
    coloured = re.search(r"\x1b\[[0-9;]*7m二零二四年", console.printed) is not None
    assert coloured is not no_colour


def test_ctrl_c_cancels_the_question_and_the_conversation_goes_on(small_home: Path) -> None:
    with terminal(small_home, sys.executable, ("-c", SLOW_COMMAND, "chat"), TERM="dumb") as console:
        console.until("> ")
        console.send("slow question\r")
        console.until("answering")
        console.send(CTRL_C)
        console.until("Question cancelled.")
        console.until("> ")
        console.send(f"{GATES}\r")
        console.until("214")
        console.until("> ")
        assert console.leave(CTRL_D) == 0
    assert "Traceback" not in console.text


def test_what_was_asked_is_there_again_in_the_next_conversation(small_home: Path) -> None:
    for keys in (f"{GATES}\r", f"{ARROW_UP}{ARROW_UP}\r"):
        with terminal(small_home, TERM="xterm-256color") as console:
            console.until(PROMPT_READY)
            console.send(keys)
            console.until("214 self-service")
            console.until(PROMPT_READY)
            assert console.leave("/quit\r") == 0
