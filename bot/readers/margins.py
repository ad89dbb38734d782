"""How surely the sentences of a passage answer one question, by the reading model: from several sides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.lexicon import question_patterns, synonyms
from bot.question import is_chinese
from bot.readers.answer_types import DEMANDING
from bot.readers.spans import SpanReader, WindowReading
from bot.readers.windows import alone, window_of
from ingest.sentences import clean
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.schema import Passage
from vectorstore.tokens import fold

LOWEST_MARGIN, HIGHEST_MARGIN = -14.0, 10.0
"""Margins of the reading model beyond these say no more."""


@dataclass(frozen=True, slots=True)
class Margin:
    """How surely a sentence answers by the reading model (best span less the null answer), and the words it takes.

    `best` is the margin of the passage's best sentence.
    """

    value: float
    words: str | None
    best: float


@dataclass(frozen=True, slots=True)
class Look:
    """A second look at a sentence: its margin where the other language says the same, and that of it alone, without
    its passage. Both are the first margin where there is nothing else to be read. `null` is the score of the null
    answer of its passage. `bilingual` says whether the index is in both languages."""

    across: float
    alone: float
    null: float
    bilingual: bool


UNREAD = Margin(LOWEST_MARGIN, None, LOWEST_MARGIN)


class Margins:
    """The margins of one question. A text is read once, however often it is asked for."""

    def __init__(self, corpus: Corpus, spans: SpanReader, question: str, kind: str = "other") -> None:
        """`kind` is the kind of answer wanted: what announces a list is read with it, but for a figure or the like, and
        what something is with the sentence in which it goes on."""
        self._kind = kind
        self._corpus = corpus
        self._spans = spans
        self._question = question
        self._readings: dict[str, WindowReading] = {}

    def of(self, passage: Passage) -> dict[int, Margin]:
        """The margins of a passage's sentences, by their number; those without a token have none.

        Over a window in another language than the question's the model often says "not here": of a sentence and what
        says the same in the question's own language the better one counts.
        """
        own = self._own(passage)
        if is_chinese(self._question) == (passage.language == "zh"):
            return own
        better = {}
        for number in range(len(passage.sentences)):
            before, across = own.get(number, UNREAD), self._across(passage, number)
            # The answering words stand on the other side then, and mark nothing on this one.
            better[number] = before if before.value >= across else replace(before, value=across, words=None)
        best = max(margin.value for margin in better.values())
        return {number: replace(margin, best=best) for number, margin in better.items()}

    def look(self, passage: Passage, number: int) -> Look:
        """A second look at a sentence that has been read."""
        margin = self._own(passage).get(number, UNREAD).value
        places = self._corpus.counterparts_of(passage.id, number)
        across = self._across(passage, number) if places else margin
        null = self._read(window_of(passage).text).null
        return Look(across, self._read_alone(passage, number)[0], null, self._corpus.is_bilingual)

    def _own(self, passage: Passage) -> dict[int, Margin]:
        window = window_of(passage)
        reading = self._read(window.text)
        answering = {n: span for n, span in enumerate(reading.best_in(window.sentences)) if span is not None}
        found = {
            number: (_bounded(span.score - reading.null), window.text[span.start : span.end])
            for number, span in answering.items()
        }
        for number in found:
            if self._rest(passage, number):
                found[number] = max(found[number], self._read_alone(passage, number))
        best = max((value for value, _ in found.values()), default=LOWEST_MARGIN)
        return {number: Margin(value, words, best) for number, (value, words) in found.items()}

    def _across(self, passage: Passage, number: int) -> float:
        places = self._corpus.counterparts_of(passage.id, number)
        return max((self._own(p.passage).get(p.number, UNREAD).value for p in places), default=LOWEST_MARGIN)

    def _rest(self, passage: Passage, number: int) -> list[str]:
        """The items that a sentence announces, or the sentence in which what something is goes on; none for others."""
        items = [] if self._kind in DEMANDING else self._corpus.items(passage.id, number)
        after = going_on(self._corpus, passage.id, number) if self._kind == "definition" and not items else None
        return [place.text for place in items or ([after] if after else [])]

    def _read_alone(self, passage: Passage, number: int) -> tuple[float, str]:
        """The margin of a sentence without its passage, and its words; with the rest of what it says, if it goes on."""
        window = alone(window_of(passage), number, self._rest(passage, number))
        reading = self._read(window.text)
        (span,) = reading.best_in(window.sentences)
        if span is None:
            return LOWEST_MARGIN, ""
        return _bounded(span.score - reading.null), window.text[span.start : span.end]

    def _read(self, text: str) -> WindowReading:
        if text not in self._readings:
            # The model matches meanings poorly and words well: "refurbished" for "did up" turned -13 into 8.
            (self._readings[text],) = self._spans.read(synonyms().put_as(self._question, fold(text)), [text])
        return self._readings[text]


def going_on(corpus: Corpus, passage_id: str, sentence: int) -> SentencePlace | None:
    """The sentence after one, where it goes on about its thing (Under such a mode, …)."""
    after = corpus.following(passage_id, sentence, 1)[1:]
    return next((p for p in after if question_patterns().anaphor.search(fold(clean(p.text)))), None)


def _bounded(margin: float) -> float:
    return min(max(margin, LOWEST_MARGIN), HIGHEST_MARGIN)
