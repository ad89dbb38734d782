"""Which line of a table says what its columns are."""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile

from ingest.sentences import clean
from ingest.tables import heads_columns, is_header
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.retriever import Hit
from vectorstore.schema import Language, SectionPath

LINES = 2
"""Lines that a header takes at most: one a language."""


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
        header, words_alone = None, 0
        for at, place in enumerate(self._corpus.places):
            begins = table != (table := (place.passage.section, place.passage.language) if in_table(place) else None)
            if begins:
                header = None
                words_alone = self._words_alone(at)
            if table is None:
                continue
            if begins if place.text.startswith("|") else is_header(clean(place.text)):
                header = at
            elif words_alone <= LINES and heads_columns(place.text) and (begins or found.get(at - 1) == at - 1):
                header = at if begins else header
                found[at] = at  # a line for each language
                continue
            if header is not None:
                found[at] = header
        return found

    def _words_alone(self, at: int) -> int:
        """How many lines of a table in a row have no figure, up to one more than a header may take: a table of words
        has no header that could be told from its rows."""
        lines = self._corpus.places[at : at + LINES + 1]
        return len(list(takewhile(lambda place: in_table(place) and heads_columns(place.text), lines)))
