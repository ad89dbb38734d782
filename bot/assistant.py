"""The assistant: question → understand → retrieve → read → decide → ground → `Answer`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answer import Answer, ReaderName, Register, Turn
from bot.contacts import find_contacts
from bot.explanation import Explanation, Stage
from bot.grounding import Grounder, unsupported
from bot.ingestion import configured_embeddings
from bot.languages import other_language
from bot.outcome import Clock, Outcome, answer_of, explanation_of, undecided
from bot.question import MAX_QUESTION, Question, Said
from bot.readers.base import Reader, Reading
from bot.readers.judging import Judge
from bot.readers.sentence import SentenceReader
from bot.readers.spans import SpanReader
from bot.readers.times import report_year
from bot.refusal import OUTSIDE_CONTEXT, decide
from bot.refusal_text import RefusalTexts
from bot.settings import Settings
from bot.understanding import Understanding
from prompts import LanguageChoice, MessageLanguage, Messages, load_messages
from vectorstore.corpus import Corpus
from vectorstore.errors import InputError
from vectorstore.manifest import Manifest
from vectorstore.retriever import HybridRetriever, Query
from vectorstore.schema import Passage, SectionPath
from vectorstore.store import Filter, PassageStore

if TYPE_CHECKING:
    from bot.chat.account import Account
    from bot.chat.reader import ChatReader

SURE_ALONE = 0.65
"""The chance above which a question that may lean on the turns before is answered by itself, if that is likelier."""


class Assistant:
    """Answers questions from one index. Safe to call from several threads."""

    def __init__(
        self,
        store: PassageStore,
        retriever: HybridRetriever,
        language: LanguageChoice = "auto",
        spans: SpanReader | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Use `open`; this is for scripts that bring a retriever of their own.

        `settings` say who writes the answers and which chat model there is; without them the sentence reader writes.

        Raises:
            InputError: the settings ask for the chat reader and name no usable model.
        """
        self.manifest: Manifest = store.manifest
        self._store = store
        self._retriever = retriever
        self._language = language
        self._corpus: Corpus = retriever.corpus
        judge = Judge(self._corpus, report_year(self._corpus), spans)
        self._reader: Reader = SentenceReader(self._corpus, judge)
        self._grounder = Grounder(self._corpus)
        self._refusals = RefusalTexts(find_contacts(self._corpus.passages.values()))
        self._understanding = Understanding(self._corpus, self.manifest.terms, retriever.embeddings)
        self._messages = load_messages("answer")
        self._settings = settings
        self._default_reader: ReaderName = settings.reader if settings else "sentence"
        self._chat: ChatReader | None = None
        self._chat_lock = threading.Lock()
        if self._default_reader == "chat":
            self._chat_reader()

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """The assistant over the index of these settings.

        Raises:
            IndexMissingError, IndexMismatchError, ProviderError: as `PassageStore.open`.
            InputError: the settings ask for a reader or an embedding provider that is not there.
        """
        # The model is loaded while Chroma is: most of both waits for neither Python nor the other.
        with ThreadPoolExecutor(1) as aside:
            spans = aside.submit(SpanReader.load) if settings.reading_model else None
            embeddings = configured_embeddings(settings)
            store = PassageStore.open(settings.home, embeddings, settings.chroma_url)
            retriever = HybridRetriever.over(store, embeddings)
            return cls(store, retriever, settings.language, spans.result() if spans else None, settings)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
        reader: ReaderName | None = None,
    ) -> Answer:
        """The answer to a question, in the light of the turns before it.

        `filter` narrows where it may come from; `reader` says who writes it, in place of the settings.

        Raises:
            InputError: `reader` is `chat` and the settings name no usable model.
        """
        return answer_of(question, self._last(question, history, language, filter, reader, whole_order=False))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
        reader: ReaderName | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows: each item is the whole answer so far, as checked as the last, which `ask` gives."""
        for outcome in self._run(question, history, language, filter, reader, whole_order=False):
            yield answer_of(question, outcome)

    def explain(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        filter: Filter | None = None,
        reader: ReaderName | None = None,
    ) -> tuple[Answer, Explanation]:
        """The same answer as `ask` gives, and how it came about."""
        outcome = self._last(question, history, language, filter, reader, whole_order=True)
        return answer_of(question, outcome), explanation_of(outcome)

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

    def choose_reader(self, reader: ReaderName) -> None:
        """Makes sure that a reader can write.

        Raises:
            InputError: it is `chat` and the settings name no usable model.
        """
        if reader == "chat":
            self._chat_reader()

    def _chat_reader(self) -> ChatReader:
        """The chat reader, made when it is first asked for: its packages take seconds to import."""
        with self._chat_lock:
            if self._chat is None:
                if self._settings is None:
                    raise InputError("This assistant was opened without settings, and so without a chat model.")
                from bot.chat.reader import ChatReader

                self._chat = ChatReader(self._settings, self._corpus, self._grounder, self.manifest)
            return self._chat

    def _last(
        self,
        typed: str,
        history: Sequence[Turn],
        language: LanguageChoice | None,
        where: Filter | None,
        reader: ReaderName | None,
        whole_order: bool,
    ) -> Outcome:
        *_, outcome = self._run(typed, history, language, where, reader, whole_order)
        return outcome

    def _run(
        self,
        typed: str,
        history: Sequence[Turn],
        language: LanguageChoice | None,
        where: Filter | None,
        reader: ReaderName | None,
        whole_order: bool,
    ) -> Iterator[Outcome]:
        """What a question leads to: with the chat reader growing, the last one whole.

        `whole_order` says that the order of all candidates is asked for, and not only the answer.
        """
        clock = Clock()
        chat = self._chat_reader() if (reader or self._default_reader) == "chat" else None
        account = chat.open_account() if chat else None
        question = self._understand(typed, history, language)
        clock.lap("understand")
        messages = self._messages[_message_language(question.register)]
        canned = self._without_report(question, messages)
        if canned is not None:
            text, refused, stage = canned
            outcome = Outcome(
                question, (), Reading((), ()), undecided(refused), text, (), refused, stage, clock.total()
            )
            yield self._translated(chat, account, outcome, clock) if chat and account and refused else outcome
            return
        if question.leans and not question.corrects:
            question = replace(question, said=self._said(question, history, where, messages))
            clock.lap("turn_before")
        whole_order = whole_order or chat is not None
        if chat and account:
            condensed = question
            if history and (standalone := chat.condense(question, history, account)):
                condensed = self._restated(question, standalone)
                clock.lap("condense")
            read = self._read_in_turn(condensed, where, messages, clock, whole_order)

            def without_model() -> Outcome:
                # A model may condense a question to another one; where it has no answer, the rules' reading counts.
                if condensed is question:
                    return read
                by_rules = self._read_in_turn(question, where, messages, clock, whole_order)
                return read if by_rules.refused else by_rules

            yield from self._chatted(chat, account, without_model() if read.refused else read, without_model, clock)
        else:
            yield self._read_in_turn(question, where, messages, clock, whole_order)

    def _read_in_turn(
        self, question: Question, where: Filter | None, messages: Messages, clock: Clock, whole_order: bool
    ) -> Outcome:
        """What the sentence reader makes of a question, which may lean on the conversation or stand by itself."""
        read = self._read(question, where, messages, clock, whole_order)
        if not question.tentative:
            return read
        alone = self._read(self._restated(question, question.text), where, messages, clock, whole_order)
        surer = alone.decision.confidence > max(read.decision.confidence, SURE_ALONE)
        return alone if surer or _is_about_nothing_here(alone) else read

    def _said(
        self, question: Question, history: Sequence[Turn], where: Filter | None, messages: Messages
    ) -> Said | None:
        """What the last turn was answered with by the sentence reader; None where it was not, where no words are known,
        and where the question asks the same again."""
        before = self._understand(history[-1].question, history[:-1], None)
        if question.asks_again(before) or self._without_report(before, messages) is not None:
            return None
        outcome = self._read_in_turn(before, where, messages, Clock(), whole_order=False)
        best = next(iter(outcome.reading.candidates), None)
        if outcome.refused or best is None or best.span is None:
            return None
        return Said(best.hit.passage.id, best.hit.number, best.span, before.kind)

    def _understand(self, typed: str, history: Sequence[Turn], language: LanguageChoice | None) -> Question:
        return self._understanding.of(typed, history, language or self._language)

    def _restated(self, question: Question, standalone: str) -> Question:
        """The question as it stands alone, by a chat model or as it was typed; what it was typed in stays."""
        restated = self._understand(standalone, (), None)
        if restated.smalltalk or restated.steering:
            return question
        return replace(
            restated, text=question.text, register=question.register, script=question.script, said=question.said
        )

    def _read(
        self, question: Question, where: Filter | None, messages: Messages, clock: Clock, whole_order: bool
    ) -> Outcome:
        """What the sentence reader makes of a question."""
        query = Query(
            question.normalised, question.terms, question.language, where, question.own, question.alternatives
        )
        hits = self._retriever.retrieve(query)
        clock.lap("retrieve")
        reading = self._reader.read(question, hits, whole_order=whole_order)
        decision = decide(question, reading)
        clock.lap("read")
        if decision.reason is not None:
            text = self._refusals.text(decision, question.register, hits, messages)
            stage: Stage = "refusal" if reading.candidates else "retrieval"
            return Outcome(question, hits, reading, decision, text, (), True, stage, clock.total())
        text, citations = self._grounder.ground(reading.statements, question.register, messages)
        if unsupported(text, citations):
            text = self._refusals.text(decision, question.register, hits, messages)
            return Outcome(question, hits, reading, decision, text, (), True, "reading", clock.total())
        if citations and citations[0].language != question.language and citations[0].in_one_language:
            text = messages("only_other_language") + text
        clock.lap("ground")
        return Outcome(question, hits, reading, decision, text, citations, False, "answered", clock.total())

    def _chatted(
        self, chat: ChatReader, account: Account, read: Outcome, without_model: Callable[[], Outcome], clock: Clock
    ) -> Iterator[Outcome]:
        """The model's answer as it grows; the sentence reader's where it refuses, or nothing of the model's is left."""
        question, written = read.question, None
        if read.refused:
            yield self._translated(chat, account, read, clock)
            return
        for written in chat.read(question, read.reading, account):
            generation = chat.generation(account, question.register)
            outcome = replace(read, text=written.text, citations=written.citations, reader="chat")
            yield replace(outcome, generation=generation, latency_ms=clock.total())
        clock.lap("write")
        generation = chat.generation(account, question.register)
        if written is None or account.fallback:
            yield replace(without_model(), generation=generation, latency_ms=clock.total())
        else:
            outcome = replace(read, text=written.text, citations=written.citations, reader="chat")
            yield replace(outcome, generation=generation, latency_ms=clock.total())

    def _translated(self, chat: ChatReader, account: Account, refusal: Outcome, clock: Clock) -> Outcome:
        """A refusal to someone who asks in a fourth language, in that language where the model's translation holds.

        Whichever of our three languages the settings chose: none of them is the asker's.
        """
        from bot.chat.refusals import PURPOSE

        question, register = refusal.question, refusal.question.register
        language = other_language(question.text)
        if language is None:
            return replace(refusal, generation=chat.generation(account, register), latency_ms=clock.total())
        kept = self._refusals.names_in(refusal.text, refusal.hits, register)
        text = chat.translate(refusal.text, kept, language, register, account)
        clock.lap("translate")
        outcome = replace(refusal, generation=chat.generation(account, register, PURPOSE), latency_ms=clock.total())
        return outcome if text is None else replace(outcome, text=text, reader="chat")

    def _without_report(self, question: Question, messages: Messages) -> tuple[str, bool, Stage] | None:
        """What is said without looking into the report, whether it is a refusal, and the stage that said it."""
        if not any(c.isalpha() for c in question.standalone):
            return messages("empty"), True, "understanding"
        if len(question.text) > MAX_QUESTION:
            return messages("too_long", limit=MAX_QUESTION), True, "understanding"
        if question.steering:
            return self._refusals.with_contact(messages("refusal_steering"), messages), True, "refusal"
        if question.smalltalk:
            return messages(question.smalltalk), False, "smalltalk"
        return None


def _message_language(register: Register) -> MessageLanguage:
    return "zh-Hant" if register == "yue" else register


def _is_about_nothing_here(outcome: Outcome) -> bool:
    """Whether a question's own words are nowhere in the report, so that it cannot be on from the turn before."""
    return bool(outcome.question.terms) and all(hit.context < OUTSIDE_CONTEXT for hit in outcome.hits)
