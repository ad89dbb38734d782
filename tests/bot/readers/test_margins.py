"""Margins: what the reading model holds of a sentence, from its own side, from the other language's, and alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.assistant import Assistant
from bot.readers.margins import Margins
from bot.readers.spans import SpanReader, WindowReading
from bot.readers.windows import window_of
from vectorstore.corpus import Corpus, SentencePlace


class _Counting(SpanReader):
    """The reading model, and what it was given to read."""

    def __init__(self, spans: SpanReader) -> None:
        self._spans = spans
        self.windows: list[str] = []

    def read(self, question: str, windows: Sequence[str]) -> list[WindowReading]:
        self.windows += windows
        return self._spans.read(question, windows)


@pytest.fixture(scope="module")
def spans() -> _Counting:
    spans = SpanReader.load()
    assert spans is not None
    return _Counting(spans)


@pytest.fixture
def corpus(small_assistant: Assistant) -> Corpus:
    return small_assistant._corpus


def _place(corpus: Corpus, text: str) -> SentencePlace:
    return next(place for place in corpus.places if text in place.text)


def test_a_sentence_that_answers_stands_out_from_every_side(corpus: Corpus, spans: _Counting) -> None:
    place = _place(corpus, "214 self-service")
    asked = Margins(corpus, spans, "how many self-service boarding gates are there")
    other = Margins(corpus, spans, "who designed the tram depot")
    margin, look = asked.of(place.passage)[place.number], asked.look(place.passage, place.number)
    beside = other.look(place.passage, place.number)
    assert margin.best >= margin.value > 0 > other.of(place.passage)[place.number].value
    assert look.alone > 0 > beside.alone
    assert look.across > beside.across
    assert margin.words is not None
    assert "214" in margin.words


def test_a_text_is_read_once(corpus: Corpus, spans: _Counting) -> None:
    place = _place(corpus, "214 self-service")
    margins = Margins(corpus, spans, "how many self-service boarding gates are there")
    spans.windows.clear()
    for _ in range(2):
        margins.of(place.passage)
        margins.look(place.passage, place.number)
    assert len(spans.windows) == len(set(spans.windows))
    assert window_of(place.passage).text in spans.windows


def test_a_sentence_without_a_passage_around_it_is_as_it_is_alone(corpus: Corpus, spans: _Counting) -> None:
    place = next(p for p in corpus.places if len(p.passage.sentences) == 1 and p.passage.role != "heading")
    margins = Margins(corpus, spans, "这份报告说什么" if place.passage.language == "zh" else "what does it say")
    assert margins.look(place.passage, 0).alone == margins.of(place.passage)[0].value
