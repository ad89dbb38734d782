"""A Bot API server of the project's own, for tests and benchmarks: `BotApiServer`, and `Person` to talk through it."""

from tests.telegram_api.chats import Chat, Message, Query
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer

__all__ = ["BotApiServer", "Chat", "Message", "Person", "Place", "Query"]
