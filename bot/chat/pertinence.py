"""Whether an answer of true statements answers the question, or only stands near it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.drafts import Checked
from bot.lexicon import content_words
from bot.question import Question
from bot.readers.answer_types import DEMANDING, answer_fit
from bot.readers.base import Candidate, Reading, Statement
from vectorstore.corpus import Corpus
from vectorstore.quantities import find_quantities

TOLD = frozenset({"how", "definition", "list", "reason", "yesno"})
"""Kinds of questions whose answer is told in many ways, and not pointed at."""


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
        """Whether a statement rests on a sentence that answers, and holds what is asked for."""
        return any(self._answers(statement) for statement in statements)

    def _answers(self, statement: Checked) -> bool:
        if statement.verdict is None:
            return False
        kind, text = self._question.kind, statement.draft.text
        if kind != "yesno" and self._is_echo(text):
            return False
        if kind in DEMANDING and self._best.fit >= 0.5 and answer_fit(kind, text, find_quantities(text)) < 0.5:
            return False
        near = [c for span in statement.verdict.statements for c in self._near(span)]
        rests_on_best = all(candidate is self._best for candidate in near)
        return bool(near) and not (rests_on_best and self._leaves_out_the_answer(text))

    def _is_echo(self, text: str) -> bool:
        """Whether a statement says nothing that the question does not say itself."""
        asked = f"{self._question.standalone} {self._question.normalised}"
        return content_words(text) <= content_words(asked)

    def _leaves_out_the_answer(self, text: str) -> bool:
        """Whether over a third of the words are missing that the reading model takes for the answer and is sure of."""
        if self._question.kind in TOLD or not self._best.span or (self._best.margin or 0.0) <= 0:
            return False
        words = content_words(self._best.span)
        return 3 * len(words & content_words(text)) < 2 * len(words)

    def _near(self, span: Statement) -> list[Candidate]:
        """The candidates that a cited sentence is, or translates, and that may answer."""
        places = [(span.passage.id, span.number)]
        places += [(p.passage.id, p.number) for p in self._corpus.counterparts_of(span.passage.id, span.number)]
        found = [self._ranked[place] for place in places if place in self._ranked]
        return [c for c in found if c.score >= self._best.score - self._latitude and c.year_matches]
