"""Claims: whom a bound holds for, an increment against a level, what is still to come."""

from __future__ import annotations

import pytest

from bot.readers.claims import bound_fit, is_increment, is_to_come
from vectorstore.quantities import find_quantities
from vectorstore.tokens import fold


@pytest.mark.parametrize(
    ("question", "text", "fit"),
    [
        ("I was born in 1990, when does mine expire", "Holders born in 1985 or after", 1.0),
        ("I was born in 1980, when does mine expire", "Holders born in 1985 or after", -1.0),
        ("一九五零年出生的呢", "在一九六零年或之前出生的持有人", 1.0),
        ("一九七零年出生的呢", "在一九六零年或之前出生的持有人", -1.0),
        ("my son is aged 12", "residents aged 18 or above", -1.0),
        ("儿子十二岁可以用吗", "年满 11 岁或以上的居民", 1.0),
        ("how many in 1990", "It opened in 1985.", 0.0),
        ("12 counters", "residents aged 18 or above", 0.0),
    ],
)
def test_a_bound_holds_or_does_not(question: str, text: str, fit: float) -> None:
    asked = find_quantities(fold(question))
    assert bound_fit(asked, fold(question), fold(text)) == fit


@pytest.mark.parametrize(
    ("text", "increment"),
    [
        ("名单增加了 13 间院校", True),
        ("名单上共有 198 间院校", False),
        ("加装 19 条通道，合共增至 72 条", False),
        ("an increase of 40 places", True),
        ("with 40 additional places", True),
        ("a total of 900 places", False),
        ("no figure", False),
    ],
)
def test_an_increment_is_no_level(text: str, increment: bool) -> None:
    assert is_increment(fold(text), find_quantities(fold(text))) is increment


def test_what_is_to_come_is_told_from_what_is() -> None:
    assert is_to_come(fold("該處將會擴充"))
    assert is_to_come("the centre will be extended")
    assert not is_to_come(fold("位於將軍澳的大樓"))
    assert not is_to_come("the centre was extended")
