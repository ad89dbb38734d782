"""Puts styled text on a terminal or a pipe: no control characters, Chinese and English wrapped by cells."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NEVER_FIRST = frozenset("、。，．！？：；·…‥—～％‰°℃,.!?:;%)]}>）］｝】〕〉》」』’”›")
_NEVER_LAST = frozenset("([{<（［｛【〔〈《「『‘“‹$＄￥£€#")


def printable(text: str) -> str:
    """`text` as a terminal may show it: a line end is `\\n`, a tab is a space, every other control is U+FFFD.

    Direction overrides and lone surrogates count as controls: those reorder a line, these cannot be encoded.
    """
    return _CONTROL.sub("\ufffd", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def one_line(text: str) -> str:
    """`text` fit for a terminal, on one line."""
    return " ".join(printable(text).split())


@dataclass(frozen=True, slots=True)
class Block:
    """Text that begins a line, `indent` cells in; its further lines start `hanging` cells in."""

    text: Text
    indent: int = 0
    hanging: int | None = None


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring characters."""
    if before == " ":
        return after != " "
    if after in _NEVER_FIRST or before in _NEVER_LAST or cell_len(after) == 0:
        return False
    return cell_len(before) == 2 or cell_len(after) == 2


def _break_offsets(text: str, first_width: int, width: int) -> Iterator[int]:
    """Offsets in `text`, which is one line, at which its further lines start."""
    start = candidate = cells = 0
    room = first_width
    for index, character in enumerate(text):
        if index > start and _may_break(text[index - 1], character):
            candidate = index
        cells += cell_len(character)
        while cells > room and character != " ":
            start = candidate if candidate > start else index
            yield start
            room, cells = width, cell_len(text[start : index + 1])


def wrap(block: Block, width: int | None) -> Text:
    """`block` with its indents, no line wider than `width` cells; without a width it keeps its own lines.

    A word wider than the line is cut. Chinese breaks between characters, but never before a closing mark
    or after an opening one, and never inside a number.
    """
    indent, hanging = block.indent, block.indent if block.hanging is None else block.hanging
    lines: list[Text] = []
    for line in block.text.split("\n", allow_blank=True):
        parts = [line]
        if width is not None:
            room = max(width - (hanging if lines else indent), 2)
            parts = list(line.divide(_break_offsets(line.plain, room, max(width - hanging, 2))))
        for part in parts:
            part.rstrip()
            lines.append(Text.assemble(" " * (hanging if lines else indent), part) if part.plain else part)
    return Text("\n").join(lines)


class Screen:
    """A terminal or a pipe. A terminal's text is wrapped to its width; a pipe gets lines as they are."""

    def __init__(self, file: TextIO | None = None, *, stderr: bool = False) -> None:
        # Under NO_COLOR rich would keep bold and reverse; plain text is what a person who sets it can rely on.
        self._console = Console(
            file=file,
            stderr=stderr,
            color_system=None if os.environ.get("NO_COLOR") else "auto",
            highlight=False,
            markup=False,
            emoji=False,
        )

    @property
    def has_colour(self) -> bool:
        """Whether styles reach the reader; without them a highlight needs marks of its own."""
        return self._console.color_system is not None

    def show(self, *blocks: Block) -> None:
        """Writes the blocks, each from the start of a line."""
        width = self._console.width if self._console.is_terminal else None
        for block in blocks:
            self._console.print(wrap(block, width), soft_wrap=True)

    def growing(self) -> Growing:
        """A text that is to be written bit by bit."""
        return Growing(self._console)

    def say(self, text: str, style: str = "") -> None:
        """Writes one message."""
        self.show(Block(Text(printable(text), style)))


class Growing:
    """A text that is written as it grows: what stands there is only ever added to."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = console.width if console.is_terminal else None
        self._given = self._shown = ""

    def show(self, text: Text) -> None:
        """Writes what a text has more than the one before; on a line of its own where it does not go on from there."""
        wrapped = wrap(Block(text), self._width)
        if not wrapped.plain.startswith(self._shown):
            goes_on = text.plain.startswith(self._given)
            rest = text[len(self._given) :] if goes_on else text
            wrapped = Text.assemble(self._shown, "\n", wrap(Block(Text.assemble(rest)), self._width))
        self._console.print(wrapped[len(self._shown) :], end="", soft_wrap=True)
        self._given, self._shown = text.plain, wrapped.plain

    def end(self) -> None:
        """Ends the line, if one was begun."""
        if self._shown:
            self._console.print()


def spaced(groups: Iterable[list[Block]]) -> list[Block]:
    """The groups one after the other, an empty line between two."""
    blocks: list[Block] = []
    for group in groups:
        blocks += [*([Block(Text())] if blocks else []), *group]
    return blocks
