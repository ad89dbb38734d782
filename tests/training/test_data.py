"""Training data: what is read, split, cut, rewritten and drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.e5file import E5File
from bot.readers.tokenizer import Tokenizer
from bot.readers.wordtable import WordTable
from training.batches import Batcher
from training.rewriting import convert_with_span, drop_words, exchange_number, to_cantonese
from training.sampling import Example, Sampler
from training.settings import Settings
from training.sources import FILES, cut_sentences, read_source, split
from training.windows import Window, window_around, window_without

SETTINGS = Settings(seed=7, pairs_a_step=4, window_tokens=(40, 60))


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer(E5File.open())


def sampler(data: Path, settings: Settings = SETTINGS) -> Sampler:
    return Sampler({source: split(read_source(source, data), 0.1)[0] for source in FILES}, tokenizer(), settings)


@pytest.mark.parametrize("source", FILES)
def test_an_answer_stands_where_its_pair_says(data: Path, source: str) -> None:
    pairs = read_source(source, data)
    assert len(pairs) == 60
    assert all(pair.paragraph.text[pair.start : pair.end] in pair.answers for pair in pairs)


def test_no_document_is_on_both_sides(data: Path) -> None:
    trained, held = split(read_source("drcd", data), 0.2)
    assert trained and held
    assert not {pair.paragraph.document for pair in trained} & {pair.paragraph.document for pair in held}


def test_one_article_is_on_one_side_in_both_scripts(data: Path) -> None:
    simplified = {pair.paragraph.document for pair in read_source("cmrc2018", data)}
    assert simplified == {pair.paragraph.document for pair in read_source("drcd", data)}


@given(st.text(alphabet="ab 。！？.!?\n”）3", max_size=60))
def test_sentences_cover_a_text_without_gaps(text: str) -> None:
    spans = cut_sentences(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("他走了。她来了！谁？", 3),
        ("It cost 3.5 dollars. He paid.", 2),
        ("他说：「好。」然后走了。", 2),
        ("no stop", 1),
    ],
)
def test_sentences_end_at_full_stops(text: str, count: int) -> None:
    assert len(cut_sentences(text)) == count


def test_a_window_has_its_answer_and_fits(data: Path) -> None:
    pair = read_source("cmrc2018", data)[0]
    text, answer = pair.paragraph.text, (pair.start, pair.end)
    for seed in range(10):
        window = window_around(text, pair.paragraph.sentences, answer, 45, len, Random(seed))
        assert window.answer is not None
        assert window.text[slice(*window.answer)] in pair.answers
        assert len(window.text) <= 45


def test_a_near_miss_keeps_all_but_the_answers_sentence(data: Path) -> None:
    pair = read_source("qamr", data)[0]
    rest = window_without(pair.paragraph.text, pair.paragraph.sentences, (pair.start, pair.end), 500, len, Random(0))
    assert rest is not None
    assert rest.text == pair.paragraph.text.replace("It was built in 1910 by the guild. ", "")


def test_there_is_no_near_miss_where_the_answer_is_said_twice() -> None:
    text = "建于1910年。1910年很冷。"
    assert window_without(text, cut_sentences(text), (2, 6), 99, len, Random(0)) is None


def test_a_converted_text_keeps_its_span() -> None:
    text = "後來，這裡是圖書館。"
    start = text.index("圖書館")
    converted, first, last = convert_with_span(text, start, start + 3, "t2s")
    assert converted[first:last] == "图书馆"


@pytest.mark.parametrize(
    ("question", "cantonese"),
    [
        ("谁在1911年建成了灯塔？", "邊個喺1911年建成咗燈塔？"),
        ("目的是什么？", "目的係咩？"),
        ("他有没有来？", "佢有冇來？"),
    ],
)
def test_questions_turn_into_cantonese(question: str, cantonese: str) -> None:
    assert to_cantonese(question) == cantonese


@given(st.integers(0, 99))
def test_an_exchanged_number_is_not_in_the_window(seed: int) -> None:
    changed = exchange_number("2009年有多少人？", "2009年与2010年", Random(seed))
    assert changed is not None
    assert changed[:4].isdigit()
    assert changed[:4] not in "2009年与2010年"
    assert exchange_number("有多少人？", "", Random(seed)) is None


def test_a_step_is_the_same_whatever_was_drawn_before(data: Path) -> None:
    first = sampler(data)
    for number in range(3):
        first.step(number)
    assert first.step(3) == sampler(data).step(3)
    assert first.step(3) != first.step(4)


def test_examples_answer_and_their_negatives_do_not(data: Path) -> None:
    drawn, kinds = sampler(data), set()
    for number in range(40):
        _, examples = drawn.step(number)
        for example in examples:
            kinds.add(example.kind)
            assert example.window.answer is not None
            answer = example.window.text[slice(*example.window.answer)]
            assert answer.isdigit()
            assert example.negative.answer is None
            if example.kind == "exchanged":
                assert example.negative_question != example.question
            else:
                assert answer not in example.negative.text
    assert {"removed", "nearest"} <= kinds


def test_titles_stand_in_front_where_asked(data: Path) -> None:
    drawn = sampler(data, replace(SETTINGS, titled=1.0, shares={"cmrc2018": 1.0}, to_traditional=0.0))
    _, examples = drawn.step(0)
    assert all(example.window.text.startswith("河镇") and "\n" in example.window.text for example in examples)


def test_a_batch_marks_the_tokens_of_the_answer(data: Path) -> None:
    budget, examples = sampler(data).step(0)
    batcher = Batcher(tokenizer(), WordTable(E5File.open()), SETTINGS.question_tokens)
    batch = batcher.batch(examples, budget)
    count = len(examples)
    assert batch.words.shape[:2] == batch.mask.shape == batch.readable.shape
    rows = np.arange(count)
    assert (batch.readable[rows, batch.starts[:count]] == 1).all()
    assert (batch.starts[:count] <= batch.ends[:count]).all()
    assert (batch.starts[count:] == 0).all()
    assert (batch.ends[count:] == 0).all()
    assert (batch.readable.sum(axis=1) <= budget).all()


def test_an_answer_far_into_a_long_sentence_stays_in_the_window() -> None:
    text = "很长的话，" * 60 + "答案是1911，" + "还有很多话，" * 60 + "完。"
    start = text.index("1911")
    window = window_around(text, cut_sentences(text), (start, start + 4), 50, len, Random(0))
    example = Example("答案是什么？", window, "答案是什么？", Window("别的。", None), "nearest")
    batch = Batcher(tokenizer(), WordTable(E5File.open()), 40).batch([example], 50)
    assert 0 < batch.starts[0] <= batch.ends[0]
    assert batch.readable[0].sum() <= 50


@pytest.mark.parametrize(
    "question", ["When was the mill of Holt built in 1911?", "河镇的磨坊是哪一年建成的，1911年吗？"]
)
def test_a_question_loses_words_but_no_number(question: str) -> None:
    worded = {drop_words(question, 0.3, Random(seed)) for seed in range(20)}
    assert len(worded) > 5
    assert all("1911" in text and len(text) <= len(question) for text in worded)


def test_the_answers_sentence_is_marked_among_the_tokens() -> None:
    text = "It stands by the river. It was built in 1911. Some work there."
    answer = text.index("1911"), text.index("1911") + 4
    example = Example("When was it built?", Window(text, answer), "Who?", Window("Nobody.", None), "nearest")
    file = E5File.open()
    batch = Batcher(tokenizer(), WordTable(file), 20).batch([example], 60)
    marked = batch.sentences[0].nonzero()[0]
    assert marked[0] < batch.starts[0] <= batch.ends[0] <= marked[-1]
    assert batch.readable[0][marked].all() and len(marked) < batch.readable[0].sum() / 1.5
    assert not batch.sentences[1].any()
