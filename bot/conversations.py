"""What is kept of conversations: people and their language, turns, the messages that carry them, feedback."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

from bot.answer import Answer, Turn
from bot.database import transaction
from prompts import LanguageChoice, MessageLanguage

Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Person:
    """What is remembered of a user. `typed` is the language and script of the last question, None before the first."""

    user_id: int
    language: LanguageChoice = "auto"
    typed: MessageLanguage | None = None


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A question and its answer, about to be kept.

    `question_id` is the message id of the question; `update_key` the update that asked it (see `inbox`);
    `fingerprint` that of the index which answered.
    """

    chat_id: int
    user_id: int
    question_id: int | None
    update_key: str | None
    question: str
    answer: Answer
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn that is kept; `message_ids` are the messages that carry its answer, in order, perhaps none yet."""

    id: int
    chat_id: int
    user_id: int
    question_id: int | None
    question: str
    answer: Answer
    fingerprint: str
    asked_at: float
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict of a reader on a turn."""

    turn: StoredTurn
    history: tuple[Turn, ...]
    verdict: Verdict
    given_at: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is kept."""

    turns: int
    people: int
    up: int
    down: int


class Conversations:
    """The store of conversations. Its methods are synchronous and to be called by one thread at a time.

    Times are seconds since the epoch.
    """

    def __init__(self, database: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        """`database` comes from `open_database`."""
        self._database = database
        self._clock = clock

    def person(self, user_id: int) -> Person:
        """What is remembered of a user; for somebody unknown, the defaults."""
        row = self._row("SELECT user_id, language, typed FROM people WHERE user_id = ?", user_id)
        return Person(*row) if row else Person(user_id)

    def choose_language(self, user_id: int, language: LanguageChoice) -> None:
        """Remembers the language that a user picked."""
        self._execute(
            "INSERT INTO people (user_id, language, seen_at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET language = excluded.language, seen_at = excluded.seen_at",
            user_id,
            language,
            self._clock(),
        )

    def note_typed(self, user_id: int, language: MessageLanguage) -> None:
        """Remembers the language and script that a user typed last."""
        self._execute(
            "INSERT INTO people (user_id, typed, seen_at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET typed = excluded.typed, seen_at = excluded.seen_at",
            user_id,
            language,
            self._clock(),
        )

    def add_turn(self, turn: NewTurn) -> StoredTurn:
        """Keeps a turn; where the same update made one before (edits aside), that one is given back unchanged."""
        self._execute(
            "INSERT INTO turns (chat_id, user_id, question_id, update_key, question, answer, fingerprint, asked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (update_key) DO NOTHING",
            turn.chat_id,
            turn.user_id,
            turn.question_id,
            turn.update_key,
            turn.question,
            turn.answer.model_dump_json(),
            turn.fingerprint,
            self._clock(),
        )
        if turn.update_key is not None:
            kept = self.turn_of_update(turn.update_key)
        else:
            (number,) = self._database.execute("SELECT last_insert_rowid()").fetchone()
            kept = self.turn(number)
        assert kept is not None
        return kept

    def replace_turn(self, turn_id: int, turn: NewTurn) -> StoredTurn | None:
        """Puts another question and answer in place of a turn's (the question was edited); its messages stay.

        Feedback and open sources of the old answer go. None where the turn is gone.
        """
        with self._transaction():
            self._execute(
                "UPDATE turns SET question = ?, answer = ?, fingerprint = ?, update_key = ? WHERE id = ?",
                turn.question,
                turn.answer.model_dump_json(),
                turn.fingerprint,
                turn.update_key,
                turn_id,
            )
            self._execute("DELETE FROM feedback WHERE turn_id = ?", turn_id)
            self._execute("DELETE FROM sources WHERE turn_id = ?", turn_id)
        return self.turn(turn_id)

    def set_messages(self, turn_id: int, message_ids: Sequence[int]) -> None:
        """Records which messages carry the answer of a turn, in order."""
        with self._transaction():
            row = self._row("SELECT chat_id FROM turns WHERE id = ?", turn_id)
            self._execute("DELETE FROM messages WHERE turn_id = ?", turn_id)
            if row is None:
                return
            for part, message_id in enumerate(message_ids):
                self._execute("INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)", row[0], message_id, turn_id, part)

    def turn(self, turn_id: int) -> StoredTurn | None:
        """A turn by its number; None where it was forgotten or purged."""
        return self._turn("id = ?", turn_id)

    def turn_of_update(self, update_key: str) -> StoredTurn | None:
        """The turn that an update made, None where it has made none yet."""
        return self._turn("update_key = ?", update_key)

    def turn_of_question(self, chat_id: int, question_id: int) -> StoredTurn | None:
        """The turn whose question is this message."""
        return self._turn("chat_id = ? AND question_id = ?", chat_id, question_id)

    def turn_of_message(self, chat_id: int, message_id: int) -> StoredTurn | None:
        """The turn whose answer this message carries, whole or in part."""
        return self._turn(
            "id = (SELECT turn_id FROM messages WHERE chat_id = ? AND message_id = ?)", chat_id, message_id
        )

    def history(self, chat_id: int, user_id: int, limit: int = 6) -> tuple[Turn, ...]:
        """The last turns of a user in a chat since the thread began, oldest first."""
        rows = self._rows(
            "SELECT question, answer FROM turns WHERE chat_id = ?1 AND user_id = ?2 AND id >"
            " coalesce((SELECT after_turn FROM threads WHERE chat_id = ?1 AND user_id = ?2), 0)"
            " ORDER BY id DESC LIMIT ?3",
            chat_id,
            user_id,
            limit,
        )
        return tuple(_as_history(question, answer) for question, answer in reversed(list(rows)))

    def history_until(self, turn_id: int, limit: int = 6) -> tuple[Turn, ...]:
        """The turns of a conversation up to this one and with it, oldest first: the context of a reply to it."""
        return self._turns_before(turn_id + 1, turn_id, limit)

    def history_before(self, turn_id: int, limit: int = 6) -> tuple[Turn, ...]:
        """The turns of a conversation before this one, oldest first: the context of an edited question."""
        return self._turns_before(turn_id, turn_id, limit)

    def begin_thread(self, chat_id: int, user_id: int) -> None:
        """What was said so far in a conversation is no longer its history."""
        self._execute(
            "INSERT OR REPLACE INTO threads SELECT ?1, ?2, coalesce(max(id), 0) FROM turns",
            chat_id,
            user_id,
        )

    def move_chat(self, chat_id: int, to: int) -> None:
        """The conversations of a chat go on in another one, where its messages have other numbers, not known here.

        What is kept of the chat as a user (administrators may write in a group's name) goes along.
        """
        with self._transaction():
            self._execute("DELETE FROM sources WHERE turn_id IN (SELECT id FROM turns WHERE chat_id = ?)", chat_id)
            self._execute("DELETE FROM messages WHERE chat_id = ?", chat_id)
            self._execute("UPDATE turns SET chat_id = ?, question_id = NULL WHERE chat_id = ?", to, chat_id)
            self._execute(
                "INSERT INTO threads SELECT ?1, user_id, after_turn FROM threads WHERE chat_id = ?2"
                " ON CONFLICT DO UPDATE SET after_turn = max(after_turn, excluded.after_turn)",
                to,
                chat_id,
            )
            self._execute("DELETE FROM threads WHERE chat_id = ?", chat_id)
            for table in ("people", "threads", "turns", "feedback"):
                self._execute(f"UPDATE OR REPLACE {table} SET user_id = ? WHERE user_id = ?", to, chat_id)

    def open_source(self, turn_id: int, marker: int, message_id: int) -> None:
        """Remembers which message shows a source of a turn."""
        self._execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", turn_id, marker, message_id)

    def opened_source(self, turn_id: int, marker: int) -> int | None:
        """The message that shows a source of a turn; None where it is closed."""
        row = self._row("SELECT message_id FROM sources WHERE turn_id = ? AND marker = ?", turn_id, marker)
        return row[0] if row else None

    def close_source(self, turn_id: int, marker: int) -> None:
        """The source is no longer shown."""
        self._execute("DELETE FROM sources WHERE turn_id = ? AND marker = ?", turn_id, marker)

    def give_feedback(self, turn_id: int, user_id: int, verdict: Verdict) -> None:
        """Keeps a user's verdict on a turn, in place of an earlier one. Without effect where the turn is gone."""
        self._execute(
            "INSERT OR REPLACE INTO feedback SELECT id, ?, ?, ? FROM turns WHERE id = ?",
            user_id,
            verdict,
            self._clock(),
            turn_id,
        )

    def feedback(self) -> Iterator[Feedback]:
        """All verdicts, oldest first, each with its turn and the turns before it."""
        for turn_id, verdict, given_at in self._rows(
            "SELECT turn_id, verdict, given_at FROM feedback ORDER BY given_at"
        ):
            turn = self.turn(turn_id)
            if turn:
                yield Feedback(turn, self.history_before(turn_id), verdict, given_at)

    def forget(self, user_id: int) -> None:
        """Deletes all that is stored of a user: language, turns, feedback, updates in hand."""
        with self._transaction():
            for table in ("people", "threads", "turns", "feedback"):
                self._execute(f"DELETE FROM {table} WHERE user_id = ?", user_id)
            self._execute("DELETE FROM sends WHERE update_key IN (SELECT key FROM updates WHERE user_id = ?)", user_id)
            self._execute(
                "UPDATE updates SET payload = NULL, chat_id = NULL, user_id = NULL WHERE user_id = ?", user_id
            )
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def purge(self, older_than: float) -> int:
        """Deletes turns and people that were last seen before a time; gives the number of turns deleted."""
        with self._transaction():
            deleted = self._execute("DELETE FROM turns WHERE asked_at < ?", older_than)
            self._execute("DELETE FROM people WHERE seen_at < ?", older_than)
            self._execute(
                "DELETE FROM threads WHERE NOT EXISTS (SELECT 1 FROM turns"
                " WHERE turns.chat_id = threads.chat_id AND turns.user_id = threads.user_id)"
            )
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def counts(self) -> Counts:
        """How many turns, people and verdicts are kept."""
        return Counts(
            *self._rows(
                "SELECT (SELECT count(*) FROM turns), (SELECT count(DISTINCT user_id) FROM turns),"
                " (SELECT count(*) FROM feedback WHERE verdict = 'up'),"
                " (SELECT count(*) FROM feedback WHERE verdict = 'down')"
            )[0]
        )

    def fact(self, name: str) -> str | None:
        """A remembered value of the bot's own (never of a person)."""
        row = self._row("SELECT value FROM facts WHERE name = ?", name)
        return row[0] if row else None

    def remember_fact(self, name: str, value: str) -> None:
        """Keeps a value of the bot's own."""
        self._execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def _turns_before(self, end: int, turn_id: int, limit: int) -> tuple[Turn, ...]:
        rows = self._rows(
            "SELECT turns.question, turns.answer FROM turns JOIN turns AS given ON given.id = ?2"
            " WHERE turns.chat_id = given.chat_id AND turns.user_id = given.user_id AND turns.id < ?1"
            " ORDER BY turns.id DESC LIMIT ?3",
            end,
            turn_id,
            limit,
        )
        return tuple(_as_history(question, answer) for question, answer in reversed(list(rows)))

    def _turn(self, condition: str, *values: object) -> StoredTurn | None:
        row = self._row(
            "SELECT id, chat_id, user_id, question_id, question, answer, fingerprint, asked_at FROM turns"
            f" WHERE {condition} ORDER BY id DESC LIMIT 1",
            *values,
        )
        if row is None:
            return None
        number, chat_id, user_id, question_id, question, answer, fingerprint, asked_at = row
        messages = self._rows("SELECT message_id FROM messages WHERE turn_id = ? ORDER BY part", number)
        return StoredTurn(
            id=number,
            chat_id=chat_id,
            user_id=user_id,
            question_id=question_id,
            question=question,
            answer=Answer.model_validate_json(answer),
            fingerprint=fingerprint,
            asked_at=asked_at,
            message_ids=tuple(message_id for (message_id,) in messages),
        )

    def _row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database.execute(statement, values).fetchone()
        return row

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, values).fetchall()

    def _execute(self, statement: str, *values: object) -> int:
        return self._database.execute(statement, values).rowcount

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._database)


def _as_history(question: str, answer_json: str) -> Turn:
    return Turn(question=question, answer=Answer.model_validate_json(answer_json).answer)
