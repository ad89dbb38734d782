"""A text as Telegram stores it: plain, with entities, or refused in Telegram's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.html import parse_html

TEXT_LIMIT = 4096
"""The longest text in UTF-16 units, after the entities were parsed."""
ENTITY_LIMIT = 100
"""Telegram drops entities beyond these."""

_INVISIBLE = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u2064\u3164\ufeff]*")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity of this offset and length covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A plain text and its entities, by offset and the longer first."""

    text: str
    entities: list[Json] = field(default_factory=list)


def formatted(text: str, parse_mode: str, entities: list[Json] | None = None) -> FormattedText:
    """The text as Telegram stores it.

    Raises:
        ApiError: it cannot be parsed, shows nothing, or is too long.
    """
    if not text:
        raise bad_request("message text is empty")
    stored = _stored(*_parsed(text, parse_mode, entities))
    if _INVISIBLE.fullmatch(stored.text):
        raise bad_request("text must be non-empty")
    if utf16_length(stored.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return stored


def _parsed(text: str, parse_mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(text)
    if mode in ("markdown", "markdownv2"):
        raise bad_request("the tests' server parses HTML only")
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    return text, entities or []


def _stored(text: str, entities: list[Json]) -> FormattedText:
    """Without control characters, and without white space at the ends; entities moved and cut to match."""
    text = _CONTROL.sub(" ", text).rstrip()
    kept = text.lstrip()
    lead, whole = utf16_length(text) - utf16_length(kept), utf16_length(kept)
    moved = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, whole)
        if end > begin:
            moved.append({**entity, "offset": begin, "length": end - begin})
    moved.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return FormattedText(kept, moved[:ENTITY_LIMIT])
