"""Messages in trouble: whatever the line does, and wherever the process ends, each stands in its chat once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import AIORateLimiter

from bot.channels.telegram.courier import Courier
from bot.channels.telegram.handling import Handling, handling
from bot.channels.telegram.inbox import Inbox, Received
from bot.channels.telegram.outbox import Outbox
from bot.database import open_database

Json = dict[str, Any]
PRIVATE, GROUP = 7, -1_001
FLOOD_S = 30
AT_ONCE = AIORateLimiter(overall_max_rate=0, group_max_rate=0)
TROUBLE = ("ok", "flood", "unreachable", "bad gateway", "cut")
"""What may come of a call; only the first and the last have an effect."""
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Killed(BaseException):
    """The process ends here."""


class Line:
    """Telegram at the end of a line that does what it is told, call by call, and then works."""

    def __init__(self, chat: int, trouble: Sequence[str] = (), kill_at: int = -1) -> None:
        """The call of number `kill_at` is the last of its process."""
        self.chat = chat
        self.now = 0.0
        self.calls: list[tuple[float, str]] = []
        self.shown: dict[int, str] = {}
        self.ids = count(100)
        self.question = next(self.ids)
        self._trouble = iter(trouble)
        self._kill_at = kill_at

    async def sleep(self, seconds: float) -> None:
        """Lets the time go by."""
        self.now += seconds

    async def call(self, name: str, values: Json, **_: object) -> Any:
        """A call, and what comes of it."""
        self.calls.append((self.now, name))
        trouble = next(self._trouble, "ok")
        if trouble == "flood":
            raise RetryAfter(FLOOD_S)
        if trouble == "unreachable":
            raise NetworkError("httpx.ConnectError") from httpx.ConnectError("")
        if trouble == "bad gateway":
            raise NetworkError("Bad Gateway")
        result = self._send(values) if name == "sendMessage" else self._edit(values)
        if len(self.calls) - 1 == self._kill_at:
            raise Killed
        if trouble == "cut":
            raise TimedOut from httpx.ReadTimeout("")
        return result

    def _send(self, values: Json) -> Json:
        number = next(self.ids)
        self.shown[number] = values["text"]
        return {"message_id": number, "date": 0, "chat": {"id": values["chat_id"]}, "text": values["text"]}

    def _edit(self, values: Json) -> Json:
        number = values["message_id"]
        if number not in self.shown:
            raise BadRequest("Message to edit not found")
        if self.shown[number] == values["text"]:
            raise BadRequest("Message is not modified: nothing to do")
        self.shown[number] = values["text"]
        return {"message_id": number, "date": 0, "chat": {"id": values["chat_id"]}, "text": values["text"]}


class Office:
    """Couriers one after another, as processes are, with one store."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @contextmanager
    def store(self, chat: int) -> Iterator[Outbox]:
        """The outbox, and an update of a chat that is in hand."""
        with closing(open_database(self._home)) as database, ThreadPoolExecutor(1) as writer:
            inbox = Inbox(database)
            inbox.receive([Received("key", chat, PRIVATE, "{}")])
            yield Outbox(inbox, writer)

    def empty(self) -> None:
        """Nothing was sent yet."""
        with closing(open_database(self._home)) as database:
            database.execute("DELETE FROM updates")

    def deliver(self, line: Line, texts: Sequence[str]) -> list[int]:
        """Sends messages in answer to a question, in a process of its own; gives their numbers."""

        async def send(courier: Courier) -> list[int]:
            sent = []
            with handling(Handling("key", chat_id=line.chat, last_message_id=line.question)):
                for text in texts:
                    values = {"chat_id": line.chat, "text": text}
                    done: Any = await courier.process_request(line.call, (), {}, "sendMessage", values, None)
                    sent.append(done["message_id"])
            return sent

        with self.store(line.chat) as outbox:
            return asyncio.run(send(Courier(outbox, sleep=line.sleep, pace=AT_ONCE)))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@many
@given(st.sampled_from([PRIVATE, GROUP]), st.lists(st.sampled_from(TROUBLE), max_size=12))
def test_whatever_the_line_does_each_message_is_shown_once_and_in_order(
    office: Office, chat: int, trouble: list[str]
) -> None:
    office.empty()
    line = Line(chat, trouble)
    sent = office.deliver(line, ["one", "two"])
    assert line.shown == dict(zip(sent, ["one", "two"], strict=True))
    assert sent == sorted(sent)


