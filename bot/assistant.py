"""The assistant: question → understand → retrieve → read → decide → ground → `Answer`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from bot.answer import Answer, Citation, Register, Turn
from bot.contacts import Contacts, find_contacts
from bot.explanation import CandidateScore, Explanation, Stage
from bot.grounding import Grounder, unsupported
from bot.ingestion import configured_embeddings
from bot.question import MAX_QUESTION, Question, understand
from bot.readers.base import Reader, Reading
from bot.readers.judging import Judge
from bot.readers.sentence import SentenceReader
from bot.readers.spans import SpanReader
from bot.refusal import THRESHOLD, Decision, decide
from bot.settings import Settings
from prompts import LanguageChoice, MessageLanguage, Messages, load_messages
from vectorstore.abbreviations import Abbreviations
from vectorstore.corpus import Corpus
from vectorstore.manifest import Manifest
from vectorstore.retriever import Hit, HybridRetriever, Query
from vectorstore.schema import Passage, SectionPath
from vectorstore.store import Filter, PassageStore
from vectorstore.tokens import convert_script

NEAREST_SECTIONS = 3
_YEAR = re.compile(r"date:\d{4}")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Everything that one question led to."""

    question: Question
    hits: Sequence[Hit]
    reading: Reading
    decision: Decision
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    stage: Stage
    latency_ms: dict[str, float]


class Assistant:
    """Answers questions from one index. Safe to call from several threads."""

    def __init__(
        self,
        store: PassageStore,
        retriever: HybridRetriever,
        language: LanguageChoice = "auto",
        spans: SpanReader | None = None,
    ) -> None:
        """Use `open`; this is for scripts that bring a retriever of their own."""
        self.manifest: Manifest = store.manifest
        self._store = store
        self._retriever = retriever
        self._language = language
        self._corpus: Corpus = retriever.corpus
        judge = Judge(self._corpus, report_year(self._corpus), spans)
        self._reader: Reader = SentenceReader(self._corpus, judge)
        self._grounder = Grounder(self._corpus)
        self._contacts: Contacts = find_contacts(self._corpus.passages.values())
        self._abbreviations = Abbreviations([place.text for place in self._corpus.places])
        self._messages = load_messages("answer")

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """The assistant over the index of these settings.

        Raises:
            IndexMissingError, IndexMismatchError, ProviderError: as `PassageStore.open`.
            InputError: the settings ask for a reader or an embedding provider that is not there.
        """
        embeddings = configured_embeddings(settings)
        store = PassageStore.open(settings.home, embeddings, settings.chroma_url)
        spans = SpanReader.load() if settings.reading_model else None
        return cls(store, HybridRetriever.over(store, embeddings), settings.language, spans)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
    ) -> Answer:
        """The answer to a question, in the light of the turns before it; `filter` narrows where it may come from."""
        return _answer(question, self._run(question, history, language, filter))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows: each item is the whole answer so far, as checked as the last, which `ask` gives."""
        yield self.ask(question, history, language=language, filter=filter)

    def explain(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
    ) -> tuple[Answer, Explanation]:
        """The same answer as `ask` gives, and how it came about."""
        outcome = self._run(question, history, language, filter)
        return _answer(question, outcome), _explanation(outcome)

    def sections(self) -> list[SectionPath]:
        """The section paths in document order, each once."""
        return list(dict.fromkeys(passage.section for passage in self._corpus.passages.values() if passage.section))

    def passage(self, passage_id: str) -> Passage:
        """A passage of the index. Raises KeyError for an id that is not in it."""
        return self._corpus.passages[passage_id]

    def passages(self) -> list[Passage]:
        """All passages of the index, by document and in document order."""
        return list(self._corpus.passages.values())

    def is_current(self) -> bool:
        """Whether no newer index was written since this assistant was opened."""
        return self._store.is_current()

    def close(self) -> None:
        """Give the store back."""
        self._store.close()

    def _run(
        self, typed: str, history: Sequence[Turn], language: LanguageChoice | None, where: Filter | None
    ) -> _Outcome:
        clock = _Clock()
        question = understand(typed, history, self.manifest.terms, language or self._language, self._abbreviations)
        clock.lap("understand")
        messages = self._messages[_message_language(question.register)]
        canned = self._without_report(question, messages)
        if canned is not None:
            text, refused, stage = canned
            return _Outcome(question, (), Reading((), ()), _undecided(refused), text, (), refused, stage, clock.total())
        query = Query(
            question.normalised, question.terms, question.language, where, question.own, question.alternatives
        )
        hits = self._retriever.retrieve(query)
        clock.lap("retrieve")
        reading = self._reader.read(question, hits)
        decision = decide(question, reading)
        clock.lap("read")
        if decision.reason is not None:
            text = self._refusal(decision, question.register, hits, messages)
            stage = "refusal" if reading.candidates else "retrieval"
            return _Outcome(question, hits, reading, decision, text, (), True, stage, clock.total())
        text, citations = self._grounder.ground(reading.statements, question.register, messages)
        if unsupported(text, citations):
            text = self._refusal(decision, question.register, hits, messages)
            return _Outcome(question, hits, reading, decision, text, (), True, "reading", clock.total())
        if citations and citations[0].language != question.language:
            text = messages("only_other_language") + text
        clock.lap("ground")
        return _Outcome(question, hits, reading, decision, text, citations, False, "answered", clock.total())

    def _without_report(self, question: Question, messages: Messages) -> tuple[str, bool, Stage] | None:
        """What is said without looking into the report, whether it is a refusal, and the stage that said it."""
        if not any(c.isalpha() for c in question.standalone):
            return messages("empty"), True, "understanding"
        if len(question.text) > MAX_QUESTION:
            return messages("too_long", limit=MAX_QUESTION), True, "understanding"
        if question.steering:
            return self._with_contact(messages("refusal_steering"), messages), True, "refusal"
        if question.smalltalk:
            return messages(question.smalltalk), False, "smalltalk"
        return None

    def _refusal(self, decision: Decision, register: Register, hits: Sequence[Hit], messages: Messages) -> str:
        parts = [messages(f"refusal_{decision.reason or 'nothing'}")]
        sections = _nearest_sections(hits, register)
        if sections:
            parts.append(messages("nearest", sections=messages("separator").join(sections)))
        space = " " if register == "en" else ""
        return self._with_contact(space.join(parts), messages, space)

    def _with_contact(self, text: str, messages: Messages, space: str = " ") -> str:
        hotline, website = self._contacts.hotline, self._contacts.website
        if not hotline and not website:
            return text
        key = "both" if hotline and website else "hotline" if hotline else "website"
        return text + space + messages(f"contact_{key}", hotline=hotline, website=website)


class _Clock:
    """Stage times in milliseconds."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self._stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self._stages[stage] = round(1000 * (now - self._last), 3)
        self._last = now

    def total(self) -> dict[str, float]:
        return {"total": round(1000 * (perf_counter() - self._began), 3), **self._stages}


