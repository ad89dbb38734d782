"""Telegram's HTML, read as its server reads it: what is refused, and in which words.

The rules are those of the Bot API's page ("HTML style"); positions are byte offsets of the UTF-8 text.
"""

from __future__ import annotations

import re

from tests.telegram_api.errors import ApiError, Json, bad_request

TYPES = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")
_SPACES = re.compile(r"[ \t\r\n\v\0]*")
_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\v\0=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


def parse_html(text: str) -> tuple[str, list[Json]]:
    """The plain text and its entities, with offsets and lengths in UTF-16 units.

    Raises:
        ApiError: the markup is not Telegram's.
    """
    parser = _Parser(text)
    parser.run()
    return "".join(parser.plain), parser.entities


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._units = 0
        self._open: list[tuple[str, dict[str, str], int, int]] = []
        self.plain: list[str] = []
        self.entities: list[Json] = []

    def run(self) -> None:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == "<":
                self._end_tag() if self._text.startswith("</", self._at) else self._start_tag()
            else:
                self._add(self._reference() or self._step())
        if self._open:
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')

    def _add(self, character: str) -> None:
        self.plain.append(character)
        self._units += 2 if character > "\uffff" else 1

    def _step(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _reference(self) -> str | None:
        """The character that a reference at this place stands for; None for any other text, which stays as it is."""
        match = _REFERENCE.match(self._text, self._at)
        if not match:
            return None
        hexadecimal, decimal, name, _ = match.groups()
        if name is not None:
            character = _NAMED.get(name)
        else:
            digits = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
            short = len(match[0].rstrip(";")) < 10
            character = chr(digits) if 0 < digits < 0x10FFFF and short and not 0xD800 <= digits < 0xE000 else None
        if character is not None:
            self._at = match.end()
        return character

    def _read(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match
        self._at = match.end()
        return match[0]

    def _is_at(self, character: str) -> bool:
        return self._text.startswith(character, self._at)

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._read(_NAME).lower()
        if self._at == len(self._text):
            raise self._refusal("Unclosed start tag", begin)
        if tag not in TYPES:
            raise self._refusal(f'Unsupported start tag "{tag}"', begin)
        attributes: dict[str, str] = {}
        while True:
            self._read(_SPACES)
            if self._is_at(">"):
                break
            name, value = self._attribute(tag, begin)
            attributes[name] = value
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refusal('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append((tag, attributes, self._units, len(self.plain)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._read(_ATTRIBUTE)
        if not name and self._at < len(self._text):
            raise self._refusal(f'Empty attribute name in the tag "{tag}"', begin)
        self._read(_SPACES)
        if not self._is_at("="):
            if self._at == len(self._text):
                raise self._refusal(f'Unclosed start tag "{tag}"', begin)
            return name, ""
        self._at += 1
        self._read(_SPACES)
        value = self._value()
        if self._at == len(self._text):
            raise self._refusal("Unclosed start tag", begin)
        return name, value

    def _value(self) -> str:
        if not (self._is_at('"') or self._is_at("'")):
            begin = self._at
            token = self._read(_TOKEN).lower()
            if self._at < len(self._text) and self._text[self._at] not in " \t\r\n\v\0>":
                raise self._refusal("Unexpected end of name token", begin)
            return token
        end = self._step()
        characters = []
        while self._at < len(self._text) and not self._is_at(end):
            characters.append(self._reference() or self._step())
        self._at = min(self._at + 1, len(self._text))
        return "".join(characters)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._refusal("Unexpected end tag", begin)
        self._at += 2
        found = self._read(_NAME)
        self._read(_SPACES)
        if not self._is_at(">"):
            raise self._refusal("Unclosed end tag", begin)
        self._at += 1
        tag, attributes, offset, place = self._open.pop()
        if found and found.lower() != tag:
            raise self._refusal("Unmatched end tag", begin, f', expected "</{tag}>", found "</{found}>"')
        if self._units > offset:
            self._close(tag, attributes, offset, "".join(self.plain[place:]))

    def _close(self, tag: str, attributes: dict[str, str], offset: int, covered: str) -> None:
        entity: Json = {"type": TYPES[tag], "offset": offset, "length": self._units - offset}
        if tag == "a":
            entity["url"] = attributes.get("href") or covered
            if "." not in entity["url"].removeprefix("https://").removeprefix("http://").split("/")[0]:
                return  # what is no address is shown as plain text
        elif tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        self.entities.append(entity)

    def _refusal(self, what: str, place: int, more: str = "") -> ApiError:
        return _refusal(f"{what} at byte offset {len(self._text[:place].encode('utf-8', 'replace'))}{more}")


def _refusal(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")
