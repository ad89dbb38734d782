"""What is kept of conversations, and what of them is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Answer
from bot.channels.telegram.inbox import Inbox, Received
from bot.conversations import Conversations, NewTurn
from bot.database import FILE, open_database


def answer(text: str) -> Answer:
    return Answer(
        question="q", language="en", answer=text, refused=False, citations=(), reader="sentence", latency_ms={}
    )


def new_turn(question: str, update_key: str | None = None, user_id: int = 7) -> NewTurn:
    return NewTurn(7, user_id, None, update_key, question, answer(f"answer to {question}"), "index")


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(open_database(tmp_path))


def test_an_update_makes_one_turn_however_often_it_is_handled(store: Conversations) -> None:
    first = store.add_turn(new_turn("one", "key"))
    assert store.add_turn(new_turn("two", "key")) == first
    assert store.turn_of_update("key") == first


def test_a_new_thread_has_no_history_and_other_people_have_their_own(store: Conversations) -> None:
    store.add_turn(new_turn("one"))
    store.add_turn(new_turn("else", user_id=8))
    assert [turn.question for turn in store.history(7, 7)] == ["one"]
    store.begin_thread(7, 7)
    assert store.history(7, 7) == ()
    store.add_turn(new_turn("two"))
    assert [turn.question for turn in store.history(7, 7)] == ["two"]


def test_nothing_of_a_forgotten_user_is_left_in_the_files(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    store, inbox = Conversations(database), Inbox(database)
    turn = store.add_turn(new_turn("secret-question"))
    store.give_feedback(turn.id, 7, "up")
    inbox.receive([Received("key", 7, 7, "secret-payload")])
    store.forget(7)
    assert store.turn(turn.id) is None
    assert inbox.unanswered() == []
    for path in tmp_path.glob(f"{FILE}*"):
        assert b"secret-" not in path.read_bytes()


def test_an_update_is_received_once_and_its_content_goes_when_it_was_answered(tmp_path: Path) -> None:
    inbox = Inbox(open_database(tmp_path))
    update = Received("key", 7, 7, "payload")
    assert inbox.receive([update]) == ["key"]
    assert inbox.receive([update]) == []
    assert inbox.unanswered() == [update]
    inbox.answered("key")
    assert inbox.unanswered() == []
    assert inbox.receive([update]) == []


def test_a_send_is_known_by_what_came_of_it(tmp_path: Path) -> None:
    inbox = Inbox(open_database(tmp_path))
    inbox.receive([Received("key", 7, 7, "payload")])
    assert inbox.sent("key", 0) is None
    inbox.sending("key", 0, 41)
    assert inbox.sent("key", 0) == -41
    assert inbox.last_message(7) == 0
    inbox.has_sent("key", 0, 42)
    assert (inbox.sent("key", 0), inbox.last_message(7), inbox.last_message(8)) == (42, 42, 0)
