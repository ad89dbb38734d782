"""What a question's wording calls for: what is counted, a level or what was added."""

from __future__ import annotations

import pytest

from bot.readers.wording import cue_fit, unit_fit, wording_of
from vectorstore.quantities import find_quantities


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("现在总共有多少条通道", True),  # "many" is written with the sign of "few"
        ("新总部有多少个车位", False),
        ("少了多少条通道", False),
        ("加装了多少条通道", False),
        ("how many channels are there", True),
        ("how many more channels are there", False),
        ("什么时候启用", False),
    ],
)
def test_a_level_is_asked_for_where_nothing_was_added_or_lost(question: str, level: bool) -> None:
    assert wording_of(question).level is level


def test_what_is_counted_by_a_measure_alone_is_what_the_question_speaks_of() -> None:
    wording = wording_of("请非法劳工的雇主拘捕了多少个")
    counted, other = "共有 513 名雇主被捕。", "共拘捕 97 人，当中包括雇主。"
    assert unit_fit(wording, counted, find_quantities(counted)) > unit_fit(wording, other, find_quantities(other))


def test_what_is_counted_by_name_is_that() -> None:
    wording = wording_of("拘捕了多少名雇主")
    workers, employers = "共有 4 172 名劳工被捕。", "共有 513 名雇主被捕。"
    assert not wording.things
    assert unit_fit(wording, employers, find_quantities(employers)) == 1
    assert unit_fit(wording, workers, find_quantities(workers)) < 1


@pytest.mark.parametrize(
    ("question", "compared", "other"),
    [
        ("投诉增加了还是减少了", "年内有 23 宗投诉，上年度为 27 宗。", "年内有 23 宗投诉。"),
        ("are complaints up or down", "There were 23 complaints, against 27.", "There were 23 complaints."),
    ],
)
def test_any_comparison_says_what_became_more_or_less(question: str, compared: str, other: str) -> None:
    wording = wording_of(question)
    assert cue_fit(wording, compared) == 1
    assert cue_fit(wording, other) == 0
