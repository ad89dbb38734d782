"""Answers a file of questions: one JSON object a line in, one a line out, in order."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from pydantic import TypeAdapter, ValidationError

from bot.answer import Turn
from bot.jsonl import to_json
from bot.pool import in_order
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from prompts import LanguageChoice

_HISTORY: TypeAdapter[list[Turn]] = TypeAdapter(list[Turn])


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many lines were answered (refusals count) and how many could not be."""

    answered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a questions file that is not blank; the file's first line is number 1."""

    number: int
    content: bytes


class _LineError(Exception):
    """Why a line cannot be answered, in words for its writer."""


def read_lines(path: Path) -> list[Line]:
    """The lines of a questions file, blank ones left out.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a file of JSON lines.") from error
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)
    return [Line(number, content) for number, content in lines if content.strip()]


def answer_lines(
    assistant: Assistant,
    lines: list[Line],
    out: BinaryIO,
    language: LanguageChoice = "auto",
    threads: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BatchReport:
    """Writes an Answer with its line's `id` for each line, or `{"id", "error"}` where it cannot be answered.

    `threads` lines are worked on at a time. `progress` is told how many of how many lines are done.
    """
    failed = 0
    with closing(in_order(partial(_record, assistant, language), lines, threads)) as records:
        for done, record in enumerate(records, 1):
            failed += "error" in record
            out.write(to_json(record))
            progress(done, len(lines))
    return BatchReport(answered=len(lines) - failed, failed=failed)


def _record(assistant: Assistant, language: LanguageChoice, line: Line) -> dict[str, Any]:
    identity: Any = None
    try:
        fields = _fields(line.content)
        identity = _identity(fields)
        question, history = _question(fields), _history(fields)
        answer = assistant.ask(question, history, language=language)
        return {"id": identity, **answer.model_dump()}
    except _LineError as error:
        return {"id": identity, "error": f"Line {line.number}: {error}"}
    except Exception as error:  # one question must not cost the others their answers
        reason = str(error) or type(error).__name__
        return {"id": identity, "error": f"Line {line.number}: cannot be answered: {reason}"}


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _fields(content: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(content.decode("utf-8"), parse_constant=_reject)
    except (ValueError, RecursionError) as error:
        raise _LineError(f"not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise _LineError("not a JSON object")
    return fields


def _identity(fields: dict[str, Any]) -> Any:
    """The line's `id`, which may be any JSON value, and so one that can be written back."""
    try:
        to_json(fields.get("id"))
    except (ValueError, RecursionError) as error:
        raise _LineError("the id is a number or a nesting too large to write back") from error
    return fields.get("id")


def _question(fields: dict[str, Any]) -> str:
    question = fields.get("question")
    if not isinstance(question, str):
        raise _LineError("no question" if question is None else "the question is not a string")
    return question


def _history(fields: dict[str, Any]) -> list[Turn]:
    try:
        return _HISTORY.validate_python(fields.get("history") or [])
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise _LineError(f"unusable history ({place or 'history'}: {error.errors()[0]['msg']})") from error


@contextmanager
def written_at_once(path: Path) -> Iterator[BinaryIO]:
    """A file that replaces `path` when the block ends well; until then, and if it fails, `path` is as it was.

    Raises:
        InputError: `path` cannot be written.
    """
    device = path.exists() and not path.is_file() and not path.is_dir()
    target = path if device else path.resolve()
    beside = target if device else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        file = beside.open("wb")
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}. Name another file with --out.") from error
    try:
        with file:
            yield file
        if not device:
            beside.replace(target)
    except BaseException:
        if not device:
            beside.unlink(missing_ok=True)
        raise
