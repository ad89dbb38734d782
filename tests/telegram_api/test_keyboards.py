"""The server refuses the keyboards that Telegram refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_api.errors import ApiError
from tests.telegram_api.keyboards import inline_keyboard


def button(**fields: Any) -> dict[str, Any]:
    """A keyboard's markup with one button."""
    return {"inline_keyboard": [[{"text": "press", **fields}]]}


@pytest.mark.parametrize(
    "markup",
    [
        button(callback_data="x" * 64),
        button(callback_data="字" * 21),
        button(url="https://www.immd.gov.hk/hks/"),
        button(url="t.me/somebody"),
        button(url="http://127.0.0.1:8080/"),
        button(switch_inline_query=""),
        {"inline_keyboard": [[{"text": "press", "callback_data": "x"}] * 8] * 12},
    ],
)
def test_a_keyboard_that_telegram_takes(markup: dict[str, Any]) -> None:
    assert inline_keyboard(markup) == markup["inline_keyboard"]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (button(callback_data="字" * 22), "BUTTON_DATA_INVALID"),
        (button(url="http://localhost:8080/"), "'http://localhost:8080/' is invalid: Wrong HTTP URL"),
        (button(url="ftp://a.hk"), "Unsupported URL protocol"),
        (button(), "Text buttons are unallowed in the inline keyboard"),
        (button(text=" ", callback_data="x"), "BUTTON_TEXT_INVALID"),
        ({"inline_keyboard": [[{"text": "press", "callback_data": "x"}] * 9]}, "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": [[{"text": "press", "callback_data": "x"}]] * 101}, "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": [{"text": "press", "callback_data": "x"}]}, "must be an Array of Arrays"),
    ],
)
def test_a_keyboard_that_telegram_refuses(markup: dict[str, Any], words: str) -> None:
    with pytest.raises(ApiError, match=r"^Bad Request: ") as caught:
        inline_keyboard(markup)
    assert words in caught.value.description


def test_another_kind_of_markup_is_no_inline_keyboard() -> None:
    assert inline_keyboard({"remove_keyboard": True}) is None
    assert inline_keyboard({"inline_keyboard": []}) is None
