"""A quick look while tuning: the tables of a split, and the failing questions of `dev` in a file, one a line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.settings import Settings
from evaluation.gold import load_gold
from evaluation.metrics import METRICS
from evaluation.results import QuestionRecord
from evaluation.runner import evaluate
from evaluation.tables import breakdown_table, figures_table, show

GOLD = Path(__file__).parent / "gold" / "annual-report-2024.jsonl"


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m evaluation.quick [--split dev] [--home DIR] [--out failures.jsonl]`."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.quick", description=__doc__)
    parser.add_argument("--split", choices=("dev", "test", "all"), default="dev")
    parser.add_argument("--home", type=Path, default=Path(".reportqa"))
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    settings = Settings(home=options.home)
    results = evaluate(load_gold(options.gold, options.split), Assistant.open(settings), settings)
    show(breakdown_table(results.figures, METRICS, by) for by in ("register", "category"))
    show([figures_table(results.figures["all"], METRICS)])
    if options.out and options.split == "dev":  # the failures of `test` are not for looking at
        failing = [_line(question) for question in results.questions if question.scores["right"][0] == 0]
        options.out.write_text("".join(failing), encoding="utf-8")


def _line(question: QuestionRecord) -> str:
    fields: dict[str, Any] = question.model_dump(mode="json", exclude={"scores", "judged"})
    return json.dumps(fields, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
