"""Embeddings that remember on disk, so that an ingestion that was interrupted goes on where it was."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.embeddings import ReportEmbeddings


class RememberedEmbeddings(ReportEmbeddings):
    """The vectors of another provider, those of passages kept in a file. For one thread."""

    def __init__(self, inner: ReportEmbeddings, file: Path) -> None:
        """`file` is made where it is missing."""
        self._inner = inner
        self._memory = sqlite3.connect(file)
        self._memory.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    @property
    def fingerprint(self) -> str:
        """The other provider's: the vectors are the same."""
        return self._inner.fingerprint

    def embed_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of passage texts, one row a text; what is new is on disk when this returns."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        known = {key: self._recall(key) for key in keys}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if known[key] is None}
        if missing:
            new = dict(zip(missing, self._inner.embed_matrix(list(missing.values())), strict=True))
            known.update(new)
            with self._memory:
                rows = [(key, vector.tobytes()) for key, vector in new.items()]
                self._memory.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.array([known[key] for key in keys], dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of passage texts."""
        vectors: list[list[float]] = self.embed_matrix(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, from the other provider."""
        return self._inner.embed_query(text)

    def close(self) -> None:
        """Close the file."""
        self._memory.close()

    def _recall(self, key: bytes) -> NDArray[np.float32] | None:
        row = self._memory.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)
