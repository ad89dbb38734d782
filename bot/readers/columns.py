"""Which line of a table says what its columns are."""

from __future__ import annotations

from functools import cached_property

from ingest.sentences import clean
from ingest.tables import heads_columns, is_header
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.retriever import Hit
from vectorstore.schema import Language, SectionPath


def in_table(place: Hit | SentencePlace) -> bool:
    """Whether a sentence is a line of a table: in both languages, or in one and between pipes."""
    return place.passage.role == "table" or place.text.startswith("|")


class Columns:
    """The headers of a corpus's tables; they are looked for once, when the first row is asked about."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def header_of(self, hit: Hit) -> SentencePlace | None:
        """The line that names the columns above a row; None where its table has none, and for anything else."""
        at = self._corpus.number(hit.passage.id, hit.number)
        header = self._headers.get(at) if in_table(hit) else None
        return None if header is None or header == at else self._corpus.places[header]

    def names_columns(self, hit: Hit) -> bool:
        """Whether a hit is such a line itself."""
        at = self._corpus.number(hit.passage.id, hit.number)
        return in_table(hit) and self._headers.get(at) == at

    @cached_property
    def _headers(self) -> dict[int, int]:
        """By the corpus number of a row, that of its header: with pipes, a table's first line."""
        found: dict[int, int] = {}
        table: tuple[SectionPath, Language] | None = None
        header = None
        for at, place in enumerate(self._corpus.places):
            begins = table != (table := (place.passage.section, place.passage.language) if in_table(place) else None)
            if begins:
                header = None
            if table is None:
                continue
            if begins if place.text.startswith("|") else is_header(clean(place.text)):
                header = at
            elif heads_columns(place.text) and (begins or found.get(at - 1) == at - 1):
                header = at if begins else header
                found[at] = at  # a line for each language
                continue
            if header is not None:
                found[at] = header
        return found
