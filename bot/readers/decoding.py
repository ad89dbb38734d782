"""Logits of the reading model → spans of the text that was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.readers.tokenizer import Tokens

LONGEST_SPAN = 40
"""Tokens that an answer may have."""


@dataclass(frozen=True, slots=True)
class SpanScore:
    """A span of a window, `start` to `end` (exclusive) in code points of its text.

    `score` is the sum of its start and end logits; it is to be compared with the window's `null`.
    """

    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What the model makes of a window. `best.score - null` says how surely the window answers the question."""

    null: float
    best: SpanScore
    spans: tuple[SpanScore, ...]
    _text: str = field(repr=False)
    _tokens: Tokens = field(repr=False)
    _logits: NDArray[np.float32] = field(repr=False)

    def best_in(self, sentences: Sequence[tuple[int, int]]) -> list[SpanScore | None]:
        """The best span inside each sentence (code points of the window, end exclusive); None where it has no token."""
        ends = np.asarray(self._tokens.ends)
        readings: list[SpanScore | None] = []
        for start, end in sentences:
            # A token belongs to the sentence of its last character: English tokens begin with the space before.
            first, last = np.searchsorted(ends, [start + 1, end + 1])
            readings.append(_best(self._text, self._tokens, self._logits, int(first), int(last)))
        return readings


def read_window(text: str, tokens: Tokens, null: float, logits: NDArray[np.float32], count: int) -> WindowReading:
    """The reading of a window from its tokens' logits (2 × tokens: start, end), with its `count` best spans apart."""
    blank = [text[a:b].isspace() or a >= b for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    logits = np.where(np.array(blank, bool), np.float32(-np.inf), logits)  # no answer begins or ends with one
    best = _best(text, tokens, logits, 0, len(tokens)) or SpanScore(-1e4, 0, 0)
    return WindowReading(null, best, _best_apart(text, tokens, logits, count), text, tokens, logits)


def _sums(logits: NDArray[np.float32], first: int, last: int) -> NDArray[np.float32]:
    """The scores of the spans that begin at a row's token and go on for a column's tokens after it."""
    size = last - first
    padded = np.full(size + LONGEST_SPAN - 1, -np.inf, np.float32)
    padded[:size] = logits[1, first:last]
    following = np.lib.stride_tricks.sliding_window_view(padded, LONGEST_SPAN)
    sums: NDArray[np.float32] = logits[0, first:last, None] + following
    return sums


def _best(text: str, tokens: Tokens, logits: NDArray[np.float32], first: int, last: int) -> SpanScore | None:
    if first >= last:
        return None
    sums = _sums(logits, first, last)
    row, column = divmod(int(sums.argmax()), LONGEST_SPAN)
    if not np.isfinite(sums[row, column]):
        return None
    return _span(text, tokens, first + row, first + row + column, float(sums[row, column]))


def _best_apart(text: str, tokens: Tokens, logits: NDArray[np.float32], count: int) -> tuple[SpanScore, ...]:
    if not tokens:
        return ()
    sums = _sums(logits, 0, len(tokens))
    found: list[SpanScore] = []
    while len(found) < count and np.isfinite(highest := float(sums.max())):
        row, column = divmod(int(sums.argmax()), LONGEST_SPAN)
        found.append(_span(text, tokens, row, row + column, highest))
        for start in range(max(0, row - LONGEST_SPAN + 1), row):
            sums[start, row - start :] = -np.inf
        sums[row : row + column + 1] = -np.inf
    return tuple(found)


def _span(text: str, tokens: Tokens, first: int, last: int, score: float) -> SpanScore:
    start, end = tokens.starts[first], tokens.ends[last]
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return SpanScore(score, start, max(start, end - (len(inside) - len(inside.rstrip()))))
