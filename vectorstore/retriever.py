"""Hybrid retrieval: dense vectors and BM25, both languages, one ranking of sentences and of their passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.corpus import Corpus
from vectorstore.lexical import Scores
from vectorstore.ranking import best, ranks
from vectorstore.schema import Language, Passage
from vectorstore.store import Filter, PassageStore
from vectorstore.token_cache import cached_tokens
from vectorstore.tokens import weighted_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS_FILE = "tokens.json"
DENSE_SENTENCES, DENSE_PASSAGES = 800, 300
"""How many nearest neighbours are asked of Chroma; the rest count as far as the last of them."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. `text` is embedded; `terms` weighs the tokens; `language` is the side that is shown.

    `own` are the tokens that a sentence should cover, `alternatives` what covers one of them as well; without `own`
    it is `terms` that should be covered.
    """

    text: str
    terms: Mapping[str, float]
    language: Language
    filter: Filter | None = None
    own: Mapping[str, float] = field(default_factory=dict)
    alternatives: Mapping[str, Sequence[frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal earns in the ranking; the switches of an ablation set one to 0.

    Fitted by softmax regression over the candidates of the `dev` questions, drawn to equal weights (L2).
    """

    dense: float = 1.5
    dense_counterpart: float = 1.75
    dense_passage: float = 0.3
    lexical: float = 0.4
    lexical_counterpart: float = 1.9
    lexical_passage: float = 1.6
    cover: float = 0.7
    context: float = 3.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that may answer, with the signals that ranked it.

    `dense` is a cosine similarity (None where Chroma did not return the sentence), `dense_best` the better one of the
    sentence and its counterpart, `lexical` BM25; ranks count from 1 over all sentences of the side that is shown.
    `cover` (0 to 1) is the share of the query found in the sentence, `context` the same with its titles and passage,
    `elsewhere` the share that other sentences hold, and neither this one nor its titles do.
    `signals` are what `Weights` weighs.
    """

    passage: Passage
    number: int
    dense: float | None
    dense_best: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None
    cover: float
    context: float
    elsewhere: float
    score: float
    signals: Mapping[str, float]

    @property
    def text(self) -> str:
        """The verbatim sentence."""
        sentence = self.passage.sentences[self.number]
        return self.passage.slice(sentence.start, sentence.end)


class HybridRetriever(BaseRetriever):
    """LangChain's face of the retrieval: `invoke(question)` gives passages, best first; `retrieve` gives sentences."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: PassageStore
    corpus: Corpus
    embeddings: Embeddings
    weights: Weights = Weights()
    k: int = 10

    @classmethod
    def over(cls, store: PassageStore, embeddings: Embeddings, k: int = 10) -> HybridRetriever:
        """A retriever over a store, its sentences read into memory; their tokens are kept in the store's home."""
        corpus = Corpus(store.passages(), partial(cached_tokens, store.place.home / TOKENS_FILE))
        return cls(store=store, corpus=corpus, embeddings=embeddings, k=k)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        language: Language = "zh" if any("\u4e00" <= c <= "\u9fff" for c in query) else "en"
        hits = self.retrieve(Query(query, weighted_tokens(query), language), k=10 * self.k)
        passages = {hit.passage.id: hit for hit in reversed(hits)}
        chosen = sorted(passages.values(), key=lambda hit: -hit.score)[: self.k]
        return [
            LangChainDocument(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "document": hit.passage.document,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "language": hit.passage.language,
                    "section": [[title.zh, title.en] for title in hit.passage.section],
                    "score": hit.score,
                },
            )
            for hit in chosen
        ]

    def retrieve(self, query: Query, k: int = 50) -> list[Hit]:
        """The `k` best sentences of the side that is shown (or without counterpart there), best first."""
        if not self.corpus.places:
            return []
        vector = self.embeddings.embed_query(query.text)
        dense, returned = self._dense_sentences(vector, query.filter)
        lexical, lexical_passage = self.corpus.bm25(query.terms)
        cover, context, elsewhere = self.corpus.cover(query.own or query.terms, query.alternatives)
        mass = np.float32(sum(w * self.corpus.sentences.idf(token) for token, w in query.terms.items()) or 1.0)
        signals = {
            "dense": _scaled(dense),
            "dense_counterpart": _scaled(self.corpus.with_counterparts(dense)),
            "dense_passage": _scaled(self._dense_passages(vector, query.filter)),
            "lexical": lexical / mass,
            "lexical_counterpart": self.corpus.with_counterparts(lexical) / mass,
            "lexical_passage": lexical_passage / mass,
            "cover": cover,
            "context": context,
        }
        score = np.sum([getattr(self.weights, name) * signal for name, signal in signals.items()], axis=0)
        eligible = self._eligible(query)
        order = best(score, eligible, k)
        dense_ranks = ranks(dense, eligible & returned, order)
        lexical_ranks = ranks(lexical, eligible & (lexical > 0), order)
        nearer = np.maximum(dense, self.corpus.with_counterparts(dense))
        return [
            Hit(
                passage=self.corpus.places[i].passage,
                number=self.corpus.places[i].number,
                dense=float(dense[i]) if returned[i] else None,
                dense_best=float(nearer[i]),
                lexical=float(lexical[i]),
                dense_rank=dense_rank,
                lexical_rank=lexical_rank,
                cover=float(cover[i]),
                context=float(context[i]),
                elsewhere=float(elsewhere[i]),
                score=float(score[i]),
                signals={name: float(signal[i]) for name, signal in signals.items()},
            )
            for i, dense_rank, lexical_rank in zip(order, dense_ranks, lexical_ranks, strict=True)
        ]

    def _eligible(self, query: Query) -> NDArray[np.bool_]:
        shown = self.corpus.shown[query.language]
        if query.filter is None:
            return shown
        inside = [query.filter.matches(passage) for passage in self.corpus.passages.values()]
        return shown & np.array(inside, dtype=np.bool_)[self.corpus.passage_of]

    def _dense_sentences(self, vector: list[float], where: Filter | None) -> tuple[Scores, NDArray[np.bool_]]:
        found = self.store.search_sentences(vector, min(DENSE_SENTENCES, len(self.corpus.places)), where)
        floor = found[-1][2] if found else 0.0
        dense = np.full(len(self.corpus.places), floor, np.float32)
        returned = np.zeros(len(self.corpus.places), np.bool_)
        numbers = [self.corpus.number(passage_id, number) for passage_id, number, _ in found]
        dense[numbers] = [similarity for _, _, similarity in found]
        returned[numbers] = True
        return dense, returned

    def _dense_passages(self, vector: list[float], where: Filter | None) -> Scores:
        found = self.store.search_passages(vector, min(DENSE_PASSAGES, len(self.corpus.passages)), where)
        dense = np.full(len(self.corpus.passages), found[-1][1] if found else 0.0, np.float32)
        for passage_id, similarity in found:
            dense[self.corpus.passage_number[passage_id]] = similarity
        return dense[self.corpus.passage_of]


def _scaled(cosines: Scores) -> Scores:
    """multilingual-e5-small's cosines live between about 0.75 and 0.95; this spreads them over 0 to 2."""
    return (cosines - np.float32(0.75)) * np.float32(10)
