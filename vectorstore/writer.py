"""`IndexWriter`: writes a new generation of the index beside the current one, then switches."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from vectorstore.chroma import (
    IndexPlace,
    current_generation,
    generations,
    pages,
    passages_name,
    sentences_name,
)
from vectorstore.manifest import Manifest
from vectorstore.records import Records, Vectors

_LINKS = 32
_BREADTH = 500
"""HNSW links and search breadth: near exact (recall of the first 50 above 0.998 on 2,000 vectors), 2 ms a search."""


class IndexWriter:
    """The one writer of an index; the caller holds the lock."""

    def __init__(self, place: IndexPlace, rebuild: bool = False) -> None:
        """Connects; an embedded index that does not exist is made, and with `rebuild` one that cannot be read.

        Raises:
            IndexMismatchError, ProviderError: as `IndexPlace.connect`.
        """
        self.place = place
        self._client: Client = place.connect_anew() if rebuild else place.connect()

    def close(self) -> None:
        """Give the client back."""
        self._client.close()

    def current(self) -> Manifest | None:
        """The manifest of the current generation, None where there is none.

        Raises:
            IndexMismatchError: another schema version wrote it.
        """
        with self.place.reading():
            generation = current_generation(self._client)
        return generation.manifest() if generation else None

    def vectors(self, generation: str) -> dict[str, Vectors]:
        """The stored vectors of a generation, by the key of the text that each was made from."""
        known: dict[str, Vectors] = {}
        with self.place.reading():
            for name in (passages_name(generation), sentences_name(generation)):
                collection = self._client.get_collection(name, None)
                for page in pages(self._client, collection, ["embeddings", "metadatas"]):
                    vectors = np.asarray(page["embeddings"], dtype=np.float32)
                    keys = [str(metadata["key"]) for metadata in page["metadatas"] or []]
                    known.update(zip(keys, vectors, strict=True))
        return known

    def next_generation(self) -> str:
        """A name for the next generation: it sorts after all others, and no index had it before."""
        with self.place.reading():
            last = max((generation.number for generation in generations(self._client)), default=0)
        return f"{last + 1:08d}-{uuid.uuid4().hex[:8]}"

    def write(
        self,
        manifest: Manifest,
        passages: Records,
        sentences: Records,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Write a generation and make it the current one.

        The one before is kept, so that its readers go on, until the next call; older and half-written ones go.
        `progress` is told the records written and their total.

        Raises:
            ReportQAError: disk full or not writable; the current generation stays.
            ProviderError: the Chroma server failed; the current generation stays.
        """
        with self.place.writing():
            self._remove_stale()
            total = len(passages.ids) + len(sentences.ids)
            self._fill(sentences_name(manifest.generation), sentences, lambda done: progress(done, total))
            written = len(sentences.ids)
            name = passages_name(manifest.generation)
            self._fill(name, passages, lambda done: progress(written + done, total))
            self._client.get_collection(name, None).modify(
                metadata={"schema_version": manifest.schema_version, "manifest": manifest.to_json()}
            )

    def _fill(self, name: str, records: Records, progress: Callable[[int], None]) -> None:
        count = len(records.ids)
        prepared = _Prepared()
        collection = Chroma(name, prepared, client=self._client, collection_configuration=_configuration(count))
        size = self._client.get_max_batch_size()
        for start in range(0, count, size):
            part = slice(start, start + size)
            prepared.vectors = records.vectors[part]
            collection.add_texts(records.texts[part], records.metadatas[part], records.ids[part])
            progress(min(count, start + size))

    def _remove_stale(self) -> None:
        current = current_generation(self._client)
        names = {collection.name for collection in self._client.list_collections()}
        for generation in generations(self._client):
            if current is None or generation.name != current.name:
                for name in (passages_name(generation.name), sentences_name(generation.name)):
                    if name in names:
                        self._client.delete_collection(name)
        self.place.sweep()


class _Prepared(Embeddings):
    """Hands LangChain the vectors that were made before: of the text with its section titles, or taken over."""

    vectors: Vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.vectors.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError("The writer asks no questions.")


def _configuration(count: int) -> CreateCollectionConfiguration:
    hnsw: CreateHNSWConfiguration = {
        "space": "cosine",
        "max_neighbors": _LINKS,
        "ef_construction": _BREADTH,
        "ef_search": _BREADTH,
        # The graph is saved once, whole: what is not saved in it is replayed whenever a reader opens.
        "sync_threshold": max(2, count),
    }
    return {"hnsw": hnsw}
