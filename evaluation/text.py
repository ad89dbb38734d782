"""How answers and gold strings are compared: the normalisation of the gold contract."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vectorstore.tokens import fold

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,\s]+(?=\d)")
_MARKER = re.compile(r"\[\d+\]")


def normalise(text: str) -> str:
    """NFKC, lower case, Traditional to Simplified, no space or comma between digits, no white space."""
    return "".join(_BETWEEN_DIGITS.sub("", fold(text)).split())


def without_markers(text: str) -> str:
    """An answer without its citation markers `[1]`."""
    return _MARKER.sub("", text)


def contains_any(text: str, strings: Iterable[str]) -> bool:
    """Whether one of the strings is in the text, both normalised."""
    normalised = normalise(text)
    return any(normalise(string) in normalised for string in strings)
