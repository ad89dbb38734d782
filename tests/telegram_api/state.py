"""All that the server knows: the bot, its chats, its queue, and what was called."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field

from tests.telegram_api.chats import Chat, ChatType, Message, Query
from tests.telegram_api.errors import Json, bad_request, forbidden
from tests.telegram_api.faults import Faults
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.updates import UpdateQueue

TOKEN = "7000000001:AA-made-up-token-of-the-tests-00000"
"""Of the right form, and nobody's."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the bot made, and what came of it."""

    method: str
    parameters: dict[str, str]
    code: int
    """HTTP status; 0 where the connection was cut."""
    description: str
    at: float
    """`time.monotonic()` when it came."""


@dataclass(slots=True)
class WebhookSettings:
    """Where updates are delivered to."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    certificate: bytes | None = None
    last_error: str = ""
    last_error_date: int = 0


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, by language code; the empty one is the default."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope and language code."""
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class State:
    """Changed by the bot's calls and by the people of a test, under one lock."""

    def __init__(self, token: str, username: str) -> None:
        """`username` is the bot's."""
        self.lock = threading.RLock()
        self.token = token
        self.revoked = False
        self.local = True
        """A Bot API server of one's own takes http and any port for webhooks; Telegram's does not."""
        self.privacy = True
        """Whether the bot sees in groups only what is meant for it."""
        self.bot: Json = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Bot", "username": username}
        self.profile = Profile()
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, Message] = {}
        self.queries: dict[str, Query] = {}
        self.queue = UpdateQueue(self.lock, first_id=734_000_001)
        self.faults = Faults(self.lock)
        self.webhook: WebhookSettings | None = None
        self.calls: list[Call] = []
        self.called = threading.Condition(self.lock)
        self._message_ids = itertools.count(17)
        self._last_id = 4_000_000_000_000_000

    def new_id(self) -> str:
        """A number for a query, as long as Telegram's."""
        with self.lock:
            self._last_id += 7
            return str(self._last_id)

    def add_chat(self, id: int, type: ChatType, title: str) -> Chat:
        """A new chat that the bot is in.

        Supergroups and channels number their messages themselves; all private chats and small groups of a bot share one
        count, so that in each of them numbers grow, but do not follow on each other.
        """
        with self.lock:
            numbers = self._message_ids if type in ("private", "group") else itertools.count(901)
            self.chats[id] = Chat(self.lock, id, type, title, numbers)
            return self.chats[id]

    def record(self, call: Call) -> None:
        """Remembers a call."""
        with self.called:
            self.calls.append(call)
            self.called.notify_all()

    def bot_user(self) -> Json:
        """The bot as `getMe` gives it."""
        return self.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": True,
        }

    def chat_of(self, parameters: Parameters) -> Chat:
        """The chat that a call names.

        Raises:
            ApiError: there is none, or the bot may not write there.
        """
        given = parameters.text("chat_id")
        if not given:
            raise bad_request("chat_id is empty")
        chat = next((c for c in self.chats.values() if str(c.id) == given or given == f"@{c.username}"), None)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            error = bad_request("group chat was upgraded to a supergroup chat")
            error.parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise error
        if chat.refusal:
            raise forbidden(chat.refusal)
        return chat

    def own_message(self, parameters: Parameters, action: str) -> Message:
        """The bot's message that a call wants to edit.

        Raises:
            ApiError: it is not there, or is not the bot's.
        """
        inline_id = parameters.text("inline_message_id")
        if inline_id:
            if inline_id not in self.inline_messages:
                raise bad_request("MESSAGE_ID_INVALID")
            return self.inline_messages[inline_id]
        chat = self.chat_of(parameters)
        if not parameters.integer("message_id"):
            raise bad_request("message identifier is not specified")
        message = chat.find(parameters.integer("message_id"))
        if message is None:
            raise bad_request(f"message to {action} not found")
        if not message.editable or message.sender["id"] != self.bot["id"]:
            raise bad_request(f"message can't be {action.removesuffix('e')}ed")
        return message


def now() -> int:
    """Unix time in seconds, as Telegram dates."""
    return int(time.time())
