"""What a question over one index is understood with: the reports' names and words, mended spelling, meanings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from langchain_core.embeddings import Embeddings

from bot.answer import Turn
from bot.heads import Head
from bot.homophones import Homophones
from bot.lexicon import question_patterns
from bot.question import Question, understand
from bot.spelling import Spelling
from prompts import LanguageChoice
from vectorstore.abbreviations import Abbreviations
from vectorstore.corpus import Corpus
from vectorstore.schema import Term


class Understanding:
    """Reads questions. Safe to call from several threads."""

    def __init__(self, corpus: Corpus, terms: Sequence[Term], embeddings: Embeddings) -> None:
        """`terms` are the names that the reports define."""
        texts = [place.text for place in corpus.places]
        self._terms = terms
        self._abbreviations = Abbreviations(texts, question_patterns().stopwords)
        self._spelling, self._homophones = Spelling(texts), Homophones(texts)
        self._head = Head(corpus, terms)
        # A conversation's turns are put together anew with every question.
        self._vector = lru_cache(maxsize=1024)(lambda text: np.array(embeddings.embed_query(text)))

    def of(self, typed: str, history: Sequence[Turn], language: LanguageChoice) -> Question:
        """A question as it was typed, in the light of the turns before it."""
        meant = partial(self._meant, alone=not history)
        return understand(typed, history, self._terms, language, self._abbreviations, self.nearest, meant)

    def nearest(self, text: str, phrases: Sequence[str]) -> int:
        """Which of the phrases means what is most like `text`."""
        wanted, *vectors = map(self._vector, (text, *phrases))
        return max(range(len(phrases)), key=lambda number: float(wanted @ vectors[number]))

    def _meant(self, text: str, *, alone: bool) -> str:
        mended = self._homophones.mended(self._spelling.mended(text))
        return self._head.asked_for(mended, alone=alone) or mended
