"""Quantities: one canonical value however a text writes it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.quantities import chinese_number, date_parts, find_quantities


def values(text: str) -> list[tuple[str, str]]:
    return [(quantity.kind, quantity.value) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    "text",
    [
        "二零二四年六月十一日",
        "2024年6月11日",
        "2024 年 6 月 11 日",
        "11 June 2024",
        "June 11, 2024",
        "11th of June, 2024",
        "2024-06-11",
        "11.6.2024",
        "11/06/2024",
    ],
)
def test_one_day_written_in_any_way_is_one_date(text: str) -> None:
    assert values(text) == [("date", "2024-06-11")]


@pytest.mark.parametrize("text", ["2022-23", "2022/23", "二零二二至二三年度", "二零二二／二三学年", "2022至23"])
def test_a_year_that_ends_in_the_next_is_the_one_that_it_begins_in(text: str) -> None:
    assert values(text) == [("date", "2022")]


@pytest.mark.parametrize("text", ["1.5 亿", "1.5億", "一亿五千万", "150 million", "150,000,000", "150 000 000"])
def test_one_number_written_in_any_way_is_one_number(text: str) -> None:
    assert values(text) == [("number", "150000000")]


@pytest.mark.parametrize("text", ["三成", "30 %", "30％", "30 per cent", "30 percent", "百分之三十"])
def test_one_share_written_in_any_way_is_one_share(text: str) -> None:
    assert values(text) == [("share", "30")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("检获 668 本，上升 59%", [("number", "668"), ("share", "59")]),
        ("二零二四年的 4 172 名", [("date", "2024"), ("number", "4172")]),
        ("In 2024, 2,915 were", [("date", "2024"), ("number", "2915")]),
        ("from seven working days to five", [("number", "7"), ("number", "5")]),
        ("由七个工作日缩短至五个工作日", [("number", "7"), ("number", "5")]),
        ("mid-February 2016", [("date", "2016-02")]),
        ("from 2010-15", [("date", "2010"), ("number", "15")]),
        ("六月十一日", [("date", "--06-11")]),
        ("1.6.2023 – 29.10.2023", [("date", "2023-06-01"), ("date", "2023-10-29")]),
        ("clause 3.5.2 of 1.2.2023.4", [("number", "3.5"), ("number", "2"), ("number", "1.2"), ("number", "2023.4")]),
        ("三成半", [("share", "35")]),
        ("twenty-six", [("number", "26")]),
        ("2 006 万访客", [("number", "20060000")]),
        ("一站式服务，统一处理", []),
        ("the one-stop service", [("number", "1")]),
    ],
)
def test_quantities_of_a_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize("text", ["HK$30 million", "HK\\$30 million", "3 000 万港元"])
def test_a_currency_makes_a_number_money(text: str) -> None:
    assert [quantity.money for quantity in find_quantities(text)] == [True]


def test_a_date_contains_its_coarser_dates() -> None:
    assert date_parts("2024-06-11") == ["2024-06-11", "2024-06", "2024", "--06-11"]
    assert date_parts("2024-06") == ["2024-06", "2024"]
    assert date_parts("--06-11") == ["--06-11"]


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_reads_the_same_in_both_languages(day: date) -> None:
    chinese = f"{day.year}年{day.month}月{day.day}日"
    english = f"{day.day} {day:%B} {day.year}"
    assert values(chinese) == values(english) == [("date", day.isoformat())]


@given(st.integers(min_value=1000, max_value=10**9))
def test_grouping_of_digits_does_not_change_a_number(number: int) -> None:
    grouped = f"{number:,}"
    assert values(f"x {grouped} x")[0][1] == values(f"x {grouped.replace(',', ' ')} x")[0][1] == str(number)


@given(st.text(max_size=200))
def test_spans_are_ordered_apart_and_inside_any_text(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        end = quantity.end


def test_chinese_numerals_are_read() -> None:
    numerals = {"十": 10, "二十一": 21, "一百零五": 105, "三千二百万": 32_000_000, "两": 2, "二零二四": 2024}
    assert {text: chinese_number(text) for text in numerals} == numerals