@many
@given(st.lists(st.sampled_from(TROUBLE), max_size=6), st.integers(0, 8), st.integers(0, 30))
def test_wherever_the_process_ends_each_message_is_shown_once(
    office: Office, trouble: list[str], kill_at: int, others: int
) -> None:
    """Meanwhile others get messages, whose numbers come from the same count."""
    office.empty()
    line = Line(PRIVATE, trouble, kill_at)
    try:
        office.deliver(line, ["one", "two"])
    except Killed:
        for _ in range(others):
            next(line.ids)
        office.deliver(line, ["one", "two"])
    assert sorted(line.shown.values()) == ["one", "two"]


@many
@given(st.lists(st.sampled_from(TROUBLE), max_size=12))
def test_a_flood_is_waited_out_for_as_long_as_it_says(office: Office, trouble: list[str]) -> None:
    office.empty()
    line = Line(PRIVATE, trouble)
    office.deliver(line, ["one"])
    for (at, _), (later, _), kind in zip(line.calls, line.calls[1:], trouble, strict=False):
        if kind == "flood":
            assert later - at >= FLOOD_S


@pytest.mark.parametrize("error", [BadRequest("strange new rule"), Forbidden("bot was blocked by the user")])
def test_what_telegram_refuses_is_not_tried_again(office: Office, error: Exception) -> None:
    line = Line(PRIVATE)

    async def refuse(name: str, values: Json, **_: object) -> Any:
        line.calls.append((0.0, name))
        raise error

    line.call = refuse  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        office.deliver(line, ["one"])
    assert len(line.calls) == 1


def test_after_the_answer_is_made_anew_its_message_says_the_new_one(office: Office) -> None:
    line = Line(PRIVATE, kill_at=0)
    with pytest.raises(Killed):
        office.deliver(line, ["one"])
    first = office.deliver(line, ["one"])
    assert office.deliver(line, ["another"]) == first
    assert line.shown == {first[0]: "another"}


def test_a_message_for_a_group_that_moved_goes_there_without_the_question(office: Office) -> None:
    line, sent = Line(GROUP), []

    async def moved(name: str, values: Json, **_: object) -> Any:
        sent.append(values)
        if values["chat_id"] == GROUP:
            raise ChatMigrated(-1_002)
        return {"message_id": 1, "date": 0, "chat": {"id": values["chat_id"]}, "text": values["text"]}

    line.call = moved  # type: ignore[method-assign]
    assert office.deliver(line, ["one"]) == [1]
    assert [values["chat_id"] for values in sent] == [GROUP, -1_002]


def passing(office: Office, method: str, error: Exception) -> tuple[Any, Courier, int]:
    """What comes of a call that fails once, the courier, and how often it was tried."""
    tried = count()

    async def fail(name: str, values: Json, **_: object) -> Any:
        next(tried)
        raise error

    async def run(courier: Courier) -> Any:
        return await courier.process_request(fail, (), {}, method, {"chat_id": PRIVATE}, None)

    with office.store(PRIVATE) as outbox:
        courier = Courier(outbox)
        return asyncio.run(run(courier)), courier, next(tried)


@pytest.mark.parametrize("error", [RetryAfter(60), NetworkError("Bad Gateway"), TimedOut(), InvalidToken("Not Found")])
@pytest.mark.parametrize("method", ["sendChatAction", "sendMessageDraft", "answerCallbackQuery"])
def test_what_is_worth_nothing_late_is_tried_once_and_disturbs_nobody(
    office: Office, method: str, error: Exception
) -> None:
    done, courier, tried = passing(office, method, error)
    assert (done, tried) == (True, 1)
    assert courier.missing == ({method.lower()} if isinstance(error, InvalidToken) else set())


def test_a_draft_that_a_chat_refuses_is_told_since_there_is_something_else(office: Office) -> None:
    with pytest.raises(BadRequest):
        passing(office, "sendMessageDraft", BadRequest("TEXTDRAFT_PEER_INVALID"))
