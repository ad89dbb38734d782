"""Training data: what is read, split, cut, rewritten and drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.e5file import E5File
from bot.readers.spans import CHUNK
from bot.readers.tokenizer import Tokenizer
from training.batches import Batcher
from training.held_out import main as held_out
from training.rewriting import drop_words, exchange_number, to_cantonese
from training.sampling import Example, Sampler
from training.settings import Settings
from training.sources import FILES, PRACTICE, cut_sentences, read_practice, read_source, split
from training.tokenizing import TrainingTokenizer
from training.windows import Window, window_around, window_without

SHARES = {"cmrc2018": 0.25, "drcd": 0.25, "qamr": 0.25, "fairytaleqa": 0.25}
SETTINGS = Settings(seed=7, pairs_a_step=4, window_tokens=(40, 60), shares=SHARES)


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


def test_the_held_out_documents_of_a_file_are_those_that_no_training_reads(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "held-out.json"
    assert held_out([str(data / FILES["drcd"]), "--out", str(out)]) == 0
    kept = {article["title"] for article in json.loads(out.read_text(encoding="utf-8"))["data"]}
    trained, held = split(read_source("drcd", data), Settings().held_out)
    assert kept == {pair.paragraph.title for pair in held}
    assert kept
    assert not kept & {pair.paragraph.title for pair in trained}


def test_a_file_that_no_training_reads_has_no_held_out_documents(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    assert held_out([str(other), "--out", str(tmp_path / "out.json")]) == 2
    assert not (tmp_path / "out.json").exists()


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


def test_traditional_data_is_read_in_simplified_characters(tmp_path: Path) -> None:
    text = "後來，這裡是圖書館。"
    entry = {"question": "這裡是什麼？", "answers": [{"text": "圖書館", "answer_start": text.index("圖書館")}]}
    article = {"title": "書", "paragraphs": [{"context": text, "qas": [entry]}]}
    (tmp_path / FILES["drcd"]).write_text(json.dumps({"data": [article]}), encoding="utf-8")
    (pair,) = read_source("drcd", tmp_path)
    assert pair.paragraph.text[pair.start : pair.end] == "图书馆"
    assert pair.question == "这里是什么？"
    assert pair.answers == ("图书馆",)


def test_a_practice_question_is_held_against_what_was_found_for_it(tmp_path: Path) -> None:
    window = "港口\n灯塔于1911年建成。它高38米。"
    others = ["港口\n码头很长。", "港口\n船很多。"]
    answered = {
        "group": "g1",
        "question": "灯塔哪一年建成？",
        "window": window,
        "sentences": [[3, 14], [14, 20]],
        "start": window.index("1911"),
        "end": window.index("1911") + 4,
        "answers": ["1911"],
        "others": others,
    }
    unanswered = {**answered, "group": "g2", "question": "灯塔多少钱？", "start": -1, "end": -1, "answers": []}
    path = tmp_path / "practice.json"
    path.write_text(json.dumps([answered, unanswered]), encoding="utf-8")
    settings = replace(SETTINGS, shares={PRACTICE: 1.0}, pairs_a_step=40, worded_otherwise=0.0)
    examples = Sampler({PRACTICE: read_practice(path)}, tokenizer(), settings).step(0)
    kinds = {example.kind for example in examples}
    assert {"unanswered", "found", "removed"} <= kinds
    for example in examples:
        assert example.negative.answer is None
        if example.kind == "unanswered":
            assert example.window.answer is None
            assert example.negative.text in others
        else:
            assert example.window.answer is not None
            assert example.window.text[slice(*example.window.answer)] == "1911"
            assert "1911" not in example.negative.text or example.kind == "exchanged"


def test_the_training_tokenizer_cuts_as_the_assistants_does(data: Path) -> None:
    fast = TrainingTokenizer(E5File.open())
    texts = [pair.paragraph.text for source in ("drcd", "qamr") for pair in read_source(source, data)]
    for text in [*texts, "2024年6月11日，共有 4 172 人。", "The ‘e-Channel’ – 756 of them…", ""]:
        assert fast.encode(text) == tokenizer().encode(text)


@pytest.mark.parametrize(
    ("question", "cantonese"),
    [
        ("谁在1911年建成了灯塔？", "边个喺1911年建成咗灯塔？"),
        ("目的是什么？", "目的系咩？"),
        ("他有没有来？", "佢有冇来？"),
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
        examples = drawn.step(number)
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
    drawn = sampler(data, replace(SETTINGS, titled=1.0, shares={"cmrc2018": 1.0}))
    examples = drawn.step(0)
    assert all(example.window.text.startswith("河镇") and "\n" in example.window.text for example in examples)


def test_a_batch_marks_the_tokens_of_the_answer(data: Path) -> None:
    examples = sampler(data).step(0)
    batcher = Batcher(tokenizer(), SETTINGS.question_tokens)
    batch = batcher.batch(examples)
    count = len(examples)
    assert batch.ids.shape == batch.mask.shape == batch.readable.shape
    rows = np.arange(count)
    assert (batch.readable[rows, batch.starts[:count]] == 1).all()
    assert (batch.starts[:count] <= batch.ends[:count]).all()
    assert (batch.starts[count:] == 0).all()
    assert (batch.ends[count:] == 0).all()
    assert (batch.readable.sum(axis=1) <= CHUNK).all()


def test_an_answer_far_into_a_long_sentence_stays_in_the_window() -> None:
    text = "很长的话，" * 60 + "答案是1911，" + "还有很多话，" * 60 + "完。"
    start = text.index("1911")
    window = window_around(text, cut_sentences(text), (start, start + 4), 50, len, Random(0))
    example = Example("答案是什么？", window, "答案是什么？", Window("别的。", None), "nearest")
    batch = Batcher(tokenizer(), 40).batch([example], 50)
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
    batch = Batcher(tokenizer(), 20).batch([example], 60)
    marked = batch.sentences[0].nonzero()[0]
    assert marked[0] < batch.starts[0] <= batch.ends[0] <= marked[-1]
    assert batch.readable[0][marked].all() and len(marked) < batch.readable[0].sum() / 1.5
    assert not batch.sentences[1].any()
