"""`ingest`: report files → a new generation of the index; only what changed is embedded again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.loaders import load_documents
from ingest.parse import parse
from ingest.passages import passage_embedding_text, sentence_embedding_text
from ingest.vectors import VectorCache, text_key
from vectorstore.chroma import IndexPlace
from vectorstore.embeddings import ReportEmbeddings
from vectorstore.errors import IndexBusyError, ReportQAError
from vectorstore.manifest import DocumentEntry, Manifest, index_fingerprint
from vectorstore.records import Vectors, passage_records, sentence_records
from vectorstore.schema import SCHEMA_VERSION, Document, ParsedDocument
from vectorstore.store import check_embedding
from vectorstore.writer import IndexWriter

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done of it, and its total as far as it is known."""

STAGES = ("read", "align", "embed", "write")


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did: document names by what happened to them, counts, and seconds by stage."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    passages: int
    sentences: int
    embedded: int
    reused: int
    written: bool
    seconds: dict[str, float]


def ingest(
    paths: Sequence[Path],
    store_home: Path,
    embeddings: ReportEmbeddings,
    chroma_url: str | None = None,
    passage_tokens: int = 160,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Make the index hold exactly the reports in `paths`: a document that is no longer given is removed.

    Nothing is embedded or written where nothing changed. Otherwise a new generation is written beside the
    current one, with the vectors of unchanged texts taken from it, and made the current one at the end: a run
    that dies leaves the index as it was. `rebuild` takes nothing from the old index, and replaces one that
    cannot be read. `passage_tokens` is the budget of a passage.

    Raises:
        InputError: a path cannot be read; nothing was written.
        IndexBusyError: another process is writing this index.
        IndexMismatchError: another embedding model or schema made the index, and `rebuild` is not set.
        ProviderError: the embedding endpoint or the Chroma server failed.
        ReportQAError: the index cannot be written.
    """
    run = _Run(embeddings, passage_tokens, progress or (lambda stage, done, total: None))
    documents = run.read(paths)
    place = IndexPlace(store_home, chroma_url)
    with _locked(store_home):
        writer = IndexWriter(place, rebuild)
        try:
            return run.update(writer, documents, rebuild)
        finally:
            writer.close()


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "ingest.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(f"Another process is writing the index in {home}; wait until it is done.") from error
    except OSError as error:
        raise ReportQAError(
            f"{home} cannot be written ({error.strerror}); mend its permissions or set REPORTQA_HOME to another folder."
        ) from error
    try:
        yield
    finally:
        lock.release()


class _Run:
    """One ingestion: its settings, its progress and its clock."""

    def __init__(self, embeddings: ReportEmbeddings, passage_tokens: int, progress: Progress) -> None:
        self._embeddings = embeddings
        self._passage_tokens = passage_tokens
        self._progress = progress
        self._seconds = dict.fromkeys(STAGES, 0.0)

    def read(self, paths: Sequence[Path]) -> list[Document]:
        with self._timed("read"):
            documents = load_documents(paths)
        self._progress("read", len(documents), len(documents))
        # The order of the arguments must not decide between equal answers.
        return sorted(documents, key=lambda document: document.name)

    def update(self, writer: IndexWriter, documents: Sequence[Document], rebuild: bool) -> IngestReport:
        previous = None if rebuild else writer.current()
        if previous is not None:
            check_embedding(previous, self._embeddings)
        fingerprint = self._fingerprint(documents)
        if previous is not None and previous.fingerprint == fingerprint:
            return self._report(previous, previous, embedded=0, reused=0)
        with self._timed("read"):
            known = writer.vectors(previous.generation) if previous is not None else {}
        cache = VectorCache(self._embeddings, known, lambda done, total: self._progress("embed", done, total))
        manifest = self._write(writer, fingerprint, self._parse(documents, cache), cache)
        return self._report(previous, manifest, cache.embedded, cache.reused)

    def _fingerprint(self, documents: Sequence[Document]) -> str:
        hashes = {document.name: document.sha256 for document in documents}
        return index_fingerprint(
            hashes, self._embeddings.fingerprint, self._passage_tokens, _parser_fingerprint(), SCHEMA_VERSION
        )

    def _parse(self, documents: Sequence[Document], cache: VectorCache) -> list[ParsedDocument]:
        parsed = []
        with self._timed("align"):
            for number, document in enumerate(documents):
                self._progress("align", number, len(documents))
                parsed.append(parse(document, lambda texts: self._embed(cache, texts), self._passage_tokens))
        self._progress("align", len(documents), len(documents))
        # The embedding that parsing asked for is counted as embedding.
        self._seconds["align"] -= self._seconds["embed"]
        return parsed

    def _embed(self, cache: VectorCache, texts: Sequence[str]) -> Vectors:
        with self._timed("embed"):
            return cache.embed(texts)

    def _write(
        self, writer: IndexWriter, fingerprint: str, parsed: Sequence[ParsedDocument], cache: VectorCache
    ) -> Manifest:
        passages = [passage for document in parsed for passage in document.passages]
        passage_texts = [passage_embedding_text(passage) for passage in passages]
        sentence_texts = [sentence_embedding_text(item, span) for item in passages for span in item.sentences]
        # One call: the provider sees as many texts at once as there are.
        vectors = self._embed(cache, passage_texts + sentence_texts)
        count = len(passages)
        manifest = self._manifest(writer.next_generation(), fingerprint, parsed, vectors.shape[1])
        with self._timed("write"):
            writer.write(
                manifest,
                passage_records(passages, [text_key(text) for text in passage_texts], vectors[:count]),
                sentence_records(passages, [text_key(text) for text in sentence_texts], vectors[count:]),
                lambda done, total: self._progress("write", done, total),
            )
        return manifest

    def _manifest(
        self, generation: str, fingerprint: str, parsed: Sequence[ParsedDocument], dimension: int
    ) -> Manifest:
        return Manifest(
            generation=generation,
            schema_version=SCHEMA_VERSION,
            embedding=self._embeddings.fingerprint,
            dimension=dimension,
            passage_tokens=self._passage_tokens,
            documents=tuple(_entry(document) for document in parsed),
            terms=tuple(dict.fromkeys(term for document in parsed for term in document.terms)),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            fingerprint=fingerprint,
        )

    def _report(self, previous: Manifest | None, current: Manifest, embedded: int, reused: int) -> IngestReport:
        before = {entry.name: entry.sha256 for entry in previous.documents} if previous else {}
        now = {entry.name: entry.sha256 for entry in current.documents}
        return IngestReport(
            added=tuple(name for name in now if name not in before),
            changed=tuple(name for name in now if name in before and before[name] != now[name]),
            unchanged=tuple(name for name in now if before.get(name) == now[name]),
            removed=tuple(name for name in before if name not in now),
            passages=sum(entry.passages for entry in current.documents),
            sentences=sum(entry.sentences for entry in current.documents),
            embedded=embedded,
            reused=reused,
            written=current is not previous,
            seconds=dict(self._seconds),
        )

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - start


def _entry(parsed: ParsedDocument) -> DocumentEntry:
    document = parsed.document
    sentences = sum(len(passage.sentences) for passage in parsed.passages)
    return DocumentEntry(document.id, document.name, document.sha256, len(parsed.passages), sentences)


def _parser_fingerprint() -> str:
    """The hash of this package's code: passages that another parser cut are cut again, their vectors reused."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()
