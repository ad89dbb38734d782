"""One question with the assistant's answer and everything that the metrics compare it with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer import Answer, Quote
from bot.assistant import Assistant
from bot.explanation import Explanation
from evaluation.documents import DocumentTexts, Place
from evaluation.gold import GoldQuestion
from evaluation.text import normalise
from vectorstore.schema import Document, Language, Passage


@dataclass(frozen=True, slots=True)
class Record:
    """A question, its answer, and their places in the documents.

    `evidence` holds where each evidence string of the gold question stands. `facts` holds, for each fact that a right
    answer must hold, the sentences of the index that state it, in the language of the answer. `ranking` holds the
    candidate sentences, best first. `verbatim` says of every quote, counterparts included, whether it is the document's
    text at its offsets.
    """

    gold: GoldQuestion
    answer: Answer
    explanation: Explanation
    evidence: tuple[tuple[Place, ...], ...]
    facts: tuple[tuple[Place, ...], ...]
    ranking: tuple[Place, ...]
    verbatim: tuple[bool, ...]

    def is_cited(self, places: Iterable[Place]) -> bool:
        """Whether a citation overlaps one of the places."""
        cited = [place_of(citation) for citation in self.answer.citations]
        return any(citation.overlaps(place) for place in places for citation in cited)


def place_of(quote: Quote) -> Place:
    """Where a quote says that it stands."""
    return Place(quote.document, quote.start, quote.end)


class Observer:
    """Asks the assistant gold questions and locates what comes back."""

    def __init__(self, assistant: Assistant, files: Sequence[Document] = ()) -> None:
        """`files` are the documents of the index as far as they are at hand; the rest is taken from the passages."""
        self._assistant = assistant
        passages = assistant.passages()
        self._passages = {passage.id: passage for passage in passages}
        self.texts = DocumentTexts(passages, files)
        self._stating = lru_cache(maxsize=None)(self._find_sentences)

    def observe(self, question: GoldQuestion) -> Record:
        """The record of one question."""
        answer, explanation = self._assistant.explain(question.question, question.history)
        language: Language = "en" if answer.language == "en" else "zh"
        return Record(
            gold=question,
            answer=answer,
            explanation=explanation,
            evidence=tuple(self.texts.find(text) for text in question.evidence),
            facts=tuple(self._stated(strings, question, language) for strings in question.facts),
            ranking=tuple(
                _sentence_place(self._passages[candidate.passage_id], candidate.sentence)
                for candidate in explanation.candidates
            ),
            verbatim=tuple(self._is_verbatim(quote) for quote in _quotes(answer)),
        )

    def _is_verbatim(self, quote: Quote) -> bool:
        return self.texts.text(place_of(quote)) == quote.quote

    def _stated(self, strings: Sequence[str], question: GoldQuestion, language: Language) -> tuple[Place, ...]:
        wanted = [normalise(string) for string in strings]
        stating = [text for text in question.evidence if any(string in normalise(text) for string in wanted)]
        found = [hit for text in stating or question.evidence for hit in self._stating(text)]
        shown = [place for place, side in found if side == language] or [place for place, _ in found]
        return tuple(dict.fromkeys(shown))

    def _find_sentences(self, evidence: str) -> tuple[tuple[Place, Language], ...]:
        places = self.texts.find(evidence)
        return tuple(
            (sentence, passage.language)
            for passage in self._passages.values()
            if any(_place(passage).overlaps(place) for place in places)
            for number in range(len(passage.sentences))
            if any((sentence := _sentence_place(passage, number)).overlaps(place) for place in places)
        )


def _quotes(answer: Answer) -> list[Quote]:
    counterparts = [citation.counterpart for citation in answer.citations if citation.counterpart]
    return [*answer.citations, *counterparts]


def _place(passage: Passage) -> Place:
    return Place(passage.document, passage.start, passage.end)


def _sentence_place(passage: Passage, number: int) -> Place:
    sentence = passage.sentences[number]
    return Place(passage.document, sentence.start, sentence.end)
