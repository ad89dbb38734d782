"""BM25 over Chinese and English tokens, with weighted query terms, and which texts hold which term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Postings = tuple[NDArray[np.int64], Scores]

_K1, _B = 1.2, 0.75
_NONE: Postings = (np.empty(0, np.int64), np.empty(0, np.float32))


class LexicalIndex:
    """BM25 over tokenised texts, in memory, each term's weights worked out once.

    The form is Lucene's (Kamphuis et al., 2020, "Which BM25 do you mean?"), k1 1.2, b 0.75. Retrieval needs each
    term's postings by themselves, to weigh them and to compare them with those of titles and passages.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self._ids: dict[str, int] = {}
        ids = [self._ids.setdefault(token, len(self._ids)) for text in texts for token in text]
        lengths = np.array([len(text) for text in texts], np.int64)
        numbers = np.repeat(np.arange(self.size), lengths)
        # One number for a token in a text, so that sorting puts the postings of each token together, in order.
        pairs, counts = np.unique(np.array(ids, np.int64) * max(self.size, 1) + numbers, return_counts=True)
        tokens, self._texts = np.divmod(pairs, max(self.size, 1))
        self._starts = np.searchsorted(tokens, np.arange(len(self._ids) + 1))
        frequencies = np.diff(self._starts)[tokens]
        norms = _K1 * (1 - _B + _B * lengths / (lengths.mean() if len(ids) else 1.0))
        weights = self._idf(frequencies) * counts / (counts + norms[self._texts])
        self._weights = weights.astype(np.float32)

    def _idf(self, frequency: NDArray[np.int64]) -> NDArray[np.float64]:
        weights: NDArray[np.float64] = np.log1p((self.size - frequency + 0.5) / (frequency + 0.5))
        return weights

    def idf(self, token: str) -> float:
        """How rare a token is: ln(1 + (n - df + 0.5) / (df + 0.5)); a token that no text holds is the rarest."""
        return float(self._idf(np.array(len(self.postings(token)[0]), np.int64)))

    def postings(self, token: str) -> Postings:
        """The numbers of the texts that hold the token, and its BM25 contribution to each."""
        number = self._ids.get(token)
        if number is None:
            return _NONE
        place = slice(self._starts[number], self._starts[number + 1])
        return self._texts[place], self._weights[place]

    def scores(self, query: Mapping[str, float]) -> Scores:
        """The BM25 score of every text for a query of token weights."""
        total = np.zeros(self.size, np.float32)
        for token, weight in query.items():
            texts, contribution = self.postings(token)
            total[texts] += np.float32(weight) * contribution
        return total
