"""What each chat shows now: its messages, keyboards, draft and actions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from tests.telegram_api.errors import Json
from tests.telegram_api.formatting import utf16_slice
from tests.telegram_api.keyboards import Keyboard

ChatType = Literal["private", "group", "supergroup", "channel"]
T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that a test waits for what should come; nothing takes that long on an idle machine."""


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now in its chat."""

    id: int
    chat: Chat
    sender: Json
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    keyboard: Keyboard | None = None
    reply_to: Message | None = None
    parts: Json = field(default_factory=dict)
    edits: list[str] = field(default_factory=list)
    """The texts that it had before it was edited."""
    edited: int | None = None
    deleted: bool = False
    editable: bool = True

    @property
    def by_bot(self) -> bool:
        """Whether a bot sent it."""
        return bool(self.sender.get("is_bot"))

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons, row by row."""
        return [button["text"] for row in self.keyboard or [] for button in row]

    def button(self, label: str) -> Json:
        """The first button whose text contains `label`. Raises LookupError."""
        for row in self.keyboard or []:
            for button in row:
                if label in button["text"]:
                    return button
        raise LookupError(f"no button with {label!r} among {self.labels}")

    def marked(self, kind: str) -> list[str]:
        """The parts of its text that entities of a kind cover."""
        return [
            utf16_slice(self.text, entity["offset"], entity["length"])
            for entity in self.entities
            if entity["type"] == kind
        ]

    def to_json(self, *, nested: bool = False) -> Json:
        """The message as the Bot API gives it; in it, no reply of a reply."""
        message: Json = {"message_id": self.id, "from": self.sender, "chat": self.chat.to_json(), "date": self.date}
        if self.text:
            message["text"] = self.text
        if self.entities:
            message["entities"] = self.entities
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.edited is not None:
            message["edit_date"] = self.edited
        if self.reply_to is not None and not nested:
            message["reply_to_message"] = self.reply_to.to_json(nested=True)
        return message | self.parts


class Chat:
    """A chat that the bot knows. What it holds changes under the lock of the server."""

    def __init__(self, lock: threading.RLock, id: int, type: ChatType, title: str, numbers: Iterator[int]) -> None:
        """`numbers` gives its messages their ids."""
        self.id = id
        self.type: ChatType = type
        self.title = title
        self.username: str | None = None
        self.messages: list[Message] = []
        self.draft: str | None = None
        self.drafts: list[str] = []
        self.actions: list[str] = []
        self.refusal: str | None = None
        """Why the bot may not write here, in Telegram's words."""
        self.migrated_to: int | None = None
        """The supergroup that this group became."""
        self._numbers = numbers
        self._changed = threading.Condition(lock)

    def to_json(self) -> Json:
        """The chat as the Bot API gives it."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            chat["first_name"] = self.title
        else:
            chat["title"] = self.title
        if self.username:
            chat["username"] = self.username
        return chat

    def add(self, message: Message) -> Message:
        """Shows a new message; one from the bot takes the place of its draft."""
        with self._changed:
            self.messages.append(message)
            if message.by_bot:
                self.draft = None
            self._changed.notify_all()
        return message

    def new_id(self) -> int:
        """The number of the next message."""
        with self._changed:
            return next(self._numbers)

    def changed(self) -> None:
        """Tells those who wait that the chat shows something else."""
        with self._changed:
            self._changed.notify_all()

    def find(self, message_id: int) -> Message | None:
        """A message that is still there."""
        return next((m for m in reversed(self.messages) if m.id == message_id and not m.deleted), None)

    def from_bot(self, since: Message | None = None) -> list[Message]:
        """The bot's messages that can be seen now, those after `since` where it is given."""
        with self._changed:
            later = self.messages[self.messages.index(since) + 1 :] if since else self.messages
            return [message for message in later if message.by_bot and not message.deleted]

    def wait_until(self, condition: Callable[[Chat], T | None], seconds: float = PATIENCE) -> T:
        """What `condition` gives of this chat, as soon as it is true.

        Raises:
            AssertionError: it did not become true; the text tells what the chat shows.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            while not (found := condition(self)):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not seen within {seconds:g} s; the chat shows:\n{self.transcript()}")
                self._changed.wait(left)
            return found

    def wait_for(self, text: str, since: Message | None = None, seconds: float = PATIENCE) -> Message:
        """The first message of the bot that shows `text`."""
        return self.wait_until(
            lambda chat: next((message for message in chat.from_bot(since) if text in message.text), None), seconds
        )

    def wait_for_reply(self, to: Message, seconds: float = PATIENCE) -> Message:
        """The bot's first message after this one."""
        return self.wait_until(lambda chat: next(iter(chat.from_bot(to)), None), seconds)

    def transcript(self) -> str:
        """All that can be seen, for a person to read."""
        lines = []
        for message in self.messages:
            if message.deleted:
                continue
            keyboard = "".join(f" [{label}]" for label in message.labels)
            who = "bot" if message.by_bot else message.sender.get("first_name", "?")
            lines.append(f"{message.id} {who}: {message.text}{keyboard}")
        if self.draft is not None:
            lines.append(f"draft: {self.draft}")
        return "\n".join(lines) or "(nothing)"


@dataclass(slots=True, eq=False)
class Query:
    """A press on a button or an inline query, which the bot is to answer once."""

    id: str
    answered: bool = False
    too_old: bool = False
    answer: Json = field(default_factory=dict)
