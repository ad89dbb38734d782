"""Reports that we invented, with questions: how good the assistant is over reports of other bodies.

`python -m evaluation.invented` indexes each in a temporary folder, asks its questions and prints a line a report;
`--min right=0.6` makes it exit 1 where the mean falls below. `--follow-ups` asks the follow-ups instead: questions that
lean on one or two before them.

What is tuned on the report that ships may lean on its words. Six of the seven help to fit the refusal
(`evaluation.calibration`) and may be looked into; `HELD_OUT` is for reporting alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from rich.table import Table

from bot.assistant import Assistant
from bot.ingestion import configured_embeddings
from bot.pool import threads_for
from bot.settings import Settings, load_settings
from evaluation.figures import Figure
from evaluation.gold import GoldQuestion, load_gold
from evaluation.levels import read_levels
from evaluation.metrics import METRICS
from evaluation.runner import evaluate
from evaluation.tables import number, show
from ingest.loaders import load_documents
from ingest.pipeline import ingest
from vectorstore.errors import ReportQAError

FOLDER = Path(__file__).with_name("invented_reports")
HELD_OUT = frozenset({"libraries"})
SHOWN = ("right", "correct", "refusal_precision", "refusal_recall", "recall@1", "recall@5", "citations_verbatim")


@dataclass(frozen=True, slots=True)
class InventedReport:
    """A report of a body that does not exist, and the files of its gold questions and of its follow-ups."""

    name: str
    report: Path
    questions: Path
    follow_ups: Path

    @property
    def is_held_out(self) -> bool:
        """Whether nothing may be tuned on it."""
        return self.name in HELD_OUT

    def load_questions(self) -> list[GoldQuestion]:
        """Its questions. Raises InputError: see `load_gold`."""
        return load_gold(self.questions)

    def load_follow_ups(self) -> list[GoldQuestion]:
        """Its follow-ups. Raises InputError: see `load_gold`."""
        return load_gold(self.follow_ups)

    @contextmanager
    def assistant(self, settings: Settings) -> Iterator[Assistant]:
        """An assistant over this report alone, in a folder that is removed afterwards.

        Raises:
            ReportQAError: the report cannot be indexed.
        """
        with TemporaryDirectory() as home:
            own = settings.model_copy(update={"home": Path(home), "chroma_url": None})
            ingest([self.report], own.home, configured_embeddings(own), None, own.passage_tokens)
            with closing(Assistant.open(own)) as assistant:
                yield assistant


def invented_reports(folder: Path = FOLDER) -> list[InventedReport]:
    """All that stand in a folder, by name."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    return [
        InventedReport(path.name, path / "report.txt", path / "questions.jsonl", path / "follow_ups.jsonl")
        for path in folders
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 1 where a level is not reached, 2 where the call or a file is unusable."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.invented", description="Score on invented reports.")
    parser.add_argument("--min", action="append", default=[], metavar="NAME=VALUE", help="exit 1 below this mean")
    names = [report.name for report in invented_reports()]
    parser.add_argument("--only", action="append", choices=names, metavar="REPORT", help=f"one of {', '.join(names)}")
    parser.add_argument("--follow-ups", action="store_true", help="ask the follow-ups")
    given = parser.parse_args(arguments)
    try:
        levels = read_levels(given.min, METRICS)
        settings = load_settings()
        chosen = [report for report in invented_reports() if not given.only or report.name in given.only]
        found = {report.name: _figures(report, settings, follow_ups=given.follow_ups) for report in chosen}
    except ReportQAError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    means = _means([figures for _, figures in found.values()])
    show([_table(found, means)])
    short = [shortfall for level in levels if (shortfall := level.shortfall(means))]
    sys.stderr.writelines(f"{line}\n" for line in short)
    return 1 if short else 0


def _figures(report: InventedReport, settings: Settings, *, follow_ups: bool) -> tuple[int, Mapping[str, Figure]]:
    """How many questions there are, and what they score."""
    questions = report.load_follow_ups() if follow_ups else report.load_questions()
    with report.assistant(settings) as assistant:
        files = load_documents([report.report])
        results = evaluate(questions, assistant, settings, files=files, threads=threads_for("sentence"))
    return len(questions), results.figures["all"]


def _means(found: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    """The mean of every metric over the reports."""
    means = {}
    for metric in METRICS:
        values = [value for figures in found if (value := figures[metric.name].value) is not None]
        means[metric.name] = Figure(value=fmean(values) if values else None, n=len(values))
    return means


def _table(found: Mapping[str, tuple[int, Mapping[str, Figure]]], means: Mapping[str, Figure]) -> Table:
    labels = {metric.name: metric.label for metric in METRICS}
    table = Table("report", "questions", *(labels[name] for name in SHOWN), box=None)
    for name, (count, figures) in found.items():
        title = f"{name} (held out)" if name in HELD_OUT else name
        table.add_row(title, str(count), *(number(figures[metric].value) for metric in SHOWN))
    table.add_row("mean", "", *(number(means[metric].value) for metric in SHOWN))
    return table


if __name__ == "__main__":
    raise SystemExit(main())
