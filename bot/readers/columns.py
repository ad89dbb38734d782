"""Which line of a table says what its columns are."""

from __future__ import annotations

from functools import cached_property

from ingest.sentences import clean
from ingest.tables import is_header
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.retriever import Hit


class Columns:
    """The headers of a corpus's tables; they are looked for once, when the first row is asked about."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def header_of(self, hit: Hit) -> SentencePlace | None:
        """The line that names the columns above a row; None where its table has none, and for anything else."""
        at = self._corpus.number(hit.passage.id, hit.number)
        header = self._headers.get(at) if hit.passage.role == "table" else None
        return None if header is None or header == at else self._corpus.places[header]

    def names_columns(self, hit: Hit) -> bool:
        """Whether a hit is such a line itself."""
        at = self._corpus.number(hit.passage.id, hit.number)
        return hit.passage.role == "table" and self._headers.get(at) == at

    @cached_property
    def _headers(self) -> dict[int, int]:
        """By the corpus number of a row, that of its header: with pipes, a table's first line."""
        found: dict[int, int] = {}
        table, header = None, None
        for at, place in enumerate(self._corpus.places):
            begins = table != (table := place.passage.section if place.passage.role == "table" else None)
            if begins:
                header = None
            if table is None:
                continue
            if begins if place.text.startswith("|") else is_header(clean(place.text)):
                header = at
            if header is not None:
                found[at] = header
        return found
