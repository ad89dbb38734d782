"""The chat reader: passages → the model's statements → checked, mended once or dropped → the answer as it grows."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from langchain_core.messages import BaseMessage

from bot.answer import Citation, Generation, Register, Turn
from bot.chat.account import Account
from bot.chat.breaker import Breaker
from bot.chat.budget import Budget
from bot.chat.cache import Cache
from bot.chat.calling import Caller, Compose
from bot.chat.condensing import Condenser
from bot.chat.drafts import Checked, Checker, keep
from bot.chat.faults import OUTAGES, Fault
from bot.chat.models import open_model
from bot.chat.passages import choose_passages, fence_passages
from bot.chat.pertinence import Pertinence
from bot.chat.prompts import answer_messages, answer_tool, language_of, prompt_name, repair_message
from bot.chat.statements import Reply
from bot.chat.tracing import TraceFile
from bot.grounding import Grounder
from bot.guard import Guard
from bot.question import Question
from bot.readers.base import Candidate
from bot.settings import Settings
from prompts import load_messages
from vectorstore.corpus import Corpus
from vectorstore.manifest import Manifest

PURPOSE = "chat_answer"


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """An answer of checked statements: its text with markers, and their citations."""

    text: str
    citations: tuple[Citation, ...]


class ChatReader:
    """Answers from candidates by a chat model. Safe to use from several threads."""

    def __init__(self, settings: Settings, corpus: Corpus, grounder: Grounder, manifest: Manifest) -> None:
        """`manifest` is the index's: its terms are names of one thing, its fingerprint dates the answers that are kept.

        Raises:
            InputError: see `open_model`.
        """
        self._settings = settings
        self._grounder = grounder
        self._corpus = corpus
        self._guard = Guard(corpus, manifest.terms)
        self._fingerprint = manifest.fingerprint
        self._breaker = Breaker(settings.chat_pause_s)
        key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else ""
        tracers = [TraceFile(settings.chat_trace, key)] if settings.chat_trace else []
        budget = Budget(settings.home, settings.chat_daily_tokens)
        self._caller = Caller(open_model(settings), settings, budget, tracers)
        self._condenser = Condenser(self._caller, settings.chat_history_tokens)
        self._cache: Cache[ChatAnswer] = Cache(settings.chat_cache_size)

    def open_account(self) -> Account:
        """The account of a question that begins now."""
        return Account(time.monotonic() + self._settings.chat_deadline_s)

    def generation(self, account: Account, register: Register) -> Generation:
        """What the answer says of the model's part in it."""
        return account.generation(self._settings.chat_model or "", prompt_name(PURPOSE, language_of(register)))

    def condense(self, question: Question, history: Sequence[Turn], account: Account) -> str | None:
        """The question as it stands alone; None where the model fails or its words will not do."""
        try:
            self._admit(account)
            return self._condenser.condense(question, history, account)
        except Fault as fault:
            self._failed(fault, account)
            return None

    def read(self, question: Question, candidates: Sequence[Candidate], account: Account) -> Iterator[ChatAnswer]:
        """The answer as it grows, checked at every step; nothing where `account.fallback` says why there is none."""
        if account.fallback:
            return
        writing = _Writing(self, question, candidates, account)
        kept = self._cache.get(writing.key)
        if kept is not None:
            account.cached = True
            yield kept
            return
        answer = None
        try:
            self._admit(account)
            for answer in writing.answers():
                yield answer
        except Fault as fault:
            self._failed(fault, account)
            return
        self._breaker.succeeded()
        if answer is not None and not account.fallback:
            self._cache.put(writing.key, answer)

    def _admit(self, account: Account) -> None:
        if not account.admitted:
            self._breaker.check()
            account.admitted = True

    def _failed(self, fault: Fault, account: Account) -> None:
        account.fallback = fault.kind
        if fault.kind in OUTAGES:
            self._breaker.failed(fault)
        elif account.admitted and account.calls:
            self._breaker.succeeded()


class _Writing:
    """One question on its way to an answer."""

    def __init__(
        self, reader: ChatReader, question: Question, candidates: Sequence[Candidate], account: Account
    ) -> None:
        self._caller = reader._caller
        self._question = question
        self._account = account
        settings = reader._settings
        language = language_of(question.register)
        self._messages = load_messages(PURPOSE)[language]
        self._passages, sent = fence_passages(
            choose_passages(candidates), question.register, self._messages, settings.chat_passage_tokens
        )
        account.passages_sent = len(sent)
        self._tool = answer_tool(self._messages)
        secret = str(self._compose(True)[0].text)
        self._pertinence = Pertinence(reader._corpus, question, candidates, settings.chat_latitude)
        self._checker = Checker(reader._guard, reader._grounder, question, sent, secret)
        self.key: Hashable = (
            question.standalone,
            question.register,
            reader._fingerprint,
            prompt_name(PURPOSE, language),
            settings.chat_model,
            tuple(passage.id for passage in sent),
        )

    def _compose(self, tool: bool) -> list[BaseMessage]:
        return answer_messages(self._messages, self._passages, self._question.standalone, tool=tool)

    def answers(self) -> Iterator[ChatAnswer]:
        """The answer at every statement that passes, then as a whole; sets the account's `fallback` if none is left."""
        shown = 0
        reply = Reply(())
        for reply in self._stream(self._compose):
            kept = keep([self._checker.check(written) for written in reply.statements], self._question.register)
            if len(kept) > shown and self._pertinence.holds(kept):
                shown = len(kept)
                yield self._answer(kept)
        statements = [self._checker.check(written) for written in reply.statements]
        self._account.statements = len(statements)
        if reply.declined:
            self._account.fallback = "declined"
            return
        mended = self._mend(statements)
        kept = keep(mended, self._question.register)
        self._account.dropped = sum(not statement.passed for statement in mended)
        if not kept:
            self._account.fallback = "unsupported"
        elif not self._pertinence.holds(kept):
            self._account.fallback = "beside"
        else:
            yield self._answer(kept)

    def _answer(self, kept: Sequence[Checked]) -> ChatAnswer:
        return ChatAnswer(*self._checker.compose(kept))

    def _stream(self, compose: Compose) -> Iterator[Reply]:
        return self._caller.stream(compose, self._account, self._tool)

    def _mend(self, statements: Sequence[Checked]) -> list[Checked]:
        """The statements, those that failed as the model wrote them the second time."""
        failed = [place for place, statement in enumerate(statements) if not statement.passed]
        mended = list(statements)
        if not failed:
            return mended
        request = repair_message(
            self._messages, [(statements[place].draft.text, statements[place].problems) for place in failed]
        )
        try:
            *_, reply = self._stream(lambda tool: [*self._compose(tool), request])
        except Fault:  # what has passed is an answer; the rest is dropped
            return mended
        for place, written in zip(failed, reply.statements, strict=False):
            mended[place] = self._checker.check(written)
        self._account.repaired = sum(mended[place].passed for place in failed)
        return mended
