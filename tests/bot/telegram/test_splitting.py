"""Splitting: every message fits, sentences stay whole with their markers, nothing that is seen is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.splitting import MESSAGE_UNITS, head, split_answer, tail, units
from bot.display import answer_sentences

FAMILY, FLAG, WAVE = "👨‍👩‍👧‍👦", "🇭🇰", "👋🏽"
LANGUAGES = st.sampled_from(
    ["A word.", "今年共有 756 條。", " [1]", "[12]", "。", "\n", " ", "1.5", FAMILY, FLAG, WAVE, "é"]
)
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.lists(LANGUAGES).map("".join))


def seen(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(deadline=None)
@given(TEXTS)
def test_the_sentences_of_an_answer_joined_are_the_answer(text: str) -> None:
    assert "".join(answer_sentences(text)) == text


@settings(deadline=None)
@given(TEXTS, st.integers(8, 60))
def test_every_message_fits_and_nothing_that_is_seen_is_lost(text: str, limit: int) -> None:
    messages = split_answer(text, limit)
    assert all(0 < units(message) <= limit for message in messages)
    assert seen("".join(messages)) == seen(text)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 40))
def test_head_and_tail_fit_and_are_parts_of_the_text(text: str, limit: int) -> None:
    assert text.startswith(head(text, limit))
    assert text.endswith(tail(text, limit))
    assert max(units(head(text, limit)), units(tail(text, limit))) <= limit


@pytest.mark.parametrize("text", ["a", "é", "條", "😀", "𠮷", FAMILY])
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("sentences", "limit"),
    [
        (["There are 756 e-Channels. [1]", "They serve Mr. Chan. [2] [3]", "No more."], 30),
        (["共有 756 條 e-道。[1]", "可供居民使用。[2][3]", "「完。」[4]"], 17),
    ],
)
def test_a_cut_falls_between_sentences_and_a_sentence_keeps_its_markers(sentences: list[str], limit: int) -> None:
    space = " " if sentences[0].isascii() else ""
    assert split_answer(space.join(sentences), limit) == sentences


def test_sentences_share_a_message_while_there_is_room() -> None:
    assert split_answer("One. [1] Two. [2] Three. [3]", 17) == ["One. [1] Two. [2]", "Three. [3]"]


@pytest.mark.parametrize(
    ("sentence", "limit", "messages"),
    [
        ("甲乙丙丁戊，己庚辛壬癸。[1]", 10, ["甲乙丙丁戊，", "己庚辛壬癸。[1]"]),
        ("Alpha beta gamma delta [1]", 16, ["Alpha beta", "gamma delta [1]"]),
        ("甲乙丙丁戊己[12]", 9, ["甲乙丙丁戊", "己[12]"]),
        (f"{FAMILY}{FAMILY}", 12, [FAMILY, FAMILY]),
        (f"{FLAG}{FLAG}{FLAG}", 10, [FLAG + FLAG, FLAG]),
        (f"{WAVE}{WAVE}", 6, [WAVE, WAVE]),
        ("e\u0301e\u0301e\u0301", 3, ["e\u0301", "e\u0301", "e\u0301"]),
        ("𠮷𠮷𠮷", 3, ["𠮷", "𠮷", "𠮷"]),
    ],
)
def test_a_sentence_longer_than_a_message_is_cut_where_it_hurts_least(
    sentence: str, limit: int, messages: list[str]
) -> None:
    assert split_answer(sentence, limit) == messages


def test_a_pile_of_marks_is_cut_all_the_same() -> None:
    pile = "e" + "\u0301" * 9000
    messages = split_answer(pile)
    assert [units(message) <= MESSAGE_UNITS for message in messages] == [True] * 3
    assert "".join(messages) == pile
