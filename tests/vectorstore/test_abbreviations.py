"""Abbreviations that a report never uses are spelled out by its words."""

from __future__ import annotations

import pytest

from vectorstore.abbreviations import Abbreviations

TEXTS = ("优秀人才入境计划吸引人才。", "系统不能滥用，展品是借来的。")


@pytest.mark.parametrize(
    ("question", "found"),
    [("优才今年批了多少", {"优才": ["优秀人才"]}), ("付费能用支付宝吗", {}), ("渔船模型展是哪天结束的", {})],
)
def test_no_abbreviation_begins_or_ends_with_a_function_word(question: str, found: dict[str, list[str]]) -> None:
    assert Abbreviations(TEXTS, {"能", "用", "是", "的"}).spell_out(question) == found


def test_what_the_reports_say_themselves_abbreviates_nothing() -> None:
    assert Abbreviations(("优才即优秀人才。",)).spell_out("优才批了多少") == {}
