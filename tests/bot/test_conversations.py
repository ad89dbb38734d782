"""What is kept of conversations, and what of them is deleted."""

from __future__ import annotations

from dataclasses import replace
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


def test_conversations_follow_their_group_to_its_new_id(store: Conversations) -> None:
    here, there, admin = -400, -1_001, -400
    for user, question in ((7, "old"), (8, "hers"), (admin, "in the group's name")):
        turn = store.add_turn(replace(new_turn(question, user_id=user), chat_id=here, question_id=5))
        store.set_messages(turn.id, [6])
        store.open_source(turn.id, 1, 6)
    store.begin_thread(here, 7)
    store.add_turn(replace(new_turn("new"), chat_id=here))
    for _ in range(2):  # Telegram tells it twice
        store.move_chat(here, there)
    assert [turn.question for turn in store.history(there, 7)] == ["new"]
    assert [turn.question for turn in store.history(there, 8)] == ["hers"]
    assert [turn.question for turn in store.history(there, there)] == ["in the group's name"]
    assert store.history(here, 8) == ()
    # The numbers of messages begin anew: those of the old group name others here.
    assert store.turn_of_message(there, 6) is None
    assert store.turn_of_question(there, 5) is None
    assert store.opened_source(turn.id, 1) is None
    store.forget(there)
    assert store.turn(turn.id) is None


def test_what_was_said_in_the_new_group_already_stays_as_it_is(store: Conversations) -> None:
    store.add_turn(replace(new_turn("old"), chat_id=-400))
    store.begin_thread(-400, 7)
    kept = store.add_turn(replace(new_turn("kept"), chat_id=-1_001, question_id=5))
    store.set_messages(kept.id, [6])
    store.begin_thread(-1_001, 7)
    store.move_chat(-400, -1_001)
    assert store.history(-1_001, 7) == ()
    moved = store.turn_of_message(-1_001, 6)
    assert moved is not None
    assert moved.question == "kept"


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
