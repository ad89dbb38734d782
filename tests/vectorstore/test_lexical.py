"""BM25: hand-worked scores, weights, and tokens that nothing holds."""

from __future__ import annotations

import math

import pytest

from vectorstore.lexical import LexicalIndex

TEXTS = [["cat", "mat"], ["cat", "cat", "dog", "mat"], ["道", "共"], []]


def test_scores_are_those_worked_out_by_hand() -> None:
    index = LexicalIndex(TEXTS)
    idf = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    assert index.idf("cat") == pytest.approx(idf)
    first = idf * 1 / (1 + 1.2 * (0.25 + 0.75 * 2 / 2))
    second = idf * 2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 2))
    assert index.scores({"cat": 1.0}).tolist() == pytest.approx([first, second, 0, 0])
    assert index.scores({"cat": 0.5}).tolist() == pytest.approx([first / 2, second / 2, 0, 0])


def test_a_token_that_no_text_holds_is_the_rarest_and_scores_nothing() -> None:
    index = LexicalIndex(TEXTS)
    assert index.idf("absent") > index.idf("道") > index.idf("cat")
    assert index.scores({"absent": 1.0}).tolist() == [0, 0, 0, 0]


def test_no_texts_or_only_empty_ones_are_no_error() -> None:
    assert LexicalIndex([]).scores({"x": 1.0}).tolist() == []
    assert LexicalIndex([[], []]).scores({"x": 1.0}).tolist() == [0, 0]
