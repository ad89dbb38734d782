"""Parts that are numbered or lettered: told from others of their kind."""

from __future__ import annotations

import pytest

from bot.parts import parts_in, speaks_of_parts
from vectorstore.tokens import fold


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Phase 2 of the works", {("phase", "2")}),
        ("the second stage", {("phase", "2")}),
        ("第二期工程", {("phase", "2")}),
        ("Phase II", {("phase", "2")}),
        ("第三轮申请", {("round", "3")}),
        ("B 类申请", {("category", "b")}),
        ("category B", {("category", "b")}),
        ("「海鸥七号」拖船", {("number", "7")}),
        ("route K12", {("k", "12")}),
        ("路線K12", {("k", "12")}),
        ("T3 hoisted", {("number", "3")}),
        ("the No. 3 signal", {("number", "3")}),
        ("signal 9", {("number", "9")}),
        ("8号风球", {("number", "8")}),
        ("若十号或以上信号生效", {("number", "10"), ("number", "11"), ("number", "12")}),
        ("No. 11 signal or above", {("number", "11"), ("number", "12")}),
        ("12 月 8 号", set()),
        ("No. 12,000", set()),
        ("新一期工程", set()),
        ("6 月三号", set()),
        ("在第一号码头", set()),
        ("COVID-19", set()),
        ("category a worker", set()),
    ],
)
def test_parts_are_named_alike_in_both_languages(text: str, parts: set[tuple[str, str]]) -> None:
    assert parts_in(fold(text)) == parts


@pytest.mark.parametrize(
    ("question", "text", "around", "speaks"),
    [
        ("第二期几时完工", "第一期于五月完工", "", False),
        ("第二期几时完工", "第一期于五月完工，第二期于六月完工", "", True),
        ("第二期几时完工", "工程于五月完工", "", True),
        ("第二期几时完工", "第一期的工地由此进入", "第二期工程", True),
        ("第二期几时完工", "第一轮申请于五月完成", "", True),
        ("how many take route K12", "route K58 is the busiest", "", False),
        ("T3 is up, is there class", "classes are cancelled at the No. 8 signal or above", "", False),
        ("T10 is up, is there class", "classes are cancelled at the No. 8 signal or above", "", True),
        ("几时完工", "第一期于五月完工", "", True),
    ],
)
def test_another_part_of_the_same_kind_is_not_the_one_asked_for(
    question: str, text: str, around: str, speaks: bool
) -> None:
    assert speaks_of_parts(parts_in(fold(question)), fold(text), fold(f"{around}\n{text}")) is speaks
