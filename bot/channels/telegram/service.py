"""What the handlers get: the assistant in a pool of threads, the store, the limits, the messages by language."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import structlog

from bot.answer import Answer, ReaderName, Turn
from bot.channels.telegram.handling import current_handling
from bot.channels.telegram.limits import Admission, Limits
from bot.channels.telegram.metrics import Metrics
from bot.conversations import Conversations
from bot.logs import user_hash
from bot.settings import Settings
from prompts import LanguageChoice, MessageLanguage, Messages, load_messages

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from vectorstore.schema import Passage, SectionPath

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a handler works with. The assistant answers in `workers`; one more thread does all writing.

    `secret` keys the hashes that stand for users in logs, `clock` gives seconds since the epoch.
    """

    settings: Settings
    assistant: Assistant
    store: Conversations
    limits: Limits
    workers: ThreadPoolExecutor
    writer: ThreadPoolExecutor
    metrics: Metrics
    secret: bytes = b""
    clock: Callable[[], float] = time.time
    started_at: float = field(default_factory=time.time)

    @property
    def fingerprint(self) -> str:
        """That of the index which answers."""
        return self.assistant.manifest.fingerprint

    @property
    def update_key(self) -> str | None:
        """The key of the update that the running task answers."""
        current = current_handling()
        return current.key if current else None

    def messages(self, language: MessageLanguage) -> Messages:
        """What the bot says, in a language."""
        return load_messages("telegram")[language]

    def log_answer(self, user_id: int, question: str, answer: Answer) -> None:
        """A line in the log, without the question unless the settings want it, and a count in the metrics."""
        self.metrics.count(answer)
        words = {"question": question, "answer": answer.answer} if self.settings.log_messages else {}
        log.info(
            "answered",
            user=user_hash(user_id, self.secret),
            language=answer.language,
            refused=answer.refused,
            ms=round(answer.latency_ms["total"]),
            **words,
        )

    async def stored(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the store in the one thread that may: `await service.stored(service.store.turn, 7)`."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, partial(function, *args, **kwargs))

    async def follow(self, chat_id: int, to: int) -> None:
        """A group became a supergroup, which is another chat: what was said there goes on here."""
        await self.stored(self.store.move_chat, chat_id, to)
        if chat_id in self.settings.telegram_allowed_chats:
            await self.stored(self.store.remember_fact, f"allowed {to}", str(chat_id))
        log.info("a group became a supergroup")

    async def is_allowed(self, chat_id: int | None) -> bool:
        """Whether the operator lets the bot answer in a chat: one on the list, or what one on the list became."""
        allowed = self.settings.telegram_allowed_chats
        if not allowed or chat_id in allowed:
            return True
        before = await self.stored(self.store.fact, f"allowed {chat_id}")
        return before is not None and int(before) in allowed

    @contextmanager
    def admit(self, user_id: int, chat_id: int | None) -> Iterator[Admission]:
        """Whether a question may be answered now; it counts as in hand until the block ends."""
        current = current_handling()
        with self.limits.admit(user_id, chat_id, late=current is not None and current.late) as verdict:
            self.metrics.in_hand.set(self.limits.in_hand)
            if verdict != "welcome":
                self.metrics.turned_away.labels(verdict).inc()
            yield verdict
        self.metrics.in_hand.set(self.limits.in_hand)

    async def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: LanguageChoice | None = None,
        reader: ReaderName | None = None,
    ) -> Answer:
        """The answer, computed in the pool; `reader` says who writes it, in place of the settings.

        Raises:
            ReportQAError: it cannot be answered.
        """
        call = partial(self.assistant.ask, question, history, language=language, reader=reader)
        return await asyncio.get_running_loop().run_in_executor(self.workers, call)

    async def stream(
        self, question: str, history: Sequence[Turn] = (), *, language: LanguageChoice | None = None
    ) -> AsyncIterator[Answer]:
        """The answer as it grows, computed in the pool; an item that nobody took when the next comes is skipped.

        Raises:
            ReportQAError: it cannot be answered.
        """
        loop = asyncio.get_running_loop()
        grown: asyncio.Queue[Answer | None] = asyncio.Queue()

        def produce() -> None:
            try:
                for answer in self.assistant.stream(question, history, language=language):
                    loop.call_soon_threadsafe(grown.put_nowait, answer)
            finally:
                loop.call_soon_threadsafe(grown.put_nowait, None)

        producing = loop.run_in_executor(self.workers, produce)
        ended = False
        while not ended:
            newest = await grown.get()
            while not grown.empty():
                following = grown.get_nowait()
                ended, newest = (True, newest) if following is None else (False, following)
            if newest is None:
                break
            yield newest
        await producing

    def sections(self) -> list[SectionPath]:
        """The section paths of the report, in document order."""
        return self.assistant.sections()

    def passages(self) -> list[Passage]:
        """All passages, in document order."""
        return self.assistant.passages()

    def passage(self, passage_id: str) -> Passage | None:
        """A passage of the index; None where the index no longer has it."""
        try:
            return self.assistant.passage(passage_id)
        except KeyError:
            return None
