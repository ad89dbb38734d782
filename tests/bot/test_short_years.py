"""Years as people type them become whole ones; lengths of time, ages and numbers stay."""

from __future__ import annotations

import pytest

from bot.short_years import with_whole_years


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("24年拘捕了多少人", "2024年拘捕了多少人"),
        ("为什么24年少过23年", "为什么2024年少过2023年"),
        ("21年12月送出多少份", "2021年12月送出多少份"),
        ("租金暂缓在23-24年批了几户", "租金暂缓在2023-24年批了几户"),
        ("21-22那年呢", "2021-22那年呢"),
        ("how many in 23/24", "how many in 2023-24"),
        ("budget for FY22-23", "budget for FY2022-23"),
        ("arrivals in '24 vs '23", "arrivals in 2024 vs 2023"),
    ],
)
def test_a_year_is_written_out(typed: str, whole: str) -> None:
    assert with_whole_years(typed) == whole


@pytest.mark.parametrize(
    "typed",
    [
        "做了20年有什么奖",
        "20年前",
        "20年经验可以申请吗",
        "18-19岁",
        "room 22-23",
        "5至16年",
        "2023-24年度",
        "class of '90s",
        "12345年",
    ],
)
def test_what_is_no_year_stays(typed: str) -> None:
    assert with_whole_years(typed) == typed
