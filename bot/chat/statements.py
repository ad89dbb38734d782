"""A model's reply as it streams in → the statements that are complete, each with the numbers of its passages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessageChunk
from langchain_core.utils.json import parse_partial_json

from bot.chat.faults import Fault

TOOL = "answer"
NONE = "NONE"
"""What a model writes where the passages do not answer."""

_MARKERS = re.compile(
    r"\s*((?:[\[［【]\s*(?:\^|passages?\s*|段落\s*)?\d+(?:\s*[,，、;\-–]\s*\d+)*\s*[\]］】]\s*)+)", re.I
)
_NUMBER = re.compile(r"\d+")
_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.)、]\s+(?=\S))")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.S | re.I)
_FENCE = re.compile(r"```[a-z]*")
_CLOSING = re.compile(r"[。．.!！?？;；,，]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A statement as the model wrote it. `numbers` are those of its passages, None where it gave none."""

    text: str
    numbers: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply so far: its complete statements; at its end also what it cost (None where the provider does not say).

    `declined` is true where the model says that the passages do not answer. `text` is all that it wrote.
    """

    statements: tuple[Written, ...]
    ended: bool = False
    declined: bool = False
    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


def replies(chunks: Iterator[BaseMessageChunk]) -> Iterator[Reply]:
    """The reply as it grows; the last step of the chain. Statements that are still being written are left out.

    Raises:
        Fault: `malformed`, `empty`, `cut` or `content_filter`.
    """
    whole: BaseMessageChunk | None = None
    seen = 0
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        found = _statements(whole, ended=False)
        if len(found) > seen:
            seen = len(found)
            yield Reply(tuple(found), text=_written(whole))
    if whole is None:
        raise Fault("empty")
    yield _ended(whole)


def _ended(whole: BaseMessageChunk) -> Reply:
    metadata: Mapping[str, Any] = whole.response_metadata
    reason = str(metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason") or "")
    if "filter" in reason or reason == "refusal":
        raise Fault("content_filter")
    if not reason:
        raise Fault("cut")
    found = _statements(whole, ended=reason not in ("length", "max_tokens"))
    text = _written(whole)
    if not text.strip():
        raise Fault("empty")
    declined = not found
    if declined and not _declines(whole):
        raise Fault("malformed", text[:80])
    usage = getattr(whole, "usage_metadata", None) or {}
    return Reply(tuple(found), True, declined, text, usage.get("input_tokens"), usage.get("output_tokens"))


def _arguments(message: BaseMessageChunk) -> str | None:
    """The arguments of the tool call as far as they came; None where the model writes text."""
    calls = message.tool_call_chunks if isinstance(message, AIMessageChunk) else []
    return "".join(call["args"] or "" for call in calls[:1]) if calls else None


def _text(message: BaseMessageChunk) -> str:
    return _FENCE.sub("", _THOUGHT.sub("", str(message.text)))


def _written(message: BaseMessageChunk) -> str:
    arguments = _arguments(message)
    return _text(message) if arguments is None else arguments


def _statements(message: BaseMessageChunk, *, ended: bool) -> list[Written]:
    written = _written(message)
    if _arguments(message) is None and not _is_json(written):
        found = parse_text(written)
        if not ended and found and not written.endswith("\n"):
            found.pop()
        return found
    return _listed(written, ended=ended)


def _listed(arguments: str, *, ended: bool) -> list[Written]:
    """The statements of a tool call's arguments, or of JSON that a model writes in their place."""
    try:
        value = json.loads(arguments) if ended else parse_partial_json(arguments)
    except ValueError as error:
        if ended:
            raise Fault("malformed", arguments[:80]) from error
        return []
    items = value.get("statements", []) if isinstance(value, dict) else value
    items = [items] if isinstance(items, str | dict) else items
    if not isinstance(items, list):
        if ended:
            raise Fault("malformed", arguments[:80])
        return []
    complete = items if ended else items[:-1]
    return [written for written in map(_item, complete) if written is not None and written.text]


def _item(item: object) -> Written | None:
    if isinstance(item, str):
        parsed = parse_text(item)
        return parsed[0] if parsed else None
    if not isinstance(item, dict):
        return None
    text, numbers = item.get("text"), item.get("passages")
    if not isinstance(text, str):
        return None
    bare = parse_text(text)
    given = _numbers(numbers)
    inside = tuple(n for written in bare for n in written.numbers or ())
    return Written(" ".join(written.text for written in bare), given if given is not None else inside or None)


def _numbers(value: object) -> tuple[int, ...] | None:
    if isinstance(value, int | str):
        value = [value]
    if not isinstance(value, list):
        return None
    found = [int(match.group()) for each in value if (match := _NUMBER.search(str(each)))]
    return tuple(dict.fromkeys(found)) or None


def parse_text(text: str) -> list[Written]:
    """The statements of marked text: `A statement. [1] Another [2, 3].`, in whatever brackets, line by line."""
    found: list[Written] = []
    for line in text.splitlines():
        line = _BULLET.sub("", line).strip()
        if line and not _says_none(line):
            found.extend(_of_line(line))
    return found


def _of_line(line: str) -> Iterator[Written]:
    start = 0
    for match in _MARKERS.finditer(line):
        closing = _CLOSING.match(line, match.end())
        text = (line[start : match.start()] + (closing.group() if closing else "")).strip()
        start = closing.end() if closing else match.end()
        if text:
            yield Written(text, tuple(dict.fromkeys(int(n) for n in _NUMBER.findall(match.group()))))
    rest = line[start:].strip()
    if rest:
        yield Written(rest, None)


def _says_none(text: str) -> bool:
    return text.strip(" .。`*\"'[]") == NONE


def _declines(message: BaseMessageChunk) -> bool:
    if _arguments(message) is not None:
        return True
    text = _text(message)
    return _is_json(text) or any(_says_none(line) for line in text.splitlines())


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "[{")) or text.strip() == "[]"
