"""`PassageStore`: the passages of the current index, and vector search over them and their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from chromadb import Collection
from chromadb.api.client import Client

from vectorstore.chroma import IndexPlace, current_generation, pages, passages_name, sentences_name
from vectorstore.embeddings import ReportEmbeddings
from vectorstore.errors import IndexMismatchError, IndexMissingError
from vectorstore.manifest import Manifest
from vectorstore.records import passage_of, split_sentence_id, title_key, title_keys
from vectorstore.schema import Passage


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrows a search to a document, by its name, and to a section, by a title of its path in either language."""

    document: str | None = None
    section: str | None = None

    def where(self) -> dict[str, Any] | None:
        """The filter in Chroma's language."""
        clauses: list[dict[str, Any]] = []
        if self.document is not None:
            clauses.append({"document": self.document})
        if self.section is not None:
            clauses.append({"titles": {"$contains": title_key(self.section)}})
        return {"$and": clauses} if len(clauses) > 1 else next(iter(clauses), None)

    def matches(self, passage: Passage) -> bool:
        """Whether a passage is inside: the same test as `where`, for what is in memory."""
        if self.document is not None and passage.document != self.document:
            return False
        return self.section is None or title_key(self.section) in title_keys(passage.section)


class PassageStore:
    """A reader of one generation of the index. It goes on answering from it after another one was written."""

    def __init__(self, place: IndexPlace, client: Client, manifest: Manifest) -> None:
        """Use `open`, which checks that index and embeddings fit."""
        self.manifest = manifest
        self.place = place
        self._client = client
        with place.reading():
            # No embedding function: vectors are made before they come here.
            self._passages = client.get_collection(passages_name(manifest.generation), None)
            self._sentences = client.get_collection(sentences_name(manifest.generation), None)

    @classmethod
    def open(cls, home: Path, embeddings: ReportEmbeddings, chroma_url: str | None = None) -> PassageStore:
        """The current index in `home`, or on the Chroma server.

        Raises:
            IndexMissingError: there is none yet.
            IndexMismatchError: another embedding model or schema made it, or it cannot be read.
            ProviderError: the Chroma server does not answer.
        """
        place = IndexPlace(home, chroma_url)
        if not place.exists():
            raise _missing(place)
        client = place.connect()
        try:
            with place.reading():
                generation = current_generation(client)
            if generation is None:
                raise _missing(place)
            manifest = generation.manifest()
            check_embedding(manifest, embeddings)
            return cls(place, client, manifest)
        except BaseException:
            client.close()
            raise

    def passages(self) -> list[Passage]:
        """All passages, by document and in document order, their sentences inside.

        Raises:
            IndexMissingError: this generation was removed since; open the store again.
        """
        found = []
        with self.place.reading():
            for page in pages(self._client, self._passages, ["documents", "metadatas"]):
                for record in zip(page["ids"], page["documents"] or [], page["metadatas"] or [], strict=True):
                    found.append((record[2]["order"], passage_of(*record)))
        return [passage for _, passage in sorted(found, key=lambda pair: cast(int, pair[0]))]

    def search_passages(self, vector: Sequence[float], k: int, where: Filter | None = None) -> list[tuple[str, float]]:
        """Up to `k` pairs of passage id and cosine similarity, best first.

        Raises:
            IndexMissingError: this generation was removed since; open the store again.
        """
        return self._search(self._passages, vector, k, where)

    def search_sentences(
        self, vector: Sequence[float], k: int, where: Filter | None = None
    ) -> list[tuple[str, int, float]]:
        """Up to `k` triples of passage id, sentence number (from 0) and cosine similarity, best first.

        Raises:
            IndexMissingError: this generation was removed since; open the store again.
        """
        found = self._search(self._sentences, vector, k, where)
        return [(*split_sentence_id(record_id), similarity) for record_id, similarity in found]

    def is_current(self) -> bool:
        """Whether no newer generation was written since, by whatever process; takes about a millisecond."""
        with self.place.reading():
            generation = current_generation(self._client)
        return generation is not None and generation.name == self.manifest.generation

    def close(self) -> None:
        """Give the client back; the store is of no use afterwards."""
        self._client.close()

    def _search(
        self, collection: Collection, vector: Sequence[float], k: int, where: Filter | None
    ) -> list[tuple[str, float]]:
        if k < 1:
            return []
        vectors: list[Sequence[float] | Sequence[int]] = [list(map(float, vector))]
        with self.place.reading():
            found = collection.query(
                query_embeddings=vectors,
                n_results=k,
                where=where.where() if where else None,
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        return [(record_id, 1.0 - distance) for record_id, distance in zip(found["ids"][0], distances[0], strict=True)]


def check_embedding(manifest: Manifest, embeddings: ReportEmbeddings) -> None:
    """Raises IndexMismatchError if the index was made with another embedding model."""
    if manifest.embedding != embeddings.fingerprint:
        raise IndexMismatchError(
            f"The index was made with {manifest.embedding}, the settings say {embeddings.fingerprint}; "
            "run `reportqa ingest --rebuild` or set the model back."
        )


def _missing(place: IndexPlace) -> IndexMissingError:
    return IndexMissingError(f"There is no index in {place} yet; run `reportqa ingest`.")
