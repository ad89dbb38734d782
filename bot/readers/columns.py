"""The line that names the columns of a table, for a row of it and for itself."""

from __future__ import annotations

from itertools import takewhile

from ingest.sentences import clean
from ingest.tables import is_header
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.retriever import Hit

LONGEST_TABLE = 60
"""Rows above one among which the header of its table is looked for."""


def header_of(corpus: Corpus, hit: Hit) -> SentencePlace | None:
    """The line that names the columns of a row's table; None where the table has none, or it is that line."""
    above = _above(corpus, hit)
    header = next((place for place in above if is_header(clean(place.text))), None)
    if header is None and above and above[-1].text.startswith("|"):
        return above[-1]
    return header


def names_columns(corpus: Corpus, hit: Hit) -> bool:
    """Whether a hit is the first line of a table, which says what its columns are."""
    if hit.passage.role != "table" or not (hit.text.startswith("|") or is_header(clean(hit.text))):
        return False
    return not _above(corpus, hit)


def _above(corpus: Corpus, hit: Hit) -> list[SentencePlace]:
    """The rows of the same table above one, nearest first."""
    at = corpus.number(hit.passage.id, hit.number)
    table = ("table", hit.passage.section)
    near = reversed(corpus.places[max(0, at - LONGEST_TABLE) : at])
    return list(takewhile(lambda place: (place.passage.role, place.passage.section) == table, near))
