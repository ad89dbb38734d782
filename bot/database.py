"""The SQLite file under `REPORTQA_HOME` in which conversations and the Telegram inbox are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import InputError

FILE = "conversations.sqlite3"
SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE people (
    user_id INTEGER PRIMARY KEY, language TEXT NOT NULL DEFAULT 'auto', typed TEXT, seen_at REAL NOT NULL
);
CREATE TABLE threads (chat_id INTEGER, user_id INTEGER, after_turn INTEGER NOT NULL, PRIMARY KEY (chat_id, user_id));
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL, question_id INTEGER,
    update_key TEXT UNIQUE, question TEXT NOT NULL, answer TEXT NOT NULL, fingerprint TEXT NOT NULL,
    asked_at REAL NOT NULL
);
CREATE INDEX turns_of_conversation ON turns (chat_id, user_id, id);
CREATE INDEX turns_of_user ON turns (user_id);
CREATE INDEX turns_of_question ON turns (chat_id, question_id);
CREATE INDEX turns_by_age ON turns (asked_at);
CREATE TABLE messages (
    chat_id INTEGER, message_id INTEGER, turn_id INTEGER NOT NULL REFERENCES turns ON DELETE CASCADE,
    part INTEGER NOT NULL, PRIMARY KEY (chat_id, message_id)
);
CREATE INDEX messages_of_turn ON messages (turn_id);
CREATE TABLE sources (
    turn_id INTEGER NOT NULL REFERENCES turns ON DELETE CASCADE, marker INTEGER NOT NULL,
    message_id INTEGER NOT NULL, PRIMARY KEY (turn_id, marker)
);
CREATE TABLE feedback (
    turn_id INTEGER NOT NULL REFERENCES turns ON DELETE CASCADE, user_id INTEGER NOT NULL,
    verdict TEXT NOT NULL, given_at REAL NOT NULL, PRIMARY KEY (turn_id, user_id)
);
CREATE INDEX feedback_of_user ON feedback (user_id);
CREATE TABLE updates (
    key TEXT PRIMARY KEY, chat_id INTEGER, user_id INTEGER, payload TEXT, received_at REAL NOT NULL
);
CREATE INDEX updates_in_hand ON updates (received_at) WHERE payload IS NOT NULL;
CREATE TABLE sends (
    update_key TEXT NOT NULL REFERENCES updates ON DELETE CASCADE, number INTEGER NOT NULL,
    message_id INTEGER, PRIMARY KEY (update_key, number)
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
"""An update without a payload was answered: only its key stays, so that it is known when Telegram sends it again."""


def open_database(home: Path) -> sqlite3.Connection:
    """The database of a home, made where there is none; to be used by one thread at a time.

    Write-ahead logging: a process that is killed loses nothing that it committed. What is deleted is overwritten.

    Raises:
        InputError: the file cannot be opened, or another version of reportqa made it.
    """
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _make_tables(connection, path)
        path.chmod(0o600)
    except (sqlite3.Error, OSError) as error:
        raise InputError(
            f"The conversations in {path} cannot be opened: {error}. Check the file's permissions."
        ) from error
    return connection


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise InputError(f"{path} was made by another version of reportqa; move it away to begin anew.")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is kept, or on an exception nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
