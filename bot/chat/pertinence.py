"""Whether an answer of true statements answers the question, or only stands near it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.drafts import Checked
from bot.lexicon import question_patterns
from bot.question import Question
from bot.readers.answer_types import DEMANDING, answer_fit
from bot.readers.base import Reading, Statement
from vectorstore.corpus import Corpus
from vectorstore.quantities import find_quantities
from vectorstore.tokens import weighted_tokens


def _content(text: str) -> list[str]:
    return [word for word, weight in weighted_tokens(text, question_patterns().stopwords).items() if weight >= 1]


class Pertinence:
    """Judges by the candidates that the sentence reader ranked."""

    def __init__(self, corpus: Corpus, question: Question, reading: Reading, latitude: float) -> None:
        """`latitude` is how far below the best candidate's score a cited sentence may lie.

        On every second question of `dev`, 0.28 of the sentences within 0.5 (the best apart) are right answers, 0.17 of
        those within 1.0, 0.07 within 2.0.
        """
        self._corpus = corpus
        self._question = question
        self._best = reading.candidates[0]
        self._latitude = latitude
        self._ranked = {(c.hit.passage.id, c.hit.number): c for c in reading.candidates}

    def holds(self, statements: Sequence[Checked]) -> bool:
        """Whether a statement rests on a sentence that answers, and holds the kind of answer that is asked for."""
        return any(self._answers(statement) for statement in statements)

    def _answers(self, statement: Checked) -> bool:
        if statement.verdict is None:
            return False
        kind, text = self._question.kind, statement.draft.text
        if kind != "other" and self._is_echo(text):
            return False
        if kind in DEMANDING and self._best.fit >= 0.5 and answer_fit(kind, text, find_quantities(text)) < 0.5:
            return False
        return any(self._is_near(span) for span in statement.verdict.statements)

    def _is_echo(self, text: str) -> bool:
        """Whether a statement says nothing that the question does not say itself."""
        asked = f"{self._question.standalone} {self._question.normalised}"
        return set(_content(text)) <= set(_content(asked))

    def _is_near(self, span: Statement) -> bool:
        places = [(span.passage.id, span.number)]
        places += [(p.passage.id, p.number) for p in self._corpus.counterparts_of(span.passage.id, span.number)]
        found = [self._ranked[place] for place in places if place in self._ranked]
        return any(c.score >= self._best.score - self._latitude and c.year_matches for c in found)
