"""Methods that answer presses on buttons and inline queries."""

from __future__ import annotations

from typing import Any

from tests.telegram_api.chats import Query
from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.formatting import formatted, utf16_length
from tests.telegram_api.keyboards import inline_keyboard
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.state import State

RESULTS_LIMIT = 50
_TEXTLESS = frozenset({"sticker", "photo", "gif", "mpeg4_gif", "video", "audio", "voice", "document", "location"})


def answer_callback_query(state: State, parameters: Parameters) -> bool:
    """answerCallbackQuery."""
    query = _query(state, parameters.text("callback_query_id"))
    if utf16_length(parameters.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if parameters.integer("cache_time") < 0:
        raise bad_request("cache_time must be non-negative")
    query.answer = {"text": parameters.text("text"), "show_alert": parameters.boolean("show_alert")}
    query.answered = True
    return True


def answer_inline_query(state: State, parameters: Parameters) -> bool:
    """answerInlineQuery."""
    results: Any = parameters.structure("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(results) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(parameters.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 0 < len(id.encode()) <= 64 for id in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = _query(state, parameters.text("inline_query_id"))
    shown = [_result(result) for result in results]
    query.answer = {
        "results": shown,
        "cache_time": parameters.integer("cache_time", 300),
        "is_personal": parameters.boolean("is_personal"),
        "button": parameters.structure("button"),
    }
    query.answered = True
    return True


def _query(state: State, id: str) -> Query:
    query = state.queries.get(id)
    if query is None or query.too_old:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return query


def _result(result: Json) -> Json:
    """A result with the text that it would send, checked."""
    if result.get("type") in _TEXTLESS:
        return result
    if result.get("type") != "article":
        raise bad_request(f"can't parse inline query result: unallowed type {result.get('type')!r}")
    if not str(result.get("title", "")).strip():
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse inline query result: Can't find field \"input_message_content\"")
    text = formatted(content["message_text"], content.get("parse_mode", ""), content.get("entities"))
    keyboard = inline_keyboard(result.get("reply_markup"))
    return {**result, "text": text.text, "entities": text.entities, "keyboard": keyboard}
