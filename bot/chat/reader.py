"""The chat reader: what a chat model does for a question, from the account of its costs to the breaker."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bot.answer import Generation, Register, Turn
from bot.chat.account import Account
from bot.chat.breaker import Breaker
from bot.chat.budget import Budget
from bot.chat.cache import Cache
from bot.chat.calling import Caller
from bot.chat.condensing import Condenser
from bot.chat.faults import OUTAGES, Fault
from bot.chat.models import open_model
from bot.chat.prompts import language_of, prompt_name
from bot.chat.refusals import PURPOSE as REFUSAL
from bot.chat.refusals import Translator
from bot.chat.tracing import TraceFile
from bot.chat.writing import PURPOSE, ChatAnswer, Parts, Writing
from bot.grounding import Grounder
from bot.guard import Guard
from bot.question import Question
from bot.readers.base import Reading
from bot.settings import Settings
from vectorstore.corpus import Corpus
from vectorstore.manifest import Manifest


class ChatReader:
    """Answers from what the sentence reader found by a chat model. Safe to use from several threads."""

    def __init__(self, settings: Settings, corpus: Corpus, grounder: Grounder, manifest: Manifest) -> None:
        """`manifest` is the index's: its terms are names of one thing, its fingerprint dates the answers that are kept.

        Raises:
            InputError: see `open_model`.
        """
        self._settings = settings
        self._breaker = Breaker(settings.chat_pause_s)
        key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else ""
        tracers = [TraceFile(settings.chat_trace, key)] if settings.chat_trace else []
        budget = Budget(settings.home, settings.chat_daily_tokens)
        caller = Caller(open_model(settings), settings, budget, tracers)
        guard = Guard(corpus, manifest.terms)
        self._parts = Parts(caller, guard, grounder, corpus, settings, manifest.fingerprint)
        self._condenser = Condenser(caller, settings.chat_history_tokens)
        self._translator = Translator(caller)
        self._cache: Cache[ChatAnswer] = Cache(settings.chat_cache_size)
        self._translations: Cache[str] = Cache(settings.chat_cache_size)

    def open_account(self) -> Account:
        """The account of a question that begins now."""
        return Account(time.monotonic() + self._settings.chat_deadline_s)

    def generation(self, account: Account, register: Register, purpose: str = PURPOSE) -> Generation:
        """What the answer says of the model's part in it; `purpose` names the prompt."""
        return account.generation(self._settings.chat_model or "", prompt_name(purpose, language_of(register)))

    def condense(self, question: Question, history: Sequence[Turn], account: Account) -> str | None:
        """The question as it stands alone; None where the model fails or its words will not do."""
        try:
            self._admit(account)
            return self._condenser.condense(question, history, account)
        except Fault as fault:
            self._failed(fault, account)
            return None

    def read(self, question: Question, reading: Reading, account: Account) -> Iterator[ChatAnswer]:
        """The answer as it grows, checked at every step; nothing where `account.fallback` says why there is none.

        What was shown is never taken back: where the model breaks off, it is the answer.
        """
        if account.fallback:
            return
        writing = Writing(self._parts, question, reading, account)
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
            if answer is not None:
                account.fallback = None
            return
        self._breaker.succeeded()
        if answer is not None and not account.fallback:
            self._cache.put(writing.key, answer)

    def translate(
        self, text: str, kept: Sequence[str], language: str, register: Register, account: Account
    ) -> str | None:
        """A refusal in the asker's language (by its code); None where `account.fallback` says why there is none."""
        if account.fallback:
            return None
        key = (text, language, prompt_name(REFUSAL, language_of(register)), self._settings.chat_model)
        translated = self._translations.get(key)
        if translated is not None:
            account.cached = True
            return translated
        try:
            self._admit(account)
            translated = self._translator.translate(text, kept, language, register, account)
        except Fault as fault:
            self._failed(fault, account)
            return None
        self._breaker.succeeded()
        if translated is None:
            account.fallback = "untranslated"
        else:
            self._translations.put(key, translated)
        return translated

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
