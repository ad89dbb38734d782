"""The bot ends and begins again: told to, killed in the middle of an answer, without Telegram, without its token."""

from __future__ import annotations

import itertools
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot, Run
from tests.end_to_end.telegram_process import BotProcess
from tests.telegram_api.faults import FaultKind
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

QUESTIONS = (
    GATES,
    "how many courses did the Maritime Academy run in 2024",
    "how many boarding gates were there in 2023",
)
_ids = itertools.count(5_501)


@pytest.fixture(scope="module")
def bot(api: BotApiServer, new_bot: NewBot) -> BotProcess:
    """One bot; a test that ends it starts it again."""
    return new_bot(api).start()


@pytest.fixture
def person(api: BotApiServer, bot: BotProcess) -> Iterator[Person]:
    yield Person(api, next(_ids), language_code="en")
    api.faults.clear()


def cited(person: Person) -> int:
    """How many of the bot's messages cite something."""
    return sum("[1]" in message.text for message in person.chat.from_bot())


def assert_answered_once(person: Person, questions: int = 1) -> None:
    """Each question has its answer, and none a second one."""
    person.chat.wait_until(lambda chat: cited(person) >= questions)
    person.ask("/privacy")  # a chat is served in order: what came twice would stand before this
    assert cited(person) == questions, person.chat.transcript()


def test_sigterm_finishes_what_is_in_hand(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    slow = api.faults.order("slow", "sendMessage", times=1, seconds=2.0)
    person.send(GATES)
    api.wait_until(lambda: slow.hits)
    assert bot.stop() == 0
    assert cited(person) == 1
    bot.start()
    assert_answered_once(person)


def test_what_takes_too_long_at_the_end_is_finished_by_the_next_process(
    api: BotApiServer, bot: BotProcess, person: Person
) -> None:
    fault = api.faults.order("bad_gateway", "sendMessage")
    person.send(GATES)
    person.send(QUESTIONS[1])
    api.wait_until(lambda: fault.hits)
    assert bot.stop() == 0
    api.faults.clear()
    bot.start()
    assert_answered_once(person, 2)


def test_questions_asked_while_the_bot_is_away_are_answered_in_order(
    api: BotApiServer, bot: BotProcess, person: Person
) -> None:
    assert bot.stop() == 0
    people = [person, Person(api, next(_ids), language_code="en"), Person(api, next(_ids), language_code="en")]
    for somebody in people:
        for question in QUESTIONS:
            somebody.send(question)
    bot.start()
    for somebody in people:
        assert_answered_once(somebody, 3)
        first, second, third, _ = somebody.chat.from_bot()
        assert "214" in first.text and "36" in second.text and "187" in third.text


@pytest.mark.parametrize(
    ("moment", "kind"),
    [("thinking", None), ("before it arrives", "bad_gateway"), ("on its way", "slow"), ("accepted", "cut_after")],
)
def test_a_kill_in_the_middle_of_an_answer_loses_nothing_and_repeats_nothing(
    api: BotApiServer, bot: BotProcess, person: Person, moment: str, kind: FaultKind | None
) -> None:
    if kind is None:
        typing = len(api.calls("sendChatAction"))
        person.send(GATES)
        api.wait_for_call("sendChatAction", typing + 1)
    else:
        fault = api.faults.order(kind, "sendMessage", seconds=2.0)
        person.send(GATES)
        api.wait_until(lambda: fault.hits)
    bot.kill()
    if kind == "slow":
        person.chat.wait_for(ANSWER)
    api.faults.clear()
    bot.start()
    assert_answered_once(person)


def test_a_kill_repeats_nothing_where_many_wrote_meanwhile(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    """Numbers of messages are those of the whole account: the answer does not stand next to its question."""
    crowd = [Person(api, next(_ids), language_code="en") for _ in range(30)]
    person.ask("/privacy")
    bot.signal(signal.SIGSTOP)
    fault = api.faults.order("cut_after", "sendMessage", chat_id=person.chat.id)
    person.send(GATES)
    for somebody in crowd:
        somebody.send("/privacy")
    bot.signal(signal.SIGCONT)
    api.wait_until(lambda: fault.hits)
    bot.kill()
    api.faults.clear()
    bot.start()
    person.chat.wait_until(lambda chat: cited(person))
    for somebody in crowd:
        somebody.ask("/privacy")
        assert len(somebody.chat.from_bot()) == 2
    person.ask("/language")
    assert cited(person) == 1, person.chat.transcript()


def test_answers_of_an_earlier_life_keep_their_buttons_and_their_thread(bot: BotProcess, person: Person) -> None:
    answer = person.ask(GATES)
    bot.kill()
    bot.start()
    person.press(answer, "[1]")
    person.chat.wait_until(lambda chat: "📖" in answer.text)
    assert "187" in person.ask("and in 2023?").text


def test_forgotten_means_gone_from_the_file(bot: BotProcess, bot_home: Path, person: Person) -> None:
    person.ask("how many zyzzyva gates are there")
    person.wait_for_answer(person.press(person.ask("/forget"), "Delete"))
    person.chat.wait_for("Nothing about you")
    assert bot.stop() == 0
    for file in bot_home.glob("conversations.sqlite3*"):
        assert b"zyzzyva" not in file.read_bytes()
        assert str(person.chat.id).encode() not in file.read_bytes()
    with sqlite3.connect(bot_home / "conversations.sqlite3") as database:
        mine = database.execute("SELECT count(*) FROM turns WHERE user_id = ?", [person.chat.id])
        assert mine.fetchone() == (0,)
    bot.start()


def test_the_bot_waits_for_telegram_at_the_start(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    assert bot.stop() == 0
    with api.unreachable():
        bot.start(until="cannot connect yet")
    api.faults.order("bad_gateway", times=2)
    assert ANSWER in person.ask(GATES).text


def test_a_token_that_is_revoked_ends_the_bot(api: BotApiServer, bot: BotProcess, person: Person) -> None:
    api.state.revoked = True
    person.send(GATES)
    assert bot.wait() == 2
    assert api.token.partition(":")[2] not in bot.log
    assert bot.log.splitlines()[-1].startswith("reportqa: Telegram does not accept the token.")
    api.state.revoked = False
    bot.start()
    assert_answered_once(person)


@pytest.mark.parametrize("token", ["7000000002:AA-another-token-of-the-tests-000000", "nonsense", "7:x/y", None])
def test_a_bad_or_missing_token_is_one_line_without_it_and_exit_code_2(
    api: BotApiServer, run: Run, token: str | None
) -> None:
    environment = {"TELEGRAM_API_BASE_URL": api.url} | ({"TELEGRAM_BOT_TOKEN": token} if token else {})
    done = run("telegram", environment=environment)
    assert done.returncode == 2
    assert not done.stdout
    complaint = done.stderr.splitlines()[-1]
    assert complaint.startswith("reportqa: ")
    assert "BotFather" in complaint
    assert "Traceback" not in done.stderr
    assert token is None or token.partition(":")[2] not in done.stderr or ":" not in token
