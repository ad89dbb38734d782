"""Tokens: what should match matches, in both scripts and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.tokens import convert_script, fold, stem, tokenise, weighted_tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("入境事務處", "入境事务处"),
        ("ＩＡＮＧ計劃", "IANG计划"),
        ("二零二四年六月十一日", "11 June 2024"),
        ("1.5 亿", "150 million"),
        ("4 172", "4,172"),
        ("三成", "30 per cent"),
        ("e- 道", "e-道"),
        ("Applications", "application"),
    ],
)
def test_two_ways_to_write_a_thing_share_their_tokens(one: str, other: str) -> None:
    assert set(tokenise(one)) & set(tokenise(other)) == set(tokenise(one))


def test_a_chinese_word_gives_itself_and_its_characters() -> None:
    assert tokenise("护照") == ["护照", "护", "照"]


def test_whole_words_weigh_more_than_their_parts_and_stop_words_nothing() -> None:
    weights = weighted_tokens("多少护照", frozenset({"多少"}))
    assert weights["护照"] == 1.0 > weights["护"] > 0
    assert not {"多少", "多", "少"} & weights.keys()


def test_hyphenated_words_are_found_whole_and_in_parts() -> None:
    assert {"e-channels", "channel"} <= set(tokenise("e-Channels"))


def test_stems_join_inflections() -> None:
    assert stem("marriages") == stem("marriage")


@given(st.text(max_size=300))
def test_any_text_gives_tokens_without_white_space(text: str) -> None:
    assert all(token and not any(c.isspace() for c in token) for token in tokenise(text))


@given(st.text(alphabet="入境處務護照簽證二維碼ABCabc１２", max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("typed", "folded"), [("衞生", "卫生"), ("衛生", "卫生"), ("櫃枱", "柜台"), ("櫃檯", "柜台")])
def test_hong_kong_forms_of_a_character_are_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_a_nul_ends_no_text() -> None:
    assert convert_script("\0處長\0主任", "hk2s") == "\0处长\0主任"
