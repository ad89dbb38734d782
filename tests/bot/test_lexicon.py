"""The tables of everyday and official words: whole, and put into a question only where a text has them."""

from __future__ import annotations

import pytest

from bot.lexicon import cantonese, is_said, synonyms
from vectorstore.tokens import convert_script, fold


def test_official_words_stand_in_for_everyday_ones_that_the_text_does_not_have() -> None:
    text = fold("The refurbishment of the pier cost $3 million. 碼頭翻新工程耗資三百萬元。")
    assert synonyms().put_as("how much was the revamp", text) == "how much was the refurbishment"
    assert synonyms().put_as("How much was the REVAMP", text) == "How much was the refurbishment"
    assert synonyms().put_as("码头装修", text) == "码头翻新"


def test_a_question_keeps_the_words_that_the_text_has_or_has_no_other_for() -> None:
    assert synonyms().put_as("when was the revamp", fold("The revamp began; a refurbishment.")) == "when was the revamp"
    assert synonyms().put_as("when was the revamp", fold("Nothing of the kind.")) == "when was the revamp"
    assert synonyms().put_as("a revamped pier", fold("A refurbishment.")) == "a revamped pier"


def test_letters_that_only_look_like_others_do_no_harm() -> None:
    assert synonyms().put_as("a bo\u017fs", fold("A director.")) == "a director"


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [("art", "a part", False), ("art", "arts.", True), ("art", "artist", False), ("翻", "翻新", True)],
)
def test_a_latin_word_is_said_as_a_whole(word: str, text: str, said: bool) -> None:
    assert is_said(word, text) == said


def test_the_entries_are_folded_and_say_something_else() -> None:
    for word, others in synonyms().words.items():
        assert word not in others
        assert others
        for text in (word, *others):
            assert text == convert_script(fold(text), "t2s").strip(), text


def test_cantonese_words_become_written_ones_inside_a_question() -> None:
    assert cantonese().to_written("裝修使咗幾錢") == "裝修花了多少钱"
    assert cantonese().to_written("邊個話事呀") == "谁主管呀"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("批左幾多宗", "批准了多少宗"),
        ("有d咩野文件要帶", "有些什么文件要帶"),
        ("邊D人可以用", "哪些人可以用"),
        ("果個計劃幾時開始", "那个計劃什么时候開始"),
        ("如果個人想申請幾時交表", "如果個人想申請什么时候交表"),
        ("吾該，表格邊到攞", "不该，表格哪里領取"),
    ],
)
def test_cantonese_is_read_however_its_characters_are_typed(typed: str, written: str) -> None:
    assert fold(cantonese().to_written(typed)) == fold(written)
