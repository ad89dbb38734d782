"""The bot in trouble: floods, cuts, 502, conflicts. Nothing is lost, nothing comes twice, no secret shows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot
from tests.end_to_end.telegram_process import BotProcess
from tests.telegram_api.errors import OTHER_POLLER, ApiError, bad_request
from tests.telegram_api.faults import FaultKind
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

_ids = itertools.count(5_501)


@pytest.fixture(scope="module")
def bot(api: BotApiServer, new_bot: NewBot) -> BotProcess:
    """One bot for all of this; no test ends it."""
    return new_bot(api, REPORTQA_LOG_FORMAT="json").start()


@pytest.fixture
def person(api: BotApiServer, bot: BotProcess) -> Iterator[Person]:
    yield Person(api, next(_ids), language_code="en")
    api.faults.clear()


def cited(person: Person) -> list[str]:
    """What the bot said that cites something."""
    return [message.text for message in person.chat.from_bot() if "[1]" in message.text]


def assert_answered_once(person: Person, questions: int = 1) -> None:
    """Each question has its answer, and none a second one."""
    person.chat.wait_until(lambda chat: len(cited(person)) >= questions)
    person.ask("/privacy")  # a chat is served in order: what came twice would stand before this
    assert len(cited(person)) == questions


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("cut_before", {"times": 2}),
        ("cut_after", {"times": 1}),
        ("cut_after", {"times": 3}),
        ("bad_gateway", {"times": 3}),
        ("garbage", {"times": 1}),
        ("flood", {"lasting": 2.0}),
        ("slow", {"times": 1, "seconds": 2.0}),
        ("slow", {"times": 1, "seconds": 7.0}),  # longer than the client waits
        ("error", {"times": 1, "error": ApiError(500, "Internal Server Error")}),
        ("error", {"times": 1, "error": ApiError(429, "Too Many Requests")}),
    ],
)
def test_a_message_in_trouble_arrives_once(
    api: BotApiServer, person: Person, kind: FaultKind, options: dict[str, float]
) -> None:
    fault = api.faults.order(kind, "sendMessage", **options)  # type: ignore[arg-type]
    person.send(GATES)
    assert_answered_once(person)
    assert fault.hits


def test_502_for_ten_seconds_from_every_method_loses_nothing(api: BotApiServer, person: Person) -> None:
    person.ask("/privacy")
    fault = api.faults.order("bad_gateway", lasting=10.0)
    person.send(GATES)
    other = Person(api, next(_ids), language_code="en")
    other.send(GATES)
    api.wait_until(lambda: fault.is_over())
    assert_answered_once(person)
    assert_answered_once(other)


def test_a_flood_in_one_chat_does_not_hold_up_another(api: BotApiServer, person: Person) -> None:
    flood = api.faults.order("flood", "sendMessage", chat_id=person.chat.id, lasting=6.0)
    person.send(GATES)
    api.wait_until(lambda: flood.hits)
    assert ANSWER in Person(api, next(_ids), language_code="en").ask(GATES).text
    assert not cited(person)
    assert_answered_once(person)
    assert len(flood.hits) <= 2  # it waited for as long as it was told


def test_what_only_decorates_an_answer_never_holds_it_up(api: BotApiServer, person: Person) -> None:
    api.faults.order("flood", "sendChatAction", lasting=60.0)
    api.faults.order("flood", "sendMessageDraft", lasting=60.0)
    api.faults.order("flood", "answerCallbackQuery", lasting=60.0)
    answer = person.ask(GATES, seconds=30)
    assert ANSWER in answer.text
    person.press(answer, "[1]")
    person.chat.wait_until(lambda chat: "📖" in answer.text, seconds=30)


def test_polling_survives_trouble(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    kinds: tuple[FaultKind, ...] = ("bad_gateway", "garbage", "cut_before", "cut_after", "error")
    for answered, kind in enumerate(kinds, 1):
        api.faults.order(kind, "getUpdates", times=1, error=OTHER_POLLER)
        person.send(GATES)
        assert_answered_once(person, answered)
    api.wait_until(lambda: "another process polls" in bot.log)
    with api.unreachable():
        person.send(GATES)
        person.send(GATES)
    assert_answered_once(person, len(kinds) + 2)


def test_an_update_that_cannot_be_read_stops_nothing(api: BotApiServer, person: Person) -> None:
    for kind in ("message", "callback_query", "edited_message", "inline_query"):
        api.state.queue.add(kind, {"message_id": "what", "id": 5})
    person.send(GATES)
    assert_answered_once(person)


def test_a_repeated_update_is_answered_once(api: BotApiServer, person: Person) -> None:
    person.send("/privacy")
    update_id = api.state.queue.add("message", person.send(GATES).to_json())  # the same message under another number
    assert update_id is not None
    person.chat.wait_for(ANSWER)
    for repeated in (update_id - 1, update_id - 1, update_id - 2):
        api.state.queue.repeat(repeated)
    person.ask("/language")
    assert len(person.chat.from_bot()) in (3, 4)
    assert len([m for m in person.chat.from_bot() if "30 days" in m.text]) == 1


def test_a_chat_that_blocked_the_bot_disturbs_nobody(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    person.ask("/privacy")
    person.chat.refusal = "bot was blocked by the user"
    person.send(GATES)
    assert ANSWER in Person(api, next(_ids), language_code="en").ask(GATES).text
    api.wait_until(lambda: "does not take messages" in bot.log)
    person.chat.refusal = None
    assert ANSWER in person.ask(GATES).text


def test_a_press_that_comes_too_late_still_shows_the_source(api: BotApiServer, person: Person) -> None:
    answer = person.ask(GATES)
    person.press(answer, "[1]", too_old=True)
    person.chat.wait_until(lambda chat: "📖" in answer.text)


def test_an_answer_too_old_to_edit_shows_its_source_in_a_new_message(person: Person) -> None:
    answer = person.ask(GATES)
    answer.editable = False
    person.press(answer, "[1]", inaccessible=True)
    source = person.chat.wait_for("📖", answer)
    person.press(answer, "[1]", inaccessible=True)
    person.chat.wait_until(lambda chat: source.deleted)


def test_a_refused_message_is_followed_by_an_apology_without_the_reason(api: BotApiServer, person: Person) -> None:
    api.faults.order("error", "sendMessage", chat_id=person.chat.id, times=1, error=bad_request("strange new rule"))
    assert person.ask(GATES).text.startswith("Sorry, something went wrong")


def test_no_chat_and_no_log_shows_a_secret_an_error_or_what_people_wrote(
    api: BotApiServer, bot: BotProcess, person: Person
) -> None:
    """Looks back on all trouble of this module, too."""
    person.ask("my own words about gates")
    number, _, secret = api.token.partition(":")
    assert secret not in bot.log
    assert f"bot{number}" not in bot.log
    assert "my own words" not in bot.log
    assert GATES not in bot.log
    # A time's fraction may hold the same four digits.
    assert not re.search(rf"(?<!\d){person.chat.id}(?!\d)", bot.log)
    for chat in api.state.chats.values():
        for message in chat.from_bot():
            assert not any(word in message.text for word in ("Traceback", "Error", "Exception", "502", "strange new"))
