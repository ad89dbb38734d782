"""Calls of the chat model: the LCEL chain, bounded retries with jitter, one deadline and one account a question."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from bot.chat.account import Account
from bot.chat.budget import Budget
from bot.chat.faults import TRANSIENT, Fault, fault_of
from bot.chat.passages import count_tokens
from bot.chat.prompts import CHAIN_PROMPT
from bot.chat.statements import TOOL, Reply, replies
from bot.settings import Settings

Compose = Callable[[bool], Sequence[BaseMessage]]
"""The messages to send, for a model that is given the tool (true) or writes marked text."""

_CHARGED = frozenset({"cut", "malformed", "empty", "deadline", "content_filter"})
"""Faults of calls that the provider most likely counts."""
_JITTER = wait_random_exponential(multiplier=0.5, max=8)


class Caller:
    """Calls one model. Safe to use from several threads."""

    def __init__(
        self, model: BaseChatModel, settings: Settings, budget: Budget, callbacks: Sequence[BaseCallbackHandler] = ()
    ) -> None:
        self._model = model
        self._settings = settings
        self._budget = budget
        self._callbacks = list(callbacks)
        self._offers_tools = settings.chat_structured != "text" and _can_bind(model)

    def stream(self, compose: Compose, account: Account, tool: Mapping[str, Any] | None = None) -> Iterator[Reply]:
        """The reply as it grows. A fault that may pass is tried again from the start.

        Raises:
            Fault: the model did not answer, whatever its client raised.
        """
        self._budget.check()
        attempts = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Fault) and error.kind in TRANSIENT),
            stop=stop_after_attempt(self._settings.chat_attempts) | stop_before_delay(account.left_s),
            wait=_wait,
            reraise=True,
        )
        for attempt in attempts:
            reply: Reply | None = None
            replying = self._once(compose, account, tool)
            while True:
                with attempt:  # what goes wrong at any step is the attempt's outcome
                    reply = next(replying, None)
                outcome = attempt.retry_state.outcome
                if reply is None or (outcome is not None and outcome.failed):
                    break
                yield reply

    def _once(self, compose: Compose, account: Account, tool: Mapping[str, Any] | None) -> Iterator[Reply]:
        """One attempt; a model that refuses tools is asked for marked text, and from then on at once."""
        if tool is None or not self._offers_tools:
            yield from self._call(compose(False), account, None)
            return
        try:
            yield from self._call(compose(True), account, tool)
            return
        except Fault as fault:
            if fault.kind != "rejected" or self._settings.chat_structured != "auto":
                raise
        yield from self._call(compose(False), account, None)
        self._offers_tools = False  # it took the same request without them

    def _call(
        self, messages: Sequence[BaseMessage], account: Account, tool: Mapping[str, Any] | None
    ) -> Iterator[Reply]:
        account.calls += 1
        text, charged = "", False
        try:
            for reply in _until(
                account.deadline, lambda: self._chain(tool).stream({"messages": messages}, self._config)
            ):
                text = reply.text
                if reply.ended:
                    self._charge(account, messages, reply)
                    charged = True
                yield reply
        except (GeneratorExit, KeyboardInterrupt):  # the asker does not wait for the rest, which costs all the same
            if not charged:
                self._charge(account, messages, Reply((), text=text))
            raise
        except Exception as error:
            fault = fault_of(error)
            if fault.kind in _CHARGED:
                self._charge(account, messages, Reply((), text=text))
            raise fault from error

    def _chain(self, tool: Mapping[str, Any] | None) -> Runnable[Any, Reply]:
        model: Runnable[Any, Any] = self._model
        if tool is not None:
            model = self._model.bind_tools([dict(tool)], tool_choice=TOOL)
        return CHAIN_PROMPT | model | RunnableGenerator(replies)

    @property
    def _config(self) -> RunnableConfig:
        return {"callbacks": list(self._callbacks)}

    def _charge(self, account: Account, messages: Sequence[BaseMessage], reply: Reply) -> None:
        sent, written = reply.tokens_in, reply.tokens_out
        if sent is None:
            sent = count_tokens("\n".join(str(message.text) for message in messages))
        if written is None:
            written = count_tokens(reply.text)
        account.tokens_in += sent
        account.tokens_out += written
        self._budget.spend(sent + written)


def _can_bind(model: BaseChatModel) -> bool:
    """Whether a model's class takes tools, and its profile, where there is one, does not deny it."""
    profile: Mapping[str, Any] = getattr(model, "profile", None) or {}
    return type(model).bind_tools is not BaseChatModel.bind_tools and profile.get("tool_calling") is not False


def _wait(state: RetryCallState) -> float:
    """Seconds before the next attempt: as long as the provider asks for, else growing, always with jitter."""
    error = state.outcome.exception() if state.outcome else None
    wished = error.retry_after_s if isinstance(error, Fault) else None
    return float(_JITTER(state)) if wished is None else wished + float(_JITTER(state)) / 10


def _until(deadline: float, produce: Callable[[], Iterator[Reply]]) -> Iterator[Reply]:
    """What `produce` gives, until the deadline: read in a thread, since a client may block for as long as it likes.

    Raises:
        Fault: `deadline`; the thread then ends by the client's own time-out.
    """
    items: queue.SimpleQueue[Reply | BaseException | None] = queue.SimpleQueue()
    stopped = threading.Event()

    def read() -> None:
        try:
            for item in produce():
                if stopped.is_set():
                    return
                items.put(item)
            items.put(None)
        except BaseException as error:
            items.put(error)

    threading.Thread(target=read, name="chat-model", daemon=True).start()
    try:
        while True:
            try:
                item = items.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Fault("deadline") from None
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
