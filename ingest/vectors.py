"""`VectorCache`: embeds each text once, and none that the previous index holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstore.embeddings import ReportEmbeddings

_BATCH = 64
"""Texts between two reports of progress."""


def text_key(text: str) -> str:
    """The key of an embedding text: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class VectorCache:
    """Vectors by `text_key`. `embedded` counts the texts embedded here, `reused` those found in `known`."""

    def __init__(
        self,
        embeddings: ReportEmbeddings,
        known: Mapping[str, NDArray[np.float32]],
        progress: Callable[[int, int], None],
    ) -> None:
        """`progress` is told the texts embedded so far, and how many are known to be needed."""
        self._embeddings = embeddings
        self._known = known
        self._new: dict[str, NDArray[np.float32]] = {}
        self._used: set[str] = set()
        self._progress = progress

    @property
    def embedded(self) -> int:
        """How many texts were embedded."""
        return len(self._new)

    @property
    def reused(self) -> int:
        """How many texts took the vector that was known."""
        return len(self._used)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of `texts`, one row each, in their order.

        Raises:
            ProviderError: the provider failed.
        """
        keys = [text_key(text) for text in texts]
        self._used.update(key for key in keys if key in self._known)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if self._lookup(key) is None}
        self._embed(missing)
        rows = [self._lookup(key) for key in keys]
        return np.array(rows, dtype=np.float32) if rows else np.empty((0, 0), dtype=np.float32)

    def _lookup(self, key: str) -> NDArray[np.float32] | None:
        vector = self._known.get(key)
        return self._new.get(key) if vector is None else vector

    def _embed(self, texts: Mapping[str, str]) -> None:
        # Texts of like length together: no thread waits long for another at the end of a batch.
        keys = sorted(texts, key=lambda key: len(texts[key]), reverse=True)
        total = self.embedded + len(keys)
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            vectors = self._embeddings.embed_matrix([texts[key] for key in batch])
            self._new.update(zip(batch, vectors, strict=True))
            self._progress(self.embedded, total)
