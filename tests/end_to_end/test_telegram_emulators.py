"""Other Bot API servers than the strict one, and updates that hold little: the bot answers all the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot
from tests.end_to_end.telegram_process import BotProcess
from tests.telegram_api.chats import Chat
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer
from tests.telegram_api.state import Call

MISSING = (
    "sendMessageDraft",
    "sendChatAction",
    "setMyCommands",
    "setMyName",
    "setMyDescription",
    "setMyShortDescription",
    "getMyName",
    "deleteWebhook",
    "getWebhookInfo",
    "setChatMenuButton",
)
SUPERGROUP = {"id": -1_001_234_567_890, "type": "supergroup"}
CHANNEL = {"id": -1_001_234_567_891, "type": "channel"}
_ids = itertools.count(9_007_199_254_740_001)
"""As long as ids may become (52 bits)."""


@pytest.fixture(scope="module", autouse=True)
def bot(api: BotApiServer, new_bot: NewBot) -> BotProcess:
    """A bot for the updates below; the server's address ends as some people write it."""
    return new_bot(api, TELEGRAM_API_BASE_URL=f"{api.url}/bot").start()


def raw(api: BotApiServer, kind: str, content: dict[str, Any]) -> None:
    """An update with nothing but this."""
    assert api.state.queue.add(kind, content) is not None


def private(api: BotApiServer) -> Chat:
    """A private chat."""
    return api.state.add_chat(next(_ids), "private", "")


def message(chat: Chat, text: str = GATES) -> dict[str, Any]:
    """A message with the fields that every message has."""
    content: dict[str, Any] = {
        "message_id": chat.new_id(),
        "date": 1_790_000_000,
        "chat": {"id": chat.id, "type": chat.type},
    }
    return content | {"text": text}


def test_a_message_without_optional_fields_is_answered(api: BotApiServer) -> None:
    chat = private(api)
    raw(api, "message", message(chat) | {"from": {"id": chat.id, "is_bot": False, "first_name": ""}})
    assert ANSWER in chat.wait_for("[1]").text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("message", {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}),
        ("message", {"message_id": 1, "date": 0, "chat": SUPERGROUP, "text": "x"}),
        ("edited_message", {"message_id": 1, "date": 0, "edit_date": 1, "chat": {"id": 5, "type": "private"}}),
        ("channel_post", {"message_id": 1, "date": 0, "chat": CHANNEL, "text": "x"}),
        ("callback_query", {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}),
        ("callback_query", {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "data": "zzz"}),
        ("inline_query", {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "query": "", "offset": ""}),
        ("my_chat_member", {"date": 0}),
        ("brand_new_kind", {"surprise": True}),
        ("message", {}),
        ("message", {"message_id": "one", "date": "now", "chat": 5}),
    ],
)  # fmt: skip
def test_an_update_that_holds_too_little_disturbs_nobody(api: BotApiServer, kind: str, content: dict[str, Any]) -> None:
    with api.state.lock:
        allowed, api.state.queue.allowed = api.state.queue.allowed, frozenset()
        raw(api, kind, content)
        api.state.queue.allowed = allowed
    assert ANSWER in Person(api, next(_ids)).ask(GATES).text


def test_a_chat_of_topics_is_answered_in_the_topic(api: BotApiServer) -> None:
    group, person = Place(api).group(), Person(api, next(_ids), language_code="en")
    person.send(f"/ask {GATES}", group, message_thread_id=7, is_topic_message=True)
    group.wait_for(ANSWER)

    def sent() -> list[Call]:
        return [c for c in api.calls("sendMessage") if c.parameters["chat_id"] == str(group.id)]

    api.wait_until(sent)  # a call is recorded after its effect can be seen
    (call,) = sent()
    assert call.parameters.get("message_thread_id") == "7" or call.parameters.get("reply_parameters")


def test_an_admin_who_stays_anonymous_is_answered_in_the_group(api: BotApiServer) -> None:
    group = Place(api).group()
    hidden = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    sender = {"id": group.id, "type": "supergroup", "title": group.title}
    command = [{"type": "bot_command", "offset": 0, "length": 4}]
    parts = {"from": hidden, "sender_chat": sender, "entities": command}
    raw(api, "message", message(group, f"/ask {GATES}") | parts)
    assert ANSWER in group.wait_for("[1]").text


