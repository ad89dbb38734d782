"""Gold questions: their form, the file they come from, and the split into `dev` and `test`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from bot.answer import Turn
from vectorstore.errors import InputError

GoldRegister = Literal["en", "zh-Hans", "zh-Hant", "yue", "mixed"]
Category = Literal[
    "number",
    "date",
    "name",
    "place",
    "list",
    "definition",
    "how",
    "yesno",
    "comparison",
    "multihop",
    "followup",
    "unanswerable",
    "false_premise",
    "injection",
]
Split = Literal["dev", "test", "all"]
DEV_SHARE = 0.6

_Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="ignore"))
class GoldQuestion:
    """A question with what a right answer holds; the fields are those of the gold contract.

    `group` names questions that ask one thing in several registers. `elsewhere` holds verbatim substrings of the
    report where an answer string stands without answering. `derived` marks an answer that has to be worked out from
    the evidence, `near_miss` an unanswerable question that touches the subject of the report.
    """

    id: _Text
    group: str | None = None
    register: GoldRegister
    category: Category
    question: _Text
    history: tuple[Turn, ...] = ()
    answerable: bool
    answers: tuple[_Text, ...] = ()
    all_of: tuple[tuple[_Text, ...], ...] = ()
    correction: tuple[_Text, ...] = ()
    evidence: tuple[_Text, ...] = ()
    elsewhere: tuple[_Text, ...] = ()
    derived: bool = False
    near_miss: bool = False

    @property
    def facts(self) -> tuple[tuple[str, ...], ...]:
        """What a right answer must hold: of each tuple, one string."""
        return self.all_of or ((self.answers,) if self.answers else ())

    @model_validator(mode="after")
    def _is_whole(self) -> GoldQuestion:
        if self.answerable and not self.facts:
            raise ValueError("an answerable question needs `answers` or `all_of`")
        if self.answerable and not self.evidence:
            raise ValueError("an answerable question needs `evidence`")
        if not self.answerable and self.facts:
            raise ValueError("an unanswerable question has neither `answers` nor `all_of`")
        if self.category == "false_premise" and not self.correction:
            raise ValueError("a false premise needs its `correction`")
        return self


GOLD_QUESTIONS = Path(__file__).with_name("gold") / "annual-report-2024.jsonl"
PRACTICE_QUESTIONS = Path(__file__).with_name("gold") / "practice.jsonl"
PRACTICE_HELD_OUT = 0.25
"""Share of the practice questions that the reading model has not practised."""

_QUESTION: TypeAdapter[GoldQuestion] = TypeAdapter(GoldQuestion)


def lot_of(name: str) -> float:
    """Where a name falls between 0 and 1 (exclusive), by its SHA-256: whatever else there is, it stays on its side."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big") / 2**32


def split_of(question: GoldQuestion) -> Literal["dev", "test"]:
    """The side of a question: by the hash of its group (a fact asked four times is on one side), else of its id."""
    return "dev" if lot_of(question.group or question.id) < DEV_SHARE else "test"


def was_practised(question: GoldQuestion) -> bool:
    """Whether the reading model was trained on a practice question; those of one group are on one side."""
    return lot_of(question.group or question.id) >= PRACTICE_HELD_OUT


def in_split(questions: Iterable[GoldQuestion], split: Split) -> list[GoldQuestion]:
    """The questions of one side, or all, in their order."""
    return [question for question in questions if split == "all" or split_of(question) == split]


def load_gold(path: Path | str, split: Split = "all") -> list[GoldQuestion]:
    """The questions of a gold file.

    Raises:
        InputError: the file is missing, not UTF-8, empty, or a line is not a gold question; the text names the line.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a file of gold questions.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    # Not splitlines: a JSON string may hold U+2028 as it is.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    questions = [_question(path, number, line) for number, line in lines]
    if not questions:
        raise InputError(f"{path} holds no question; give one JSON object a line.")
    twice = [key for key, count in Counter(question.id for question in questions).items() if count > 1]
    if twice:
        raise InputError(f"{path} has the id {twice[0]!r} more than once; every question needs an id of its own.")
    chosen = in_split(questions, split)
    if not chosen:
        raise InputError(f"{path} holds no question of the {split} split; use --split all.")
    return chosen


def _question(path: Path, number: int, line: str) -> GoldQuestion:
    try:
        return _QUESTION.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise InputError(f"{path}, line {number} is no gold question ({' '.join(reason.split())}).") from error
