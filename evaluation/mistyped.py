"""What a mistyped word costs: `python -m evaluation.mistyped` asks questions as they are and mistyped.

In every English question of the `dev` side and of the invented reports one word of five letters and more gets one slip:
two letters swapped, one left out, doubled, or exchanged for its neighbour on the keyboard. In every Chinese one a
character is exchanged for a common one that sounds the same: in Mandarin in Simplified ones, in Cantonese in the
others. Which word and which slip follows from the question's id.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from random import Random

from rich.table import Table

from bot.assistant import Assistant
from bot.homophones import function_characters
from bot.lexicon import question_patterns
from bot.pool import threads_for
from bot.settings import load_settings
from bot.sounds import cantonese, mandarin
from evaluation.gold import GOLD_QUESTIONS, GoldQuestion, load_gold
from evaluation.invented import invented_reports
from evaluation.runner import evaluate
from evaluation.tables import number, show
from vectorstore.errors import ReportQAError
from vectorstore.tokens import convert_script

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"(?<![\w'-])[A-Za-z][a-z]{4,}(?![\w'-])")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def mistyped(question: GoldQuestion) -> GoldQuestion | None:
    """The question with a slip in one word; None where it has no word for one."""
    random = Random(question.id)
    text = question.question
    slips = list(_slips(text) if question.register == "en" else _homophones(text, question.register == "zh-Hans"))
    if not slips:
        return None
    start, end, written = random.choice(slips)
    return replace(question, question=text[:start] + random.choice(written) + text[end:])


def _slips(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """The words that may be mistyped, and how."""
    for match in _WORD.finditer(text):
        word = match.group()
        if word.lower() in question_patterns().stopwords:
            continue
        for place in range(1, len(word) - 1):
            before, here, after = word[:place], word[place], word[place + 1 :]
            row = next(row for row in _ROWS if here in row)
            column = row.index(here)
            beside = row[column + 1 if column + 1 < len(row) else column - 1]
            slips = [before + after[0] + here + after[1:], before + after, before + 2 * here + after]
            yield *match.span(), [slip for slip in (*slips, before + beside + after) if slip != word]


def _homophones(text: str, in_mandarin: bool) -> Iterator[tuple[int, int, list[str]]]:
    """The characters that may be mistyped, and the common ones that sound like them."""
    simplified = convert_script(text, "hk2s")
    for match in _HAN.finditer(simplified if len(simplified) == len(text) else ""):
        character = match.group()
        if character in function_characters():
            continue
        sound = mandarin if in_mandarin else cantonese
        alike = [other for other in _by_sound(sound).get(sound(character), []) if other != character]
        if alike:
            script = [other if text == simplified else convert_script(other, "s2t") for other in alike]
            yield *match.span(), script


@cache
def _by_sound(sound: Callable[[str], str]) -> dict[str, list[str]]:
    """The 3,755 common characters (the first level of GB 2312) by their sound."""
    alike: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", "ignore")
            if character:
                alike[sound(character)].append(character)
    return alike


def main() -> int:
    """Prints a line a report; 2 where there is no index, or a file is unusable."""
    heads = ("questions", "right as typed", "right mistyped")
    table = Table("report", *(f"{head}, {language}" for language in ("English", "Chinese") for head in heads), box=None)
    settings = load_settings()
    try:
        with closing(Assistant.open(settings)) as assistant:
            table.add_row("dev", *_row(assistant, load_gold(GOLD_QUESTIONS, "dev")))
        for report in invented_reports():
            with report.assistant(settings) as assistant:
                table.add_row(report.name, *_row(assistant, report.load_questions()))
    except ReportQAError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    show([table])
    return 0


def _row(assistant: Assistant, questions: Sequence[GoldQuestion]) -> Iterator[str]:
    for english in (True, False):
        asked = [question for question in questions if (question.register == "en") == english and not question.history]
        pairs = [(question, slipped) for question in asked if (slipped := mistyped(question))]
        yield str(len(pairs))
        yield _right(assistant, [question for question, _ in pairs])
        yield _right(assistant, [slipped for _, slipped in pairs])


def _right(assistant: Assistant, questions: Sequence[GoldQuestion]) -> str:
    return number(evaluate(questions, assistant, threads=threads_for("sentence")).figures["all"]["right"].value)


if __name__ == "__main__":
    raise SystemExit(main())