def report_year(corpus: Corpus) -> str | None:
    """The year that a report is about: the one that its sentences name most often; None where none is named."""
    counts = Counter(token[5:] for tokens in corpus.tokens for token in set(tokens) if _YEAR.fullmatch(token))
    return min(counts, key=lambda year: (-counts[year], year), default=None)


def _message_language(register: Register) -> MessageLanguage:
    return "zh-Hant" if register == "yue" else register


def _undecided(refused: bool) -> Decision:
    return Decision(0.0 if refused else 1.0, THRESHOLD, "outside" if refused else None, {})


def _nearest_sections(hits: Sequence[Hit], register: Register) -> list[str]:
    titles: list[str] = []
    for hit in hits[:20]:
        if hit.passage.section:
            title = hit.passage.section[-1].in_language("en" if register == "en" else "zh")
            titles.append(convert_script(title, "s2hk") if register in ("zh-Hant", "yue") else title)
    return list(dict.fromkeys(titles))[:NEAREST_SECTIONS]


def _answer(typed: str, outcome: _Outcome) -> Answer:
    return Answer(
        question=typed.encode("utf-8", "replace").decode("utf-8"),
        language=outcome.question.register,
        answer=outcome.text,
        refused=outcome.refused,
        citations=outcome.citations,
        reader="sentence",
        latency_ms=outcome.latency_ms,
    )


def _explanation(outcome: _Outcome) -> Explanation:
    question = outcome.question
    chosen = {(s.passage.id, s.number) for s in outcome.reading.statements}
    return Explanation(
        question=question.text,
        standalone=question.standalone,
        register=question.register,
        script=question.script,
        normalised=question.normalised,
        terms=tuple(question.terms),
        answer_type=question.kind,
        candidates=tuple(
            CandidateScore(
                passage_id=candidate.hit.passage.id,
                sentence=candidate.hit.number,
                text=candidate.hit.text,
                section=" › ".join(title.in_language(question.language) for title in candidate.hit.passage.section),
                dense_rank=candidate.hit.dense_rank,
                lexical_rank=candidate.hit.lexical_rank,
                fused_rank=rank,
                dense=candidate.hit.dense,
                lexical=candidate.hit.lexical,
                score=candidate.score,
                chosen=not outcome.refused and (candidate.hit.passage.id, candidate.hit.number) in chosen,
            )
            for rank, candidate in enumerate(outcome.reading.candidates, 1)
        ),
        confidence=outcome.decision.confidence,
        threshold=outcome.decision.threshold,
        reason=outcome.decision.reason,
        signals=outcome.decision.signals,
        verdict_stage=outcome.stage,
    )
