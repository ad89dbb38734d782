"""Examples → the arrays that the network takes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.readers.spans import CHUNK
from bot.readers.tokenizer import Tokenizer, Tokens, pack
from training.sampling import Example, Sampler
from training.settings import Settings
from training.sources import cut_sentences
from training.windows import Window


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows 0 to n-1 answer, rows n to 2n-1 are their negatives.

    `ids` are piece numbers, `mask` is true on tokens, `readable` on the windows' own, `sentences` on those of the
    answer's sentence.
    """

    ids: NDArray[np.int64]
    mask: NDArray[np.bool_]
    readable: NDArray[np.bool_]
    sentences: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """Piece numbers, the place of the window's first, the answer (inclusive) and its sentence (end exclusive)."""

    ids: list[int]
    first: int
    answer: tuple[int, int]
    sentence: tuple[int, int]


class Batcher:
    """Tokenises, cuts to the budget and pads."""

    def __init__(self, tokenizer: Tokenizer, question_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._encode = lru_cache(maxsize=4096)(tokenizer.encode)  # passages come back with one question after another
        self._question_tokens = question_tokens

    def batch(self, examples: Sequence[Example], budget: int = CHUNK) -> Batch:
        """The arrays of a step; an answer that the budget cuts off leaves its window without one."""
        rows = [self.row(example.question, example.window, budget) for example in examples]
        rows += [self.row(example.negative_question, example.negative, budget) for example in examples]
        length = max(len(row.ids) for row in rows)
        ids = np.full((len(rows), length), self._tokenizer.pad, np.int64)
        mask, readable, sentences = (np.zeros((len(rows), length), np.bool_) for _ in range(3))
        for number, row in enumerate(rows):
            ids[number, : len(row.ids)] = row.ids
            mask[number, : len(row.ids)] = 1
            readable[number, row.first : len(row.ids) - 1] = 1
            sentences[number, slice(*row.sentence)] = 1
        labels = np.array([row.answer for row in rows], np.int64)
        return Batch(ids, mask, readable, sentences, labels[:, 0], labels[:, 1])

    def row(self, question: str, window: Window, budget: int = CHUNK) -> Row:
        """One window, cut to the budget; an answer that the budget cuts off leaves it without one."""
        asked = self._encode(question).part(0, self._question_tokens)
        read = self._encode(window.text)
        first, last = _answer_tokens(read, window.answer) if window.answer else (-1, -1)
        cut = max(0, min(first - budget // 3, len(read) - budget)) if last >= budget else 0
        ids, offset = pack(self._tokenizer, asked, read.part(cut, cut + budget))
        first, last = first - cut, min(last - cut, budget - 1)
        if window.answer is None or first < 0:
            return Row(ids, offset, (0, 0), (0, 0))
        begin, end = _answer_tokens(read, _sentence(window.text, window.answer))
        sentence = offset + max(0, begin - cut), offset + min(end - cut + 1, budget, len(read) - cut)
        return Row(ids, offset, (offset + first, offset + last), sentence)


class Steps:
    """The batches of every step, one a thread of the run: what a `torch.utils.data.DataLoader` draws from."""

    def __init__(self, sampler: Sampler, batcher: Batcher, settings: Settings) -> None:
        self._sampler = sampler
        self._batcher = batcher
        self.parts = settings.threads

    def __len__(self) -> int:
        return sys.maxsize

    def __getitem__(self, step: int) -> list[Batch]:
        examples = self._sampler.step(step)
        shares = [examples[number :: self.parts] for number in range(self.parts)]
        return [self._batcher.batch(share) for share in shares if share]


def _sentence(text: str, answer: tuple[int, int]) -> tuple[int, int]:
    inside = [span for span in cut_sentences(text) if span[0] < answer[1] and span[1] > answer[0]]
    return (inside[0][0], inside[-1][1]) if inside else answer


def _answer_tokens(tokens: Tokens, answer: tuple[int, int]) -> tuple[int, int]:
    inside = [
        number
        for number, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True))
        if start < answer[1] and end > answer[0]
    ]
    return (inside[0], inside[-1]) if inside else (-1, -1)
