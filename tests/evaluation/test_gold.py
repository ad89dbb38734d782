"""Gold files: what is read, what is refused, and how they are split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.gold import in_split, load_gold, split_of
from tests.evaluation.conftest import MakeGold
from vectorstore.errors import InputError

SHIPPED = Path(__file__).parents[2] / "evaluation" / "gold" / "annual-report-2024.jsonl"
GOOD: dict[str, Any] = {
    "id": "g",
    "register": "zh-Hant",
    "category": "number",
    "question": "幾多？",
    "history": [{"question": "之前", "answer": None, "mood": "calm"}],
    "answerable": True,
    "answers": ["9"],
    "evidence": ["9 秒"],
    "somebody's own key": 1,
}


def _write(folder: Path, *lines: str | bytes) -> Path:
    file = folder / "gold.jsonl"
    file.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return file


def test_a_question_is_read_with_its_history_and_unknown_keys_are_left(tmp_path: Path) -> None:
    (question,) = load_gold(_write(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "", "  "))
    assert (question.register, question.question, question.facts) == ("zh-Hant", "幾多？", (("9",),))
    assert [turn.question for turn in question.history] == ["之前"]


def test_a_line_separator_inside_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    line = json.dumps({**GOOD, "question": "a\u2028b"}, ensure_ascii=False)
    assert load_gold(_write(tmp_path, line))[0].question == "a\u2028b"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        (json.dumps({**GOOD, "id": "h", "register": "fr"}), "register"),
        (json.dumps({**GOOD, "id": "h", "answers": []}), "answers"),
        (json.dumps({**GOOD, "id": "h", "answers": [""]}), "answers"),
        (json.dumps({**GOOD, "id": "h", "evidence": []}), "evidence"),
        (json.dumps({**GOOD, "id": "h", "answerable": False}), "unanswerable"),
        (json.dumps(GOOD), "more than once"),
        (b"\xff", "UTF-8"),
    ],
)
def test_a_line_that_is_no_gold_question_is_named_in_one_line(tmp_path: Path, line: str | bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        load_gold(_write(tmp_path, json.dumps(GOOD), line))
    assert "\n" not in str(caught.value)


def test_a_missing_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        load_gold(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="no question"):
        load_gold(_write(tmp_path, "\n\n"))


def test_questions_of_a_group_are_on_one_side(make_gold: MakeGold) -> None:
    asked = [make_gold(id=f"q{n}", group=f"g{n // 4}") for n in range(400)]
    sides = {question.group: split_of(question) for question in asked}
    assert all(split_of(question) == sides[question.group] for question in asked)
    assert set(sides.values()) == {"dev", "test"}


def test_the_splits_part_the_shipped_gold_and_stay_as_they_are() -> None:
    questions = load_gold(SHIPPED)
    dev, test = in_split(questions, "dev"), in_split(questions, "test")
    assert sorted(q.id for q in [*dev, *test]) == sorted(q.id for q in questions)
    # A question that changes sides would let the test split into the tuning.
    assert (len(dev), len(test)) == (296, 189)
    assert 0.5 < len(dev) / len(questions) < 0.7
