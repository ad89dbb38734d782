"""The server refuses the texts that Telegram refuses, in its words, and reads the others as Telegram does."""

from __future__ import annotations

import pytest

from tests.telegram_api.errors import ApiError
from tests.telegram_api.formatting import formatted, utf16_length, utf16_slice


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "message text is empty"),
        (" \n\u200b", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("𠮷" * 2049, "message is too long"),
        ("<b>x", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("ü<foo>x</foo>", 'can\'t parse entities: Unsupported start tag "foo" at byte offset 2'),
        ("1 < 2", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        ("a <", "can't parse entities: Unclosed start tag at byte offset 2"),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        ("<b>x</b", "can't parse entities: Unclosed end tag at byte offset 4"),
        (
            "<b><i>x</b></i>",
            'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>x</span>", 'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=\"x.hk>y</a>", "can't parse entities: Unclosed start tag at byte offset 0"),
        ("<a href=x/y>y</a>", "can't parse entities: Unexpected end of name token at byte offset 8"),
    ],
)  # fmt: skip
def test_a_text_that_telegram_refuses(text: str, description: str) -> None:
    with pytest.raises(ApiError) as caught:
        formatted(text, "HTML")
    assert (caught.value.code, caught.value.description) == (400, f"Bad Request: {description}")


def test_the_limit_counts_what_is_left_after_the_tags() -> None:
    assert utf16_length(formatted("<b>" + "𠮷" * 2048 + "</b>", "HTML").text) == 4096


def test_entities_are_counted_in_utf_16_units() -> None:
    stored = formatted('  😀<b>粗<i>both</i></b> <a href="https://a.hk/?a=1&amp;b=2">link</a>', "html")
    assert stored.text == "😀粗both link"
    assert stored.entities == [
        {"type": "bold", "offset": 2, "length": 5},
        {"type": "italic", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://a.hk/?a=1&b=2"},
    ]
    assert utf16_slice(stored.text, 2, 5) == "粗both"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "'),
        ("&#128512;&#x1F600;&lt3", "😀😀<3"),
        ("&nbsp; &copy; & && &#0; &#xFFFFFFFFF;", "&nbsp; &copy; & && &#0; &#xFFFFFFFFF;"),
        ("a\x00b\tc\rd\ne", "a b c d\ne"),
        ("<B>x</B><strong>y</strong>", "xy"),
        ("<pre><code class='language-c'>x</></>", "x"),
        ("<blockquote expandable>x</blockquote>", "x"),
    ],
)
def test_a_text_as_telegram_shows_it(written: str, shown: str) -> None:
    assert formatted(written, "HTML").text == shown


def test_without_a_parse_mode_nothing_is_markup() -> None:
    assert formatted("<b>&amp;_*[", "").text == "<b>&amp;_*["
