"""Slips of the finger: one in a word, the same each time, none in a question without a word that is long enough."""

from __future__ import annotations

from dataclasses import replace

from evaluation.gold import GOLD_QUESTIONS, load_gold
from evaluation.mistyped import mistyped


def test_one_word_of_a_question_has_one_slip() -> None:
    english = [q for q in load_gold(GOLD_QUESTIONS, "dev") if q.register == "en"]
    slipped = [(q, slip) for q in english if (slip := mistyped(q))]
    assert len(slipped) > 60
    for question, slip in slipped:
        before, after = question.question.split(" "), slip.question.split(" ")
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
        assert abs(len(slip.question) - len(question.question)) <= 1
        assert mistyped(question) == slip
        assert replace(slip, question=question.question) == question


def test_one_character_of_a_chinese_question_sounds_the_same() -> None:
    chinese = [q for q in load_gold(GOLD_QUESTIONS, "dev") if q.register in ("zh-Hans", "zh-Hant", "yue")]
    slipped = [(q, slip) for q in chinese if (slip := mistyped(q))]
    assert len(slipped) > 150
    for question, slip in slipped:
        changed = [(a, b) for a, b in zip(question.question, slip.question, strict=True) if a != b]
        assert len(changed) == 1
        assert mistyped(question) == slip


def test_a_question_of_short_words_stays() -> None:
    question = next(q for q in load_gold(GOLD_QUESTIONS, "dev") if q.register == "en")
    assert mistyped(replace(question, question="how many e-doors now")) is None
