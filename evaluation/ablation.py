"""What each part earns: the same gold questions with one part off at a time.

Parts are switched off when a question is asked; the index stays as it is, so what the section titles add to the vectors
stays too. The threshold of the refusal is that of the whole assistant: read `recall@1` and MRR beside `correct`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

import bot.question
import bot.readers.margins
import bot.readers.officers
import bot.readers.wording
from bot.assistant import Assistant
from bot.ingestion import configured_embeddings
from bot.lexicon import cantonese, synonyms
from bot.readers.spans import SpanReader
from bot.settings import Settings
from evaluation.compare import Comparison, compare
from evaluation.gold import GoldQuestion
from evaluation.metrics import METRICS
from evaluation.results import Results
from evaluation.runner import evaluate
from vectorstore.corpus import Corpus
from vectorstore.embeddings import ReportEmbeddings
from vectorstore.retriever import HybridRetriever, Weights
from vectorstore.schema import Passage
from vectorstore.store import PassageStore

SHOWN = ("right", "correct", "refusal_f1", "parity", "recall@1", "recall@5", "mrr")
_METRICS = tuple(metric for metric in METRICS if metric.name in SHOWN)
_DENSE = ("dense", "dense_counterpart", "dense_passage")
_PAIRS = ("dense_counterpart", "lexical_counterpart")
_CONTEXT = ("dense_passage", "lexical_passage", "context")


@dataclass(frozen=True, slots=True)
class Variant:
    """The assistant with one part off.

    `off` names the retrieval weights that are set to 0; `passages` and `questions` say what becomes of them;
    `terms` and `reading` are whether there are names from the report and a reading model; `without` switches something
    off while the questions are asked.
    """

    name: str
    off: tuple[str, ...] = ()
    passages: Callable[[Passage], Passage] = lambda passage: passage
    questions: Callable[[GoldQuestion], GoldQuestion] = lambda question: question
    terms: bool = True
    reading: bool = True
    without: Callable[[], AbstractContextManager[None]] = nullcontext


def _unpaired(passage: Passage) -> Passage:
    sentences = tuple(replace(sentence, counterpart=None) for sentence in passage.sentences)
    return replace(passage, sentences=sentences)


def _untitled(passage: Passage) -> Passage:
    return replace(passage, section=())


def _alone(question: GoldQuestion) -> GoldQuestion:
    return replace(question, history=())


def _all_but(kept: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in Weights.__dataclass_fields__ if name not in kept)


@contextmanager
def _replaced(name: str, value: Any, *modules: ModuleType) -> Iterator[None]:
    """Modules with another table in place of one of their own."""
    before = getattr(modules[0], name)
    for module in modules:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module in modules:
            setattr(module, name, before)


def _without_cantonese() -> AbstractContextManager[None]:
    return _replaced("cantonese", lambda: replace(cantonese(), replacements={}), bot.question)


def _without_synonyms() -> AbstractContextManager[None]:
    return _replaced(
        "synonyms",
        lambda: replace(synonyms(), tables=()),
        bot.question,
        bot.readers.margins,
        bot.readers.officers,
        bot.readers.wording,
    )


VARIANTS: tuple[Variant, ...] = (
    Variant("dense only", off=_all_but(_DENSE)),
    Variant("lexical only", off=_DENSE),
    Variant("no translation pairs", off=_PAIRS, passages=_unpaired),
    Variant("no section and passage context", off=_CONTEXT, passages=_untitled),
    Variant("no Cantonese normalisation", without=_without_cantonese),
    Variant("no reading model", reading=False),
    Variant("no synonyms", without=_without_synonyms),
    Variant("no names from the report", terms=False),
    Variant("no conversation", questions=_alone),
)


@dataclass(frozen=True, slots=True)
class AblationRow:
    """A variant's comparison with the whole assistant, by metric."""

    variant: str
    comparisons: Mapping[str, Comparison]


def ablate(
    questions: Sequence[GoldQuestion],
    settings: Settings,
    whole: Results,
    variants: Sequence[Variant] = VARIANTS,
    threads: int = 1,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[AblationRow]:
    """Every variant against the run `whole` of the same questions, `threads` of them asked at a time.

    Raises:
        ReportQAError: as `Assistant.open`.
    """
    embeddings = configured_embeddings(settings)
    store = PassageStore.open(settings.home, embeddings, settings.chroma_url)
    passages = store.passages()
    spans = SpanReader.load() if settings.reading_model else None
    rows = []
    for variant in variants:
        assistant = _assistant(variant, store, passages, embeddings, settings, spans)
        with variant.without():
            results = evaluate(
                [variant.questions(question) for question in questions],
                assistant,
                settings,
                metrics=_METRICS,
                threads=threads,
                progress=partial(progress, variant.name),
            )
        rows.append(AblationRow(variant.name, {c.metric: c for c in compare(results, whole, _METRICS)}))
    return rows


def _assistant(
    variant: Variant,
    store: PassageStore,
    passages: Sequence[Passage],
    embeddings: ReportEmbeddings,
    settings: Settings,
    spans: SpanReader | None,
) -> Assistant:
    corpus = Corpus([variant.passages(passage) for passage in passages])
    weights = replace(Weights(), **dict.fromkeys(variant.off, 0.0))
    retriever = HybridRetriever(store=store, corpus=corpus, embeddings=embeddings, weights=weights)
    assistant = Assistant(store, retriever, settings.language, spans if variant.reading else None)
    if not variant.terms:
        assistant.manifest = replace(assistant.manifest, terms=())
    return assistant
