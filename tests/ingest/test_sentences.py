"""Sentence ends and reading text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import clean, split_sentences

MIXED = st.text(st.sampled_from("我们在年月日。！？；，「」（）ABCdef .!?,;'()[]\n\t0129-*\\"), max_size=120)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们热爱香港。我们尽忠职守！", ["我们热爱香港。", "我们尽忠职守！"]),
        ("It rained. We stayed in.", ["It rained.", "We stayed in."]),
        ("部队科处理福利；学院负责培训。", ["部队科处理福利；学院负责培训。"]),
        ("「国安才能家安。」入境处守护香港。", ["「国安才能家安。」", "入境处守护香港。"]),
        ("本着「以人为本。」的精神服务市民。", ["本着「以人为本。」的精神服务市民。"]),
        ("'A new vision.' The building opened.", ["'A new vision.'", "The building opened."]),
        (
            "Mr. Lee paid HK\\$2.5 million, i.e. all of it. e-Channels",
            ["Mr. Lee paid HK\\$2.5 million, i.e. all of it.", "e-Channels"],
        ),
        ("Stations, dispensers, etc. caters for all.", ["Stations, dispensers, etc. caters for all."]),
        ("增加 1.96%。其后下降 0.5%。", ["增加 1.96%。", "其后下降 0.5%。"]),
        ("On\n\nfostering ties, it grew. 19 were added.", ["On\n\nfostering ties, it grew.", "19 were added."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(MIXED)
def test_sentences_are_in_order_trimmed_and_hold_every_word(text: str) -> None:
    spans = split_sentences(text, 0, len(text))
    end = 0
    for start, after in spans:
        assert end <= start < after
        assert not any(character.isalnum() for character in text[end:start])
        assert text[start:after] == text[start:after].strip()
        end = after
    assert not any(character.isalnum() for character in text[end:])


@pytest.mark.parametrize(
    ("verbatim", "reading"),
    [
        ("现有 756 条多功能 e- 道。", "现有 756 条多功能 e-道。"),
        ("over HK\\$24 billion", "over HK$24 billion"),
        ("共有 **4 172** 人", "共有 4 172 人"),
        ("分别位于罗湖、红磡^[备注]、落马洲", "分别位于罗湖、红磡、落马洲"),
        ("located at Hung Hom^[Remark], Lok Ma Chau", "located at Hung Hom, Lok Ma Chau"),
        ("有效管制\n快捷有礼", "有效管制快捷有礼"),
        ("Commander, Boundary\n(Rail)  Division", "Commander, Boundary (Rail) Division"),
        ("## See [the site](https://example.org/a)", "See the site"),
    ],
)
def test_reading_text_has_no_marks_of_typesetting(verbatim: str, reading: str) -> None:
    assert clean(verbatim) == reading


@given(st.text(st.sampled_from("我们年AB c12 \n\t。,-"), max_size=60))
def test_cleaning_keeps_every_letter_and_digit_and_is_stable(text: str) -> None:
    reading = clean(text)
    assert [c for c in reading if c.isalnum()] == [c for c in text if c.isalnum()]
    assert clean(reading) == reading
