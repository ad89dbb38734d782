"""`reportqa evaluate`: what the options ask for, in order, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from rich.table import Table

from bot.assistant import Assistant
from bot.pool import threads_for
from bot.progress import progress_bars
from bot.settings import Settings
from evaluation.ablation import AblationRow, ablate
from evaluation.compare import compare
from evaluation.gold import Split, load_gold
from evaluation.judge import groundedness, judge_results, open_judge
from evaluation.levels import read_levels
from evaluation.metrics import METRICS
from evaluation.output import check_folder, write_files
from evaluation.report.page import FILE_NAME as PAGE_NAME
from evaluation.report.page import render
from evaluation.results import FILE_NAME, Results, read_results, results_bytes
from evaluation.runner import evaluate
from evaluation.squad.dataset import load_squad
from evaluation.squad.metrics import SQUAD_METRICS
from evaluation.squad.record import SquadRecord
from evaluation.squad.run import SquadLanguage, evaluate_squad
from evaluation.tables import ablation_table, breakdown_table, comparison_table, figures_table, show
from vectorstore.errors import InputError

_ROWS: TypeAdapter[list[AblationRow]] = TypeAdapter(list[AblationRow])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `reportqa evaluate`, as they were given; one of `gold` and `squad` is needed.

    `threads` questions are asked at a time; 0 is one a core, and of a chat model one.
    """

    gold: Path | None = None
    split: Split = "all"
    out: Path | None = None
    least: tuple[str, ...] = ()
    baseline: Path | None = None
    ablation: bool = False
    judge: str | None = None
    squad: Path | None = None
    squad_language: SquadLanguage | None = None
    threads: int = 0


def run(options: Options, settings: Settings) -> int:
    """Evaluates, prints the tables and writes the files: 0, or 1 where a level of `least` is not reached.

    Raises:
        ReportQAError: something of the call, the files or the index is unusable; nothing was written.
    """
    if (options.gold is None) == (options.squad is None):
        raise InputError("Name a file of gold questions, or one in SQuAD's format with --squad.")
    if options.out:
        check_folder(options.out)
    if options.squad is not None:
        return _run_squad(options.squad, options, settings)
    assert options.gold is not None
    return _run_gold(options.gold, options, settings)


def _run_gold(gold: Path, options: Options, settings: Settings) -> int:
    levels = read_levels(options.least, METRICS)
    baseline = read_results(options.baseline) if options.baseline else None
    questions = load_gold(gold, options.split)
    judge = open_judge(options.judge) if options.judge else None
    threads = threads_for(settings.reader, options.threads)
    assistant = Assistant.open(settings)
    with progress_bars() as bars:
        results = evaluate(
            questions,
            assistant,
            settings,
            gold=gold.name,
            threads=threads,
            progress=lambda done, total: bars("evaluate", done, total),
        )
        if judge is not None:
            results = judge_results(results, judge, options.judge or "", lambda done, total: bars("judge", done, total))
        rows = ablate(questions, settings, results, threads=threads, progress=bars) if options.ablation else []
    comparisons = compare(results, baseline) if baseline else []
    show(_gold_tables(results))
    if baseline:
        show([f"Against the run of {baseline.run.created_at}", comparison_table(comparisons)])
    if rows:
        show(["One part off at a time, with the difference it makes", ablation_table(rows)])
    if options.out:
        page = render(results, comparisons, rows).encode("utf-8", "backslashreplace")
        ablation = {"ablation.json": _ROWS.dump_json(rows, indent=1)} if rows else {}
        _write(options.out, {FILE_NAME: results_bytes(results), PAGE_NAME: page, **ablation})
    return _judge([level.shortfall(results.figures["all"]) for level in levels])


def _run_squad(file: Path, options: Options, settings: Settings) -> int:
    if options.baseline:
        raise InputError("--baseline compares runs over gold questions; leave it out with --squad.")
    levels = read_levels(options.least, SQUAD_METRICS)
    lines: list[bytes] = []

    def keep(record: SquadRecord) -> None:
        if options.out:
            lines.append(record.model_dump_json().encode("utf-8") + b"\n")

    with progress_bars() as bars:
        results = evaluate_squad(
            load_squad(file),
            settings,
            options.squad_language,
            threads=threads_for(settings.reader, options.threads),
            progress=bars,
            keep=keep,
        )
    title = (
        f"{results.dataset}: {results.questions} questions, {results.paragraphs} paragraphs, {results.seconds:.0f} s"
    )
    show([title, figures_table(results.figures, SQUAD_METRICS)])
    if results.unanswerable:
        _say(f"{results.unanswerable} questions without an answer were left out.")
    if options.out:
        content = results.model_dump_json(indent=1).encode("utf-8")
        _write(options.out, {"squad.json": content, "squad-questions.jsonl": b"".join(lines)})
    return _judge([level.shortfall(results.figures) for level in levels])


def _gold_tables(results: Results) -> list[Table | str]:
    run = results.run
    title = f"{run.gold}, {run.split}: {len(results.questions)} questions in {run.seconds:.0f} s"
    tables: list[Table | str] = [title, figures_table(results.figures["all"], METRICS)]
    tables += [breakdown_table(results.figures, METRICS, by) for by in ("register", "category")]
    if results.not_indexed:
        tables.append(f"{len(results.not_indexed)} evidence strings are not in the index.")
    if results.judge:
        grounded, judged = groundedness(results)
        tables.append(f"{results.judge} judged {grounded} of {judged} answers grounded in their citations.")
    return tables


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    write_files(folder, files)
    _say(f"Written: {', '.join(str(folder / name) for name in files)}.")


def _judge(shortfalls: Sequence[str | None]) -> int:
    """1 where a level is not reached, with a line for each on standard error; else 0."""
    for shortfall in filter(None, shortfalls):
        _say(f"Below the level asked for: {shortfall}.")
    return int(any(shortfalls))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
