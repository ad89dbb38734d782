"""Answers that grow while a chat model writes them: the real process, a provider that takes its time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest

from tests.end_to_end.conftest import NewBot
from tests.end_to_end.telegram_process import BotProcess
from tests.openai_api.server import OpenAIApi, Reply
from tests.telegram_api.chats import Chat, Message
from tests.telegram_api.errors import bad_request
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer

QUESTION = "How many self-service boarding gates did the department manage in 2024?"
RIGHT = "In 2024, the department managed a total of 214 self-service boarding gates."
EARLIER = "In 2023, there were 187 self-service boarding gates."
FAST = "A passenger takes only 9 seconds on average to pass a gate."
LIE = "In 2024, the department managed a total of 999 self-service boarding gates."
WHOLE = f"{RIGHT} [1] {EARLIER} [2] {FAST} [3]"
SO_FAR = (f"{RIGHT} [1]", f"{RIGHT} [1] {EARLIER} [2]", WHOLE)
"""All that may ever be shown: statements that passed their checks."""
EVENT_S = 0.12
"""Between two events of the stream, of seven letters each: a statement takes more than a second."""
_ids = itertools.count(76_001)


def write(body: dict[str, Any]) -> Reply:
    """What the model writes: a lie among truths, and where it is asked to mend the lie, the lie again."""
    if "999" in str(body["messages"]):
        return Reply(statements=[(LIE, [1])])
    return Reply(statements=[(RIGHT, [1]), (LIE, [1]), (EARLIER, [1]), (FAST, [1])], event_s=EVENT_S)


@pytest.fixture(scope="module")
def provider() -> OpenAIApi:
    return OpenAIApi(write)


@pytest.fixture(scope="module")
def bot(api: BotApiServer, new_bot: NewBot, provider: OpenAIApi) -> Iterator[BotProcess]:
    with provider:
        settings = {
            "REPORTQA_READER": "chat",
            "REPORTQA_CHAT_MODEL": "openai:scripted",
            "REPORTQA_CHAT_BASE_URL": provider.url,
            "REPORTQA_CHAT_API_KEY": "key-of-the-test",
            "REPORTQA_CHAT_CACHE_SIZE": "0",
        }
        yield new_bot(api, **settings).start()


@pytest.fixture
def person(api: BotApiServer, bot: BotProcess) -> Iterator[Person]:
    yield Person(api, next(_ids), language_code="en")
    api.faults.clear()


def finished(chat: Chat) -> Message:
    """The answer, when it has its buttons."""
    return chat.wait_until(lambda chat: next((m for m in chat.from_bot() if "👍" in m.labels), None))


def assert_grew(texts: Sequence[str]) -> None:
    """More than once something new was shown, and never what was not checked."""
    assert set(texts) <= set(SO_FAR)
    assert len(texts) >= 2
    assert all(len(later) > len(earlier) for earlier, later in pairwise(texts))


def assert_once_a_second(api: BotApiServer, method: str, chat: Chat) -> None:
    """No two growths came within a second; the whole answer, which has buttons, need not wait."""
    calls = [call for call in api.calls(method) if call.parameters.get("chat_id") == str(chat.id)]
    came = [call.at for call in calls if not call.parameters.get("reply_markup")]
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(came))


def test_examples_cost_no_call_of_the_model(provider: OpenAIApi, person: Person) -> None:
    assert person.ask("/start").labels
    assert all(QUESTION in str(body) for body in provider.requests)


def test_in_private_a_draft_grows_until_the_whole_answer_comes(api: BotApiServer, person: Person) -> None:
    person.send(QUESTION)
    answer = finished(person.chat)
    assert answer.text == WHOLE
    assert answer.edits == []
    assert person.chat.from_bot() == [answer]
    assert person.chat.draft is None
    assert_grew(person.chat.drafts)
    assert_once_a_second(api, "sendMessageDraft", person.chat)
    person.press(answer, "[3]")
    person.chat.wait_until(lambda chat: "📖" in answer.text)


def test_where_a_chat_takes_no_drafts_a_message_grows(api: BotApiServer, person: Person) -> None:
    refused = api.faults.order(
        "error", "sendMessageDraft", chat_id=person.chat.id, error=bad_request("TEXTDRAFT_PEER_INVALID")
    )
    person.send(QUESTION)
    answer = finished(person.chat)
    assert answer.text == WHOLE
    assert_grew([*dict.fromkeys([*answer.edits, answer.text])])
    assert person.chat.from_bot() == [answer]
    assert len(refused.hits) == 1
    assert_once_a_second(api, "editMessageText", person.chat)


def test_in_a_group_the_answer_grows_in_the_message_that_quotes_the_question(api: BotApiServer, person: Person) -> None:
    group = Place(api).group()
    question = person.send(f"/ask {QUESTION}", group)
    answer = finished(group)
    assert answer.text == WHOLE
    assert answer.reply_to is question
    assert_grew([*dict.fromkeys([*answer.edits, answer.text])])
    assert group.from_bot() == [answer]
    assert group.drafts == []


def test_a_kill_while_the_answer_grows_leaves_one_whole_answer(
    api: BotApiServer, bot: BotProcess, person: Person
) -> None:
    group = Place(api).group()
    person.send(f"/ask {QUESTION}", group)
    begun = group.wait_until(lambda chat: next(iter(chat.from_bot()), None))
    assert begun.text in SO_FAR
    bot.kill()
    bot.start()
    assert finished(group) is begun
    assert begun.text == WHOLE
    assert group.from_bot() == [begun]


def test_the_log_holds_neither_what_was_asked_nor_what_was_written(bot: BotProcess, person: Person) -> None:
    """At the level of debugging, and of all that this module did."""
    person.send(QUESTION)
    finished(person.chat)
    for words in (QUESTION, RIGHT, LIE, "self-service", "key-of-the-test"):
        assert words not in bot.log
    assert "/v1/chat/completions" not in bot.log
