"""How characters sound: from the tables of two packages, without tones."""

from __future__ import annotations

import pytest

from bot.sounds import are_alike, cantonese, mandarin


@pytest.mark.parametrize(
    ("character", "pinyin", "jyutping"),
    [("签", "qian", "cim"), ("簽", "qian", "cim"), ("你", "ni", "lei"), ("我", "wo", "o"), ("国", "guo", "gok")],
)
def test_a_character_sounds_as_most_say_it(character: str, pinyin: str, jyutping: str) -> None:
    assert (mandarin(character), cantonese(character)) == (pinyin, jyutping)


@pytest.mark.parametrize("character", ["a", "7", "。"])
def test_what_has_no_sound_sounds_like_itself_alone(character: str) -> None:
    assert (mandarin(character), cantonese(character)) == (character, character)
    assert not are_alike(character, "签")


def test_it_is_enough_to_sound_the_same_in_one_language() -> None:
    assert are_alike("证", "正")
    assert are_alike("修", "收")  # both sau in Cantonese
    assert are_alike("晶", "京")
    assert not are_alike("厅", "处")