def test_a_conversation_goes_on_in_the_supergroup_that_its_group_became(api: BotApiServer) -> None:
    person, old, new = (
        Person(api, next(_ids), language_code="en"),
        Place(api).group(supergroup=False),
        Place(api).group(),
    )
    person.ask(f"/ask {GATES}", old)
    old.migrated_to = new.id
    person.send_other({"migrate_to_chat_id": new.id}, old)
    person.send(f"/ask {GATES}", old)
    person.send_other({"migrate_from_chat_id": old.id}, new)
    assert new.wait_for(ANSWER)
    assert "187" in person.ask("/ask and in 2023?", new).text  # the conversation went on to the new group
    assert len(old.from_bot()) == 1


def test_what_waits_for_a_group_that_moves_arrives_where_it_went(api: BotApiServer, bot: BotProcess) -> None:
    person, places = Person(api, next(_ids), language_code="en"), Place(api)
    old, new = places.group(supergroup=False), places.group()
    slow = api.faults.order("slow", "sendMessage", chat_id=old.id, times=1, seconds=1.5)
    person.send(f"/ask {GATES}", old)
    person.send(f"/ask {GATES}", old)
    api.wait_until(lambda: slow.hits)
    old.migrated_to = new.id  # nobody tells the bot but the refusal
    answer = new.wait_for(ANSWER)
    second = new.wait_for(ANSWER, answer)
    person.press(second, "[1]")
    new.wait_until(lambda chat: "📖" in second.text)
    reply = person.send("and in 2023?", new, reply_to=answer)
    assert "187" in new.wait_for_reply(reply).text
    assert old.from_bot() == []
    assert len(new.from_bot()) == 3


def test_the_id_of_a_group_is_in_no_log(api: BotApiServer, bot: BotProcess) -> None:
    """Looks back on what moved, too."""
    person, group, new = Person(api, next(_ids), language_code="en"), Place(api).group(), Place(api).group()
    question = person.send(f"/ask {GATES}", group)
    group.wait_for_reply(question)
    group.migrated_to = new.id
    person.edit(question, f"/ask {GATES} please")
    new.wait_for(ANSWER)
    for chat in [chat for chat in api.state.chats.values() if chat.type != "private"]:
        assert str(abs(chat.id)) not in bot.log


@pytest.mark.parametrize("text", ["/START", "/start abc", "/start@report_test_bot", "/ask", "/ask@report_test_bot\n"])
def test_a_command_may_be_written_in_other_ways(api: BotApiServer, text: str) -> None:
    assert Person(api, next(_ids), language_code="en").ask(text).text


def test_an_edit_that_was_not_seen_before_gets_an_answer(api: BotApiServer) -> None:
    person = Person(api, next(_ids), language_code="en")
    with api.state.lock:
        allowed, api.state.queue.allowed = api.state.queue.allowed, frozenset({"edited_message"})
        question = person.send("never seen")
        api.state.queue.allowed = allowed
    person.edit(question, GATES)
    person.chat.wait_for(ANSWER)


def test_an_edit_right_behind_the_question_leaves_one_answer(api: BotApiServer) -> None:
    person = Person(api, next(_ids), language_code="en")
    with api.state.lock:
        question = person.send("how many courses did the Maritime Academy run in 2024")
        person.edit(question, GATES)
    person.chat.wait_for(ANSWER)
    person.ask("/privacy")
    assert len(person.chat.from_bot()) == 2


@pytest.fixture(scope="module")
def poor(new_bot: NewBot) -> Iterator[BotApiServer]:
    """A server that can do little and says little, with a bot."""
    with BotApiServer(without=MISSING, terse=True, impatient=True) as server:
        new_bot(server, TELEGRAM_API_BASE_URL=f"{server.url}/").start()
        yield server


def test_a_poor_server_will_do(poor: BotApiServer) -> None:
    person = Person(poor, next(_ids))
    answer = person.ask(GATES)
    assert ANSWER in answer.text
    person.press(answer, "[1]")
    person.chat.wait_until(lambda chat: "📖" in answer.text)
    assert "187" in person.ask("and in 2023?").text
    assert person.ask("/start").labels
