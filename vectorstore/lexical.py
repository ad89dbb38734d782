"""BM25 over Chinese and English tokens, with weighted query terms, and which texts hold which term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.2, b 0.75; Robertson and Zaragoza, 2009) over tokenised texts, in memory."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self._ids: dict[str, int] = {}
        ids = [[self._ids.setdefault(token, len(self._ids)) for token in text] for text in texts]
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75, csc_backend="numpy")
        if self._ids:
            self._bm25.index((ids, self._ids), show_progress=False)

    def idf(self, token: str) -> float:
        """How rare a token is: ln(1 + (n - df + 0.5) / (df + 0.5)); a token that no text holds is the rarest."""
        frequency = len(self.postings(token)[0])
        return float(np.log1p((self.size - frequency + 0.5) / (frequency + 0.5)))

    def postings(self, token: str) -> tuple[NDArray[np.int32], Scores]:
        """The numbers of the texts that hold the token, and its BM25 contribution to each."""
        identifier = self._ids.get(token)
        if identifier is None:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        start, end = self._bm25.scores["indptr"][identifier : identifier + 2]
        return self._bm25.scores["indices"][start:end], self._bm25.scores["data"][start:end]

    def scores(self, query: Mapping[str, float]) -> Scores:
        """The BM25 score of every text for a query of token weights."""
        total = np.zeros(self.size, np.float32)
        for token, weight in query.items():
            texts, contribution = self.postings(token)
            total[texts] += np.float32(weight) * contribution
        return total
