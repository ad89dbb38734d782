"""Who talks to the bot: people with their chats, groups, channels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.telegram_api.chats import PATIENCE, Chat, ChatType, Message, Query
from tests.telegram_api.errors import Json
from tests.telegram_api.formatting import utf16_length
from tests.telegram_api.server import BotApiServer
from tests.telegram_api.state import State, now

_FOUND = re.compile(r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{4,32})?)|(?P<mention>(?<![\w@])@\w{4,32})")


class Person:
    """Somebody with an account. What they do reaches the bot as an update; what they see is in the chats."""

    def __init__(
        self, server: BotApiServer, id: int, first_name: str = "Ka Yan", language_code: str | None = None
    ) -> None:
        """Has a private chat with the bot. `language_code` is that of their app; some send none."""
        self.server = server
        self.state: State = server.state
        self.account: Json = {"id": id, "is_bot": False, "first_name": first_name}
        if language_code is not None:
            self.account["language_code"] = language_code
        self.chat = self.state.add_chat(id, "private", first_name)

    def send(self, text: str, chat: Chat | None = None, *, reply_to: Message | None = None, **parts: Any) -> Message:
        """Writes a message: in private, or in a group."""
        return self._post(chat or self.chat, text, reply_to, parts)

    def send_other(self, parts: Json, chat: Chat | None = None, kind: str | None = None) -> Message:
        """Sends what is no text: `parts` are the fields of a message such as `photo` or `sticker`.

        `kind` is that of the update where it is not that of a new message.
        """
        return self._post(chat or self.chat, "", None, parts, kind)

    def ask(self, text: str, chat: Chat | None = None, seconds: float = PATIENCE) -> Message:
        """Writes a message and waits for the first thing that the bot says to it."""
        question = self.send(text, chat)
        return question.chat.wait_for_reply(question, seconds)

    def edit(self, message: Message, text: str) -> None:
        """Changes a message of theirs."""
        with self.state.lock:
            message.edits.append(message.text)
            message.text, message.entities, message.edited = text, _entities(text), now()
            if self._reaches_the_bot(message):
                self.state.queue.add("edited_message", message.to_json())

    def press(self, message: Message, label: str, *, inaccessible: bool = False, too_old: bool = False) -> Query:
        """Presses the first button whose text contains `label`.

        `inaccessible`: Telegram no longer tells what the message says. `too_old`: the press reaches the bot so late
        that it cannot be answered any more.
        """
        with self.state.lock:
            query = self._new_query(too_old)
            content: Json = {"id": query.id, "from": self.account, "chat_instance": str(hash(message.chat.id))}
            content["data"] = message.button(label)["callback_data"]
            inline_id = next((key for key, m in self.state.inline_messages.items() if m is message), None)
            if inline_id is not None:
                content["inline_message_id"] = inline_id
            elif inaccessible:
                content["message"] = {"chat": message.chat.to_json(), "message_id": message.id, "date": 0}
            else:
                content["message"] = message.to_json()
            self.state.queue.add("callback_query", content)
            return query

    def type_inline(self, text: str, offset: str = "") -> Query:
        """Types `@bot text` in some chat; the results come into the query's answer."""
        with self.state.lock:
            query = self._new_query(too_old=False)
            content = {"id": query.id, "from": self.account, "query": text, "offset": offset, "chat_type": "sender"}
            self.state.queue.add("inline_query", content)
            return query

    def choose(self, result: Json, chat: Chat) -> Message:
        """Sends an inline result into a chat."""
        with self.state.lock:
            message = Message(chat.new_id(), chat, self.account, now(), result["text"], result["entities"])
            message.keyboard = result["keyboard"]
            message.parts["via_bot"] = self.state.bot
            if message.keyboard:
                self.state.inline_messages[self.state.new_id()] = message
            return chat.add(message)

    def block(self) -> None:
        """Blocks the bot."""
        self.chat.refusal = "bot was blocked by the user"
        self._membership("member", "kicked")

    def unblock(self) -> None:
        """Lets the bot write again."""
        self.chat.refusal = None
        self._membership("kicked", "member")

    def wait_for_answer(self, query: Query, seconds: float = PATIENCE) -> Json:
        """What the bot answered to a press or an inline query."""
        called = self.state.called
        with called:
            assert called.wait_for(lambda: query.answered, seconds), f"query {query.id} was not answered"
        return query.answer

    def _new_query(self, too_old: bool) -> Query:
        query = Query(self.state.new_id(), too_old=too_old)
        self.state.queries[query.id] = query
        return query

    def _membership(self, before: str, after: str) -> None:
        bot = self.state.bot
        content = {
            "chat": self.chat.to_json(),
            "from": self.account,
            "date": now(),
            "old_chat_member": {"user": bot, "status": before, "until_date": 0},
            "new_chat_member": {"user": bot, "status": after, "until_date": 0},
        }
        self.state.queue.add("my_chat_member", content)

    def _post(self, chat: Chat, text: str, reply_to: Message | None, parts: Json, kind: str | None = None) -> Message:
        with self.state.lock:
            message = Message(chat.new_id(), chat, self.account, now(), text, _entities(text), None, reply_to)
            message.parts = {**parts}
            chat.add(message)
            if self._reaches_the_bot(message):
                kind = kind or ("channel_post" if chat.type == "channel" else "message")
                self.state.queue.add(kind, message.to_json())
            return message

    def _reaches_the_bot(self, message: Message) -> bool:
        """Whether privacy mode lets the message through: commands, mentions of the bot and replies to it."""
        if message.chat.type in ("private", "channel") or not self.state.privacy:
            return True
        name = f"@{self.state.bot['username']}".lower()
        commands = [command.lower() for command in message.marked("bot_command")]
        to_bot = message.reply_to is not None and message.reply_to.sender["id"] == self.state.bot["id"]
        mentioned = name in [mention.lower() for mention in message.marked("mention")]
        return to_bot or mentioned or any("@" not in c or c.endswith(name) for c in commands) or not message.text


@dataclass(frozen=True, slots=True)
class Place:
    """Makes chats other than private ones."""

    server: BotApiServer

    def group(self, title: str = "Family", *, supergroup: bool = True) -> Chat:
        """A group that the bot was added to."""
        kind: ChatType = "supergroup" if supergroup else "group"
        id = (
            -1_001_000_000_000 - len(self.server.state.chats) if supergroup else -400_000 - len(self.server.state.chats)
        )
        return self.server.state.add_chat(id, kind, title)

    def channel(self, title: str = "News") -> Chat:
        """A channel that the bot was added to."""
        id = -1_002_000_000_000 - len(self.server.state.chats)
        return self.server.state.add_chat(id, "channel", title)


def _entities(text: str) -> list[Json]:
    """The commands and mentions that Telegram finds in what people write."""
    return [
        {
            "type": str(match.lastgroup),
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _FOUND.finditer(text)
    ]
