"""Logits → spans, against the plain way to do it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.readers.decoding import LONGEST_SPAN, read_window
from bot.readers.tokenizer import Tokens

numbers = st.floats(-9, 9, width=32)


def tokens(count: int) -> Tokens:
    return Tokens([0] * count, list(range(count)), list(range(1, count + 1)))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_the_best_span_is_the_best_of_all_spans(rows: list[tuple[float, float]]) -> None:
    logits = np.array(rows, np.float32).T
    size = len(rows)
    scores = [
        float(logits[0, first] + logits[1, last])
        for first in range(size)
        for last in range(first, min(size, first + LONGEST_SPAN))
    ]
    assert read_window("字" * size, tokens(size), 0.0, logits, 3).best.score == pytest.approx(max(scores), abs=1e-5)


def test_a_span_begins_and_ends_with_a_character_that_is_seen() -> None:
    logits = np.array([[5, 0, 0], [0, 0, 5]], np.float32)
    reading = read_window(" a ", tokens(3), 0.0, logits, 3)
    assert [(span.start, span.end) for span in reading.spans] == [(1, 2)]
    assert reading.best_in([(0, 1), (1, 3)]) == [None, reading.best]
    around = read_window(" a ", Tokens([0], [0], [3]), 0.0, logits[:, :1], 1).best
    assert (around.start, around.end) == (1, 2)


def test_a_token_belongs_to_the_sentence_of_its_last_character() -> None:
    own = Tokens([0, 0, 0], [0, 3, 5], [3, 5, 9])
    reading = read_window("One. Two.", own, 0.0, np.array([[1, 2, 3], [1, 2, 3]], np.float32), 1)
    first, second = reading.best_in([(0, 5), (5, 9)])
    assert first is not None
    assert second is not None
    assert (first.score, second.score) == (4.0, 6.0)


def test_a_window_without_tokens_has_an_impossible_span() -> None:
    reading = read_window("", tokens(0), 0.0, np.zeros((2, 0), np.float32), 3)
    assert reading.spans == ()
    assert reading.best.score < -1000
