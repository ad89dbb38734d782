"""What a slip of the finger costs: `python -m evaluation.mistyped` asks English questions as they are and mistyped.

In every question of the `dev` side and of the invented reports one word of five letters and more gets one slip: two
letters swapped, one left out, doubled, or exchanged for its neighbour on the keyboard. Which word and which slip
follows from the question's id.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from random import Random

from rich.table import Table

from bot.assistant import Assistant
from bot.lexicon import question_patterns
from bot.pool import threads_for
from bot.settings import load_settings
from evaluation.calibration import GOLD
from evaluation.gold import GoldQuestion, load_gold
from evaluation.invented import invented_reports
from evaluation.runner import evaluate
from evaluation.tables import number, show
from vectorstore.errors import ReportQAError

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"(?<![\w'-])[A-Za-z][a-z]{4,}(?![\w'-])")


def mistyped(question: GoldQuestion) -> GoldQuestion | None:
    """The question with a slip in one word; None where it has no word that is long enough."""
    random = Random(question.id)
    stopwords = question_patterns().stopwords
    words = [m for m in _WORD.finditer(question.question) if m.group().lower() not in stopwords]
    if not words:
        return None
    chosen = random.choice(words)
    slipped = _slip(chosen.group(), random)
    text = question.question[: chosen.start()] + slipped + question.question[chosen.end() :]
    return replace(question, question=text)


def _slip(word: str, random: Random) -> str:
    place = random.randrange(1, len(word) - 1)
    before, here, after = word[:place], word[place], word[place + 1 :]
    row = next(row for row in _ROWS if here in row)
    beside = row[(row.index(here) + 1) % len(row)]
    swapped = before + after[0] + here + after[1:]
    return random.choice([swapped, before + after, before + 2 * here + after, before + beside + after])


def main() -> int:
    """Prints a line a report; 2 where there is no index, or a file is unusable."""
    table = Table("report", "questions", "right as typed", "right mistyped", box=None)
    settings = load_settings()
    try:
        with closing(Assistant.open(settings)) as assistant:
            table.add_row("dev", *_row(assistant, load_gold(GOLD, "dev")))
        for report in invented_reports():
            with report.assistant(settings) as assistant:
                table.add_row(report.name, *_row(assistant, report.load_questions()))
    except ReportQAError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    show([table])
    return 0


def _row(assistant: Assistant, questions: Sequence[GoldQuestion]) -> tuple[str, str, str]:
    english = [question for question in questions if question.register == "en" and not question.history]
    pairs = [(question, slipped) for question in english if (slipped := mistyped(question))]
    return (
        str(len(pairs)),
        _right(assistant, [question for question, _ in pairs]),
        _right(assistant, [slipped for _, slipped in pairs]),
    )


def _right(assistant: Assistant, questions: Sequence[GoldQuestion]) -> str:
    return number(evaluate(questions, assistant, threads=threads_for("sentence")).figures["all"]["right"].value)


if __name__ == "__main__":
    raise SystemExit(main())
