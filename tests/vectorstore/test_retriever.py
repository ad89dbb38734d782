"""Hybrid retrieval on the real report: both signals, translation pairs, names, filters, LangChain's interface."""

from __future__ import annotations

import pytest

from bot.ingestion import configured_embeddings
from bot.settings import Settings
from vectorstore.retriever import HybridRetriever, Query
from vectorstore.store import Filter, PassageStore
from vectorstore.tokens import weighted_tokens


@pytest.fixture(scope="module")
def retriever(real_index: Settings) -> HybridRetriever:
    embeddings = configured_embeddings(real_index)
    return HybridRetriever.over(PassageStore.open(real_index.home, embeddings), embeddings)


def test_langchain_gets_passages_with_their_places(retriever: HybridRetriever) -> None:
    documents = retriever.invoke("How many multi-purpose e-Channels are installed at control points?")
    assert len(documents) == retriever.k
    assert "756" in documents[0].page_content
    first = documents[0].metadata
    passage = retriever.corpus.passages[str(documents[0].id)]
    assert (first["start"], first["end"]) == (passage.start, passage.end)


@pytest.mark.parametrize(
    ("text", "language"),
    [("total number of multi-purpose e-Channels at control points", "en"), ("各管制站多功能e-道总数", "zh")],
)
def test_the_side_that_is_asked_for_is_shown(retriever: HybridRetriever, text: str, language: str) -> None:
    hits = retriever.retrieve(Query(text, weighted_tokens(text), language))  # type: ignore[arg-type]
    assert any("756" in hit.text for hit in hits[:3])
    paired = [hit for hit in hits if retriever.corpus.counterparts_of(hit.passage.id, hit.number)]
    assert paired
    assert all(hit.passage.language == language for hit in paired)


def test_scores_fall_and_ranks_count_from_one(retriever: HybridRetriever) -> None:
    text = "illegal workers arrested"
    hits = retriever.retrieve(Query(text, weighted_tokens(text), "en"), k=200)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for ranks in ([hit.dense_rank for hit in hits], [hit.lexical_rank for hit in hits]):
        given = [rank for rank in ranks if rank is not None]
        assert min(given) == 1
        assert len(set(given)) == len(given)
    assert all(0 <= hit.cover <= hit.context <= 1.0001 for hit in hits)


def test_a_filter_by_section_in_either_language_keeps_to_it(retriever: HybridRetriever) -> None:
    titles = [
        p.section[0] for p in retriever.corpus.passages.values() if p.section and p.section[0].zh and p.section[0].en
    ]
    title = titles[len(titles) // 2]
    text = "how many"
    for name in (title.zh, title.en):
        hits = retriever.retrieve(Query(text, weighted_tokens(text), "en", Filter(section=name)))
        assert hits
        assert all(title in hit.passage.section for hit in hits)


def test_an_unknown_document_gives_nothing(retriever: HybridRetriever) -> None:
    assert retriever.retrieve(Query("x", {"x": 1.0}, "en", Filter(document="no-such-file.txt"))) == []


def test_counterparts_are_mutual(retriever: HybridRetriever) -> None:
    corpus = retriever.corpus
    for i, row in enumerate(corpus.counterparts.tolist()):
        for j in row:
            if j >= 0:
                assert i in corpus.counterparts[j].tolist()
                assert corpus.places[i].passage.language != corpus.places[j].passage.language
