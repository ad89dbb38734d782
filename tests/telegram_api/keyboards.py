"""Inline keyboards, checked as Telegram checks them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.telegram_api.errors import Json, bad_request

Keyboard = list[list[Json]]

BUTTONS_LIMIT = 100
ROW_LIMIT = 8
"""Telegram's clients squeeze longer rows until nobody can read them; the server of the tests refuses them."""
DATA_LIMIT = 64
"""The longest callback data in bytes."""
_ACTIONS = ("callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text", "pay")
_HOST = re.compile(r"[^\s<>\"]+\.[^\s<>\"]+|\[[0-9a-fA-F:]+\]")


def inline_keyboard(markup: object) -> Keyboard | None:
    """The rows of a `reply_markup`; None where it has none or is another kind of markup.

    Raises:
        ApiError: Telegram would refuse it.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in keyboard) > BUTTONS_LIMIT or any(len(row) > ROW_LIMIT for row in keyboard):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return keyboard or None


def _button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if sum(action in button for action in _ACTIONS) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 0 < len(str(button["callback_data"]).encode()) <= DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))
    return button


def _check_url(url: str) -> None:
    """Telegram takes http, https and tg, and no host without a dot, so no localhost."""
    parts = urlsplit(url if "://" in url or url.startswith("tg:") else f"http://{url}")
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if not _HOST.fullmatch(parts.netloc.rpartition("@")[2]):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
