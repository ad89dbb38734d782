"""The tables of everyday and official words: whole, and put into a question only where a text has them."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from bot.lexicon import Words, cantonese, is_said, synonyms
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


def test_a_latin_word_is_no_part_of_another_one() -> None:
    assert "app" not in synonyms().of(fold("how to apply, maintain and obtain it"))
    assert set(synonyms().of(fold("用app申請"))) == {"app"}


def test_letters_that_only_look_like_others_do_no_harm() -> None:
    assert synonyms().put_as("a bo\u017fs", fold("A director.")) == "a director"


def test_of_words_that_begin_at_one_place_the_longest_is_found_and_none_inside_it() -> None:
    words = Words(["app", "app store", "商店", "商", "店"])
    text = "App Store商店 apps app"
    assert [text[start:end] for start, end in words.places(text)] == ["App Store", "商店", "app"]
    assert list(words.places("")) == []


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
            assert text == convert_script(fold(text), "hk2s").strip(), text


def test_cantonese_words_become_written_ones_inside_a_question() -> None:
    assert cantonese().to_written("裝修使咗幾錢") == "裝修花了多少钱"
    assert cantonese().to_written("邊個話事呀") == "谁主管呀"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("批左幾多宗", "批准了多少宗"),
        ("有d咩野文件要帶", "有些什么文件要帶"),
        ("邊d人可以用", "哪些人可以用"),
        ("吾該，表格去邊到攞", "不该，表格去哪里領取"),
        ("去左邊度攞表", "去了哪里領取表格"),
        # and what only looks like it
        ("有dependant visa 嗎", "有dependant visa 嗎"),
        ("搬左右面嗰座未", "搬左右面那座未"),
        ("大概多少左右，係咪", "大概多少左右，是不是"),
        ("呢個政策影響邊啲人", "这个政策影響哪些人"),
        ("大家下年可唔可以去", "大家下年可不可以去"),
        ("而家邊個做主席", "現在谁做主席"),
        ("俾啲費用得唔得", "給些費用可不可以"),
    ],
)
def test_cantonese_is_read_in_other_characters_too(typed: str, written: str) -> None:
    assert fold(cantonese().to_written(typed)) == fold(written)


def test_everyday_words_are_folded_and_stand_once() -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        words = [word for word, _ in pairs]
        assert sorted(words) == sorted(set(words))
        return dict(pairs)

    table = json.loads((files("bot.lexicon") / "synonyms.json").read_text(encoding="utf-8"), object_pairs_hook=once)
    assert [word for words in table.values() for word in words if fold(word) != word] == []
