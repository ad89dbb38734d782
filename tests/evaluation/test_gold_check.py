"""The checker of gold sets, and the shipped set before it."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.gold import load_gold
from evaluation.gold_check import PER_PART, GoldCheck, shortfalls
from tests.evaluation.conftest import MakeGold
from tests.evaluation.test_gold import SHIPPED
from vectorstore.schema import Document

REPORT = """渡轮 Ferries

每次只需 9 秒。整个过程无须出示船票。

It takes only 9 seconds. No ticket is shown. The gates are at Pier 4 and Pier 5.

Last year it took 12 seconds.
"""


def test_the_shipped_gold_fits_the_report(report: Document) -> None:
    assert GoldCheck(report.text).complaints(load_gold(SHIPPED)) == []


def test_the_shipped_gold_has_enough_of_every_kind_from_every_part(report: Document) -> None:
    questions = load_gold(SHIPPED)
    assert shortfalls(questions) == []
    assert min(GoldCheck(report.text).coverage(questions)) >= PER_PART


GOOD: dict[str, Any] = {"answers": ("9 seconds", "9 秒"), "evidence": ("只需 9 秒", "only 9 seconds")}


def test_a_sound_question_has_no_complaint(make_gold: MakeGold) -> None:
    assert GoldCheck(REPORT).complaints([make_gold(**GOOD)]) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"evidence": ("只需 9 秒", "just 9 seconds")}, "not verbatim"),
        ({"answers": ("9 seconds", "10 seconds")}, "outside the evidence"),
        ({"answers": ("9 seconds",), "evidence": ("only 9 seconds",)}, "one language"),
        ({"answers": ("seconds",)}, "also stands in: Last year"),
        ({"evidence": ("整个过程", "It takes only 9 seconds")}, "9 秒 also stands in: 每次只需"),
        ({"category": "followup"}, "needs a history"),
        ({"category": "injection"}, "does not go with"),
        (
            {
                "answers": (),
                "all_of": (("Pier 4",), ("Pier 5",)),
                "evidence": ("Pier 4", "只需 9 秒", "Ferries"),
            },
            "outside the evidence: Pier 5",
        ),
        (
            {"answers": (), "all_of": (("船票", "ticket"), ("整个过程", "No")), "evidence": ("整个过程无须出示船票",)},
            "evidence is missing: No ticket is shown",
        ),
    ],
)
def test_a_fault_is_found(make_gold: MakeGold, fields: dict[str, Any], complaint: str) -> None:
    assert any(complaint in found for found in GoldCheck(REPORT).complaints([make_gold(**{**GOOD, **fields})]))


def test_a_known_namesake_and_a_derived_answer_are_let_through(make_gold: MakeGold) -> None:
    namesake = make_gold(**{**GOOD, "answers": ("seconds", "9 秒"), "elsewhere": ("Last year it took 12",)})
    derived = make_gold(**{**GOOD, "id": "d", "answers": ("under ten seconds",), "derived": True})
    assert GoldCheck(REPORT).complaints([namesake, derived]) == []


def test_an_id_that_stands_twice_is_found(make_gold: MakeGold) -> None:
    assert any("more than once" in found for found in GoldCheck(REPORT).complaints([make_gold(**GOOD)] * 2))


def test_what_there_is_too_little_of_is_counted(make_gold: MakeGold) -> None:
    short = shortfalls([make_gold()])
    assert "1 questions, 300 needed" in short
    assert "no question of category yesno" in short
