"""Examples → the arrays that the network takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.readers.tokenizer import Tokenizer, Tokens, pack
from bot.readers.wordtable import WordTable
from training.sampling import Example
from training.windows import Window


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows 0 to n-1 answer, rows n to 2n-1 are their negatives. `readable` is 1 on the windows' own tokens."""

    words: NDArray[np.float32]
    mask: NDArray[np.float32]
    readable: NDArray[np.float32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


class Batcher:
    """Tokenises, cuts to the budget and pads."""

    def __init__(self, tokenizer: Tokenizer, table: WordTable, question_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._table = table
        self._question_tokens = question_tokens

    def batch(self, examples: Sequence[Example], budget: int) -> Batch:
        """The arrays of a step; an answer that the budget cuts off leaves its window without one."""
        rows = [self._row(example.question, example.window, budget) for example in examples]
        rows += [self._row(example.negative_question, example.negative, budget) for example in examples]
        length = max(len(ids) for ids, _, _ in rows)
        ids = np.full((len(rows), length), self._tokenizer.pad, np.int64)
        mask = np.zeros((len(rows), length), np.float32)
        readable = np.zeros((len(rows), length), np.float32)
        for number, (row, first, _) in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
            readable[number, first : len(row) - 1] = 1
        words = self._table.vectors(ids.ravel()).reshape(len(rows), length, -1)
        labels = np.array([answer for _, _, answer in rows], np.int64)
        return Batch(words, mask, readable, labels[:, 0], labels[:, 1])

    def _row(self, question: str, window: Window, budget: int) -> tuple[list[int], int, tuple[int, int]]:
        asked = self._tokenizer.encode(question).part(0, self._question_tokens)
        read = self._tokenizer.encode(window.text)
        first, last = _answer_tokens(read, window.answer) if window.answer else (-1, -1)
        cut = max(0, min(first - budget // 3, len(read) - budget)) if last >= budget else 0
        ids, offset = pack(self._tokenizer, asked, read.part(cut, cut + budget))
        first, last = first - cut, min(last - cut, budget - 1)
        return ids, offset, (offset + first, offset + last) if first >= 0 else (0, 0)


def _answer_tokens(tokens: Tokens, answer: tuple[int, int]) -> tuple[int, int]:
    inside = [
        number
        for number, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True))
        if start < answer[1] and end > answer[0]
    ]
    return (inside[0], inside[-1]) if inside else (-1, -1)
