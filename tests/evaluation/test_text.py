"""The normalisation of the gold contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.text import contains_any, normalise, without_markers


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("4 172 宗", "4172宗"),
        ("４，１７２ 宗", "4172宗"),
        ("4,172 Cases", "4172cases"),
        ("將軍澳　市中心", "将军澳市中心"),
        ("2023, and 5", "2023,and5"),
        ("e- 道", "e-道"),
    ],
)
def test_what_no_comparison_depends_on_is_folded(typed: str, normalised: str) -> None:
    assert normalise(typed) == normalised


@given(st.text(alphabet="0123456789, 　a將军,，。", max_size=20))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_an_answer_in_traditional_script_contains_a_gold_string_in_simplified() -> None:
    assert contains_any("於將軍澳市中心啟用 [1]", ["Tseung Kwan O", "将军澳市中心"])
    assert not contains_any("於灣仔啟用 [1]", ["Tseung Kwan O", "将军澳市中心"])


def test_markers_are_taken_out_and_other_brackets_stay() -> None:
    assert without_markers("a [1] b [12] c [note]") == "a  b  c [note]"
