"""What the bot bears: `python -m benchmarks.telegram` prints each figure beside its bound and exits 1 beyond one.

Needs an index (`reportqa ingest`). The real process answers people on a Bot API server on loopback; each person asks
again as soon as the answer is there, without a pause. It ends by itself after at most `--longest` seconds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.asking import QUESTIONS
from tests.end_to_end.telegram_process import BotProcess
from tests.telegram_api import BotApiServer, Person

MORE_QUESTIONS = (
    "How many passengers did the control points handle in 2024?",
    "二零二四年有幾多宗逾期居留",
    "香港有多少个出入境管制站？",
    "How does the Top Talent Pass Scheme work?",
    "邊個係入境事務處處長",
    "When did the new headquarters open?",
    "What is the capital of France?",
    "how many passports were issued",
)
P95_BOUND_S = 3.0
GROWTH_BOUND = 1.10
PATIENCE_S = 60.0
MANY = "1000000"
UNLIMITED = {
    "REPORTQA_TELEGRAM_USER_BURST": MANY,
    "REPORTQA_TELEGRAM_USER_PER_MINUTE": MANY,
    "REPORTQA_TELEGRAM_CHAT_BURST": MANY,
    "REPORTQA_TELEGRAM_CHAT_PER_MINUTE": MANY,
    "REPORTQA_LOG_LEVEL": "info",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


@dataclass(slots=True)
class Load:
    """People who ask one question after the other, until so many seconds are over or so many were answered."""

    people: Sequence[Person]
    until: float
    most: int
    times: list[float] = field(default_factory=list)
    """Seconds from each question to its answer."""

    def run(self) -> float:
        """Asks, and gives the wall time in seconds. Raises AssertionError where an answer does not come."""
        began = time.perf_counter()
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._ask, args=[person, number, failures])
            for number, person in enumerate(self.people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return time.perf_counter() - began

    def _ask(self, person: Person, number: int, failures: list[BaseException]) -> None:
        questions = itertools.cycle(QUESTIONS + MORE_QUESTIONS)
        for question in itertools.islice(questions, number, None):
            if time.monotonic() >= self.until or len(self.times) >= self.most or failures:
                return
            began = time.perf_counter()
            try:
                person.ask(question, seconds=PATIENCE_S)
            except AssertionError as error:
                failures.append(error)
                return
            self.times.append(time.perf_counter() - began)


def p95(times: Sequence[float]) -> float:
    """The time that 95 of 100 stay below."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def load_rows(
    server: BotApiServer, ids: Iterator[int], users: Sequence[int], seconds: float
) -> list[tuple[str, float, float, str]]:
    """A row for each number of users: name, p95 in seconds, its bound, and the rest in words."""
    rows = []
    for count in users:
        load = Load(
            [Person(server, next(ids), language_code="en") for _ in range(count)], time.monotonic() + seconds, 10**9
        )
        wall = load.run()
        detail = f"p50 {statistics.median(load.times):.2f} s, {len(load.times) / wall:.1f} answers a second"
        rows.append((f"{count} user{'s' * (count > 1)} at once, p95 in seconds", p95(load.times), P95_BOUND_S, detail))
    return rows


def memory_row(
    server: BotApiServer, bot: BotProcess, ids: Iterator[int], questions: int, deadline: float
) -> tuple[str, float, float, str]:
    """How much memory the process has after so many questions more, against that before them."""
    people = [Person(server, next(ids)) for _ in range(20)]
    before = bot.memory()
    load = Load(people, deadline, questions)
    load.run()
    after = bot.memory()
    detail = f"{before / 2**20:.0f} MB before, {after / 2**20:.0f} MB after {len(load.times)} questions"
    return "memory after / before", after / before, GROWTH_BOUND, detail


def main() -> int:
    """Prints the table; 1 where a figure is beyond its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REPORTQA_HOME", ".reportqa")))
    parser.add_argument("--users", type=int, nargs="+", default=[1, 10, 40])
    parser.add_argument("--seconds", type=float, default=20, help="seconds of load for each number of users")
    parser.add_argument("--questions", type=int, default=5000, help="questions between the two looks at the memory")
    parser.add_argument("--longest", type=float, default=900, help="seconds after which asking ends")
    options = parser.parse_args()
    deadline = time.monotonic() + options.longest
    command = Path(sys.executable).with_name("reportqa")
    ids = itertools.count(6_000_000_001)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(options.home, home, ignore=shutil.ignore_patterns("conversations*"))
        with BotApiServer() as server, BotProcess(command, server, home, Path(folder) / "log", **UNLIMITED) as bot:
            bot.start()
            Load([Person(server, next(ids)) for _ in range(4)], deadline, 100).run()  # warm
            rows = load_rows(server, ids, options.users, options.seconds)
            rows.append(memory_row(server, bot, ids, options.questions, deadline))
    for name, figure, bound, detail in rows:
        print(f"{name:34} {figure:6.2f}  bound {bound:4.2f}  {'ok' if figure <= bound else 'ABOVE':5}  {detail}")
    return int(any(figure > bound for _, figure, bound, _ in rows))


if __name__ == "__main__":
    raise SystemExit(main())
