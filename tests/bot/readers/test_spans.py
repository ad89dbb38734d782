"""The reading model that ships: it loads or says why not, reads both languages, and keeps to the text."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.readers.spans import CHUNK, MODEL, SpanReader, SpanScore, read_manifest, read_model

ENGLISH = (
    "The harbour\nThe lighthouse was built in 1911 by Margaret Holt, an engineer from Leeds. "
    "It stands 38 metres above the sea. In winter the harbour is closed to fishing boats because of the ice."
)
CHINESE = "港口\n灯塔于1911年由来自利兹的工程师林美珍建成。灯塔高出海面38米。由于结冰，港口在冬季不对渔船开放。"
ASKED = [
    ("When was the lighthouse built?", ENGLISH, "1911"),
    ("How high above the sea does it stand?", ENGLISH, "38 metres"),
    ("灯塔是哪一年建成的？", CHINESE, "1911"),
    ("燈塔高出海面多少米？", CHINESE, "38"),
    ("邊個起咗座燈塔？", CHINESE, "林美珍"),
]


@cache
def reader() -> SpanReader:
    return new_reader()


def new_reader() -> SpanReader:
    """One that keeps no reading of another test."""
    loaded = SpanReader.load()
    assert loaded is not None
    return loaded


def said(text: str, span: SpanScore) -> str:
    return text[span.start : span.end]


@pytest.mark.parametrize(("question", "window", "answer"), ASKED)
def test_the_best_span_holds_the_answer(question: str, window: str, answer: str) -> None:
    (reading,) = reader().read(question, [window])
    assert answer in said(window, reading.best)


@pytest.mark.parametrize(
    ("question", "window", "other"),
    [
        ("When was the lighthouse built?", ENGLISH, "The bakery opens at six. Bread is sold until noon."),
        ("灯塔是哪一年建成的？", CHINESE, "面包店六时开门。面包卖到中午。"),
    ],
)
def test_a_window_without_the_answer_has_the_smaller_margin(question: str, window: str, other: str) -> None:
    answering, silent = reader().read(question, [window, other])
    assert answering.best.score - answering.null > 0 > silent.best.score - silent.null


def test_a_window_reads_the_same_alone_and_beside_others() -> None:
    question = "When was the lighthouse built?"
    beside, alone = new_reader(), new_reader()
    assert beside.read(question, [CHINESE, ENGLISH])[1].best == alone.read(question, [ENGLISH])[0].best


def test_threads_read_what_one_reads() -> None:
    one, shared = new_reader(), new_reader()
    alone = [one.read(question, [window])[0].best for question, window, _ in ASKED]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda asked: shared.read(asked[0], [asked[1]])[0].best, ASKED * 3))
    assert together == alone * 3


def test_the_last_readings_are_kept() -> None:
    (before,), (now,) = (reader().read("Who built the lighthouse?", [ENGLISH]) for _ in range(2))
    (other,) = reader().read("When was the lighthouse built?", [ENGLISH])
    assert now is before is not other


@pytest.mark.parametrize(("question", "window"), [(ASKED[0][0], ENGLISH), (ASKED[2][0], CHINESE)])
def test_a_sentences_best_span_stays_inside_it(question: str, window: str) -> None:
    ends = [at + 1 for at, character in enumerate(window) if character in ".。\n"]
    sentences = list(zip([0, *ends], ends, strict=False))
    (reading,) = reader().read(question, [window])
    found = reading.best_in(sentences)
    for (start, end), span in zip(sentences, found, strict=True):
        assert span is not None
        assert start <= span.start < span.end <= end
    assert max(span.score for span in found if span) == pytest.approx(reading.best.score)
    assert reading.best_in([(0, len(window))]) == [reading.best]
    assert reading.best_in([(3, 3)]) == [None]


def test_spans_come_best_first_and_apart() -> None:
    spans = reader().read(ASKED[0][0], [ENGLISH])[0].spans
    assert len(spans) > 1
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    places = sorted((span.start, span.end) for span in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(places))


@pytest.mark.parametrize(("question", "window", "answer"), [ASKED[0], ASKED[2]])
def test_the_end_of_a_long_window_is_read_too(question: str, window: str, answer: str) -> None:
    other = (
        "The bakery opens at six, and bread is sold until noon. "
        if window.isascii()
        else "面包店六时开门，面包卖到中午。"
    )
    long = other * (2 * CHUNK // 10) + window
    (reading,) = reader().read(question, [long])
    assert answer in said(long, reading.best)
    assert reading.best.start >= len(long) - len(window)


@given(st.text(max_size=60), st.text(max_size=120))
@settings(max_examples=25, deadline=None)
def test_any_text_is_read_within_its_bounds(question: str, window: str) -> None:
    (reading,) = reader().read(question, [window])
    for span in (reading.best, *reading.spans):
        assert 0 <= span.start <= span.end <= len(window)


def test_nothing_to_read_gives_nothing() -> None:
    assert reader().read("谁？", []) == []


def test_the_files_that_ship_are_those_of_the_manifest() -> None:
    manifest = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    data = (MODEL / "reader.onnx").read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (manifest["bytes"], manifest["sha256"])
    assert len(data) < 25_000_000
    assert manifest["sha256"] in (MODEL / "card.md").read_text(encoding="utf-8")


def test_the_patches_that_ship_make_the_model_of_the_manifest() -> None:
    manifest = read_manifest(MODEL)
    assert hashlib.sha256(read_model(MODEL)).hexdigest() == manifest["patched_sha256"]
    sizes = [(MODEL / name).stat().st_size for name in manifest["patches"]]
    assert sum(sizes) < 1_104_000  # with the models and the patch that git has of before, 40 MB
    card = manifest["patches"][-1].replace("reader.", "patch.").replace(".patch", ".md")
    assert manifest["patched_sha256"] in (MODEL / card).read_text(encoding="utf-8")


def test_without_a_model_there_is_no_reader_and_one_line_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert SpanReader.load(tmp_path) is None
        assert SpanReader.load(tmp_path) is None
    assert len(caplog.records) == 1
    assert "reader.json" in caplog.text


@pytest.mark.parametrize(("key", "value"), [("word_vectors", "0" * 64), ("bytes", 5)])
def test_a_model_that_does_not_fit_is_not_used(tmp_path: Path, key: str, value: object) -> None:
    manifest = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    (tmp_path / "reader.json").write_text(json.dumps(manifest | {key: value}), encoding="utf-8")
    shutil.copy(MODEL / "reader.onnx", tmp_path)
    assert SpanReader.load(tmp_path) is None


@pytest.mark.parametrize("damaged", [None, b"", b"no zlib", zlib.compress(b"too short")])
def test_a_model_whose_patch_is_missing_or_damaged_is_not_used(tmp_path: Path, damaged: bytes | None) -> None:
    patches = read_manifest(MODEL)["patches"]
    for name in ("reader.json", "reader.onnx", *patches[:-1]):
        shutil.copy(MODEL / name, tmp_path)
    if damaged is not None:
        (tmp_path / patches[-1]).write_bytes(damaged)
    assert SpanReader.load(tmp_path) is None


def test_a_model_without_patches_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "reader.json").write_text(json.dumps(read_manifest(MODEL) | {"patches": []}), encoding="utf-8")
    shutil.copy(MODEL / "reader.onnx", tmp_path)
    assert SpanReader.load(tmp_path) is not None


def test_a_damaged_model_is_not_used(tmp_path: Path) -> None:
    manifest = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    (tmp_path / "reader.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "reader.onnx").write_bytes(bytes(manifest["bytes"]))
    assert SpanReader.load(tmp_path) is None
