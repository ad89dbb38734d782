"""`PassageStore` and `IndexWriter` on a real Chroma: search, filters, generations, errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.client import Client

from vectorstore.chroma import IndexPlace
from vectorstore.embeddings import ReportEmbeddings
from vectorstore.errors import IndexMismatchError, IndexMissingError, ReportQAError
from vectorstore.manifest import Manifest
from vectorstore.records import Vectors, passage_records, sentence_records
from vectorstore.schema import SCHEMA_VERSION, Passage, Sentence, Term, Title
from vectorstore.store import Filter, PassageStore
from vectorstore.writer import IndexWriter

DIMENSION = 16
WORK = Title("工作 (2024.*)", "Our Work [2024]")
PAY = Title("薪酬", "Pay")


class Named(ReportEmbeddings):
    """An embedding model of which the store needs only the name."""

    fingerprint = "test/one"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise NotImplementedError

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError


def passage(number: int, text: str, section: tuple[Title, ...] = (), document: str = "report.txt") -> Passage:
    half = len(text) // 2
    return Passage(
        id=f"{number:016x}",
        document_id=document,
        document=document,
        start=10,
        end=10 + len(text),
        text=text,
        language="zh",
        section=section,
        role="body",
        tokens=5,
        sentences=(Sentence(10, 10 + half), Sentence(10 + half, 10 + len(text))),
    )


PASSAGES = [
    passage(9, "这里有四人。那里有五人。", (WORK,)),
    passage(3, "Pay rose by 3%. It fell later.", (WORK, PAY)),
    passage(7, "没有标题。一句。"),
    passage(1, "Another report. One more.", (PAY,), "other.md"),
]


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def manifest(generation: str) -> Manifest:
    terms = (Term(("Top Talent Pass Scheme", "TTPS", "高才通计划")),)
    return Manifest(generation, SCHEMA_VERSION, Named.fingerprint, DIMENSION, 256, (), terms, "2024-01-01", "f")


def write(home: Path, passages: list[Passage], seed: int = 0, **changes: object) -> Manifest:
    """A generation of `passages`, their vectors random."""
    writer = IndexWriter(IndexPlace(home))
    try:
        made = replace(manifest(writer.next_generation()), **changes)  # type: ignore[arg-type]
        count = sum(len(p.sentences) for p in passages)
        vectors = unit_vectors(len(passages) + count, seed)
        keys = [str(number) for number in range(len(vectors))]
        split = len(passages)
        writer.write(
            made,
            passage_records(passages, keys[:split], vectors[:split]),
            sentence_records(passages, keys[split:], vectors[split:]),
        )
        return made
    finally:
        writer.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PassageStore]:
    write(tmp_path, PASSAGES)
    store = PassageStore.open(tmp_path, Named())
    yield store
    store.close()


def test_passages_and_manifest_come_back_in_document_order(store: PassageStore) -> None:
    assert store.passages() == PASSAGES
    assert store.manifest == manifest(store.manifest.generation)


def test_search_gives_cosines_whatever_the_length_of_the_vector_best_first(store: PassageStore) -> None:
    vectors = unit_vectors(12)
    query = unit_vectors(1, seed=5)[0]
    found = store.search_passages(query.tolist(), 4)
    wanted = sorted(zip((p.id for p in PASSAGES), vectors[:4] @ query, strict=True), key=lambda pair: -pair[1])
    assert [record_id for record_id, _ in found] == [record_id for record_id, _ in wanted]
    assert [similarity for _, similarity in found] == pytest.approx([cosine for _, cosine in wanted], abs=1e-5)
    sentences = store.search_sentences((query * 7).tolist(), 8)
    assert {(i, n): s for i, n, s in sentences} == pytest.approx(
        {(p.id, n): vectors[4 + 2 * i + n] @ query for i, p in enumerate(PASSAGES) for n in (0, 1)}, abs=1e-5
    )
    assert sentences[0][2] == max(similarity for _, _, similarity in sentences)


def test_search_takes_any_number_of_results(store: PassageStore) -> None:
    query = unit_vectors(1, seed=5)[0].tolist()
    assert [len(store.search_passages(query, k)) for k in (-1, 0, 1, 3, 4, 1000)] == [0, 0, 1, 3, 4, 4]


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (Filter(), {9, 3, 7, 1}),
        (Filter(document="other.md"), {1}),
        (Filter(document="report.txt"), {9, 3, 7}),
        (Filter(document="missing.txt"), set()),
        (Filter(section="工作 (2024.*)"), {9, 3}),
        (Filter(section="our  WORK [2024]"), {9, 3}),
        (Filter(section="Our Work"), set()),
        (Filter(section="薪酬"), {3, 1}),
        (Filter(section="Pay", document="report.txt"), {3}),
        (Filter(section=""), set()),
    ],
)
def test_a_filter_narrows_to_document_and_section(store: PassageStore, where: Filter, numbers: set[int]) -> None:
    query = unit_vectors(1, seed=5)[0].tolist()
    ids = {f"{number:016x}" for number in numbers}
    assert {record_id for record_id, _ in store.search_passages(query, 10, where)} == ids
    assert {record_id for record_id, _, _ in store.search_sentences(query, 10, where)} == ids
    assert {p.id for p in PASSAGES if where.matches(p)} == ids


def test_search_is_near_exact_among_two_thousand_vectors(tmp_path: Path) -> None:
    passages = [passage(number, f"第{number}段，第一句。第二句。") for number in range(1000)]
    write(tmp_path, passages, seed=1)
    vectors = unit_vectors(3000, seed=1)[1000:]
    store = PassageStore.open(tmp_path, Named())
    hits = 0
    for query in unit_vectors(40, seed=2):
        best = {(passages[i // 2].id, i % 2) for i in np.argsort(-(vectors @ query))[:50]}
        hits += len(best & {(record_id, number) for record_id, number, _ in store.search_sentences(query.tolist(), 50)})
    store.close()
    assert hits >= 0.99 * 40 * 50


def test_what_exceeds_a_batch_of_chroma_is_written_and_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "get_max_batch_size", lambda self: 3)
    name = write(tmp_path, PASSAGES).generation
    store = PassageStore.open(tmp_path, Named())
    assert store.passages() == PASSAGES
    assert len(store.search_sentences([1.0] * DIMENSION, 99)) == 8
    store.close()
    writer = IndexWriter(IndexPlace(tmp_path))
    stored = writer.vectors(name)
    writer.close()
    assert np.allclose([stored[str(key)] for key in range(12)], unit_vectors(12), atol=1e-6)


def test_an_index_without_passages_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, [])
    store = PassageStore.open(tmp_path, Named())
    assert store.passages() == []
    assert store.search_sentences([1.0] * DIMENSION, 5) == []
    store.close()


def test_a_reader_goes_on_with_its_generation_and_learns_of_the_next(tmp_path: Path, store: PassageStore) -> None:
    query = unit_vectors(1, seed=5)[0].tolist()
    before = store.search_passages(query, 2)
    assert store.is_current()
    write(tmp_path, PASSAGES[:1])
    assert not store.is_current()
    assert store.search_passages(query, 2) == before
    assert len(store.passages()) == len(PASSAGES)
    newer = PassageStore.open(tmp_path, Named())
    assert newer.passages() == PASSAGES[:1]
    newer.close()


def test_a_reader_two_generations_behind_is_told_to_open_again(tmp_path: Path, store: PassageStore) -> None:
    write(tmp_path, PASSAGES[:1])
    write(tmp_path, PASSAGES[:2])
    for ask in (store.passages, lambda: store.search_passages([1.0] * DIMENSION, 2)):
        with pytest.raises(IndexMissingError, match="open it again"):
            ask()


def test_old_generations_leave_no_files_behind(tmp_path: Path) -> None:
    for _ in range(5):
        write(tmp_path, PASSAGES)
    assert len([entry for entry in (tmp_path / "index").iterdir() if entry.is_dir()]) == 4


def test_a_generation_that_was_not_finished_counts_for_nothing(tmp_path: Path, store: PassageStore) -> None:
    records = passage_records(PASSAGES, ["k"] * 4, unit_vectors(4))
    broken = replace(records, metadatas=[*records.metadatas[:3], {"order": object()}])
    writer = IndexWriter(IndexPlace(tmp_path))
    with pytest.raises((ReportQAError, ValueError)):
        writer.write(manifest(writer.next_generation()), broken, sentence_records([], [], unit_vectors(0)))
    writer.close()
    assert store.is_current()
    assert store.passages() == PASSAGES


def test_no_index_is_an_error_that_names_the_command_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="reportqa ingest"):
        PassageStore.open(tmp_path / "none", Named())
    assert not (tmp_path / "none").exists()


def test_another_embedding_model_is_an_error_that_names_the_mend(tmp_path: Path) -> None:
    write(tmp_path, PASSAGES, embedding="test/other")
    with pytest.raises(IndexMismatchError, match=r"test/other.*test/one.*--rebuild"):
        PassageStore.open(tmp_path, Named())


def test_another_schema_version_is_an_error_that_names_the_mend(tmp_path: Path) -> None:
    write(tmp_path, PASSAGES, schema_version=SCHEMA_VERSION + 1)
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        PassageStore.open(tmp_path, Named())


def test_a_damaged_database_is_an_error_that_names_the_mend_and_rebuilding_mends_it(tmp_path: Path) -> None:
    write(tmp_path, PASSAGES)
    (tmp_path / "index" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    for _ in range(2):
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            PassageStore.open(tmp_path, Named())
    writer = IndexWriter(IndexPlace(tmp_path), rebuild=True)
    assert writer.current() is None
    writer.close()
