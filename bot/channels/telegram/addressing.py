"""Whether a message is meant for the bot, who wrote it, and what it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Bot, Message, Update

_SPACE = re.compile(r"\s+")
_COMMAND = re.compile(r"/([A-Za-z]\w{0,31})(?:@(\w+))?(?!\S)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message to the bot: `text` is what it says without the mention; `user_id` is that of a group's own voice where
    an administrator writes as the group."""

    message: Message
    user_id: int
    app_language: str | None
    text: str

    @property
    def chat_id(self) -> int:
        """The chat it stands in."""
        return self.message.chat_id

    @property
    def is_private(self) -> bool:
        """Whether it was written to the bot alone."""
        return self.message.chat.type == "private"


def addressed(update: Update, bot: Bot) -> Addressed | None:
    """The message of an update where it is meant for the bot: in private always, in groups when it mentions the bot or
    replies to it. Commands are told apart by their handlers."""
    message = update.message or update.edited_message
    if message is None:
        return None
    found = sender(message)
    if found is None or message.is_automatic_forward or (message.via_bot and message.via_bot.id == bot.id):
        return None
    user_id, language = found
    text, rest = message.text or "", without_mention(message, bot)
    if message.chat.type == "private":
        return Addressed(message, user_id, language, text if rest is None else rest)
    reply = message.reply_to_message
    answers_bot = reply is not None and reply.from_user is not None and reply.from_user.id == bot.id
    if rest is None and not answers_bot:
        return None
    return Addressed(message, user_id, language, text if rest is None else rest)


def sender(message: Message) -> tuple[int, str | None] | None:
    """Who wrote a message, and the language of their app; None for another bot."""
    if message.sender_chat is not None and message.chat.type != "private":
        return message.sender_chat.id, None
    user = message.from_user
    if user is None or user.is_bot:
        return None
    return user.id, user.language_code


def without_mention(message: Message, bot: Bot) -> str | None:
    """The text without the bot's name; None where it does not name the bot."""
    name, text = _username(bot), message.text or ""
    if not name:
        return None
    mention = re.compile(rf"(?<![\w@/])@{re.escape(name)}(?!\w)", re.IGNORECASE)
    return _SPACE.sub(" ", mention.sub(" ", text)).strip() if mention.search(text) else None


def command_of(message: Message, bot: Bot) -> str | None:
    """The command that a message begins with, in lower case; "" for a command to another bot, None without one."""
    match = _COMMAND.match(message.text or "")
    if match is None:
        return None
    command, named = match.groups()
    name = _username(bot)
    if named and name and named.lower() != name.lower():
        return ""
    return command.lower()


def after_command(message: Message) -> str:
    """What stands behind the command that a message begins with."""
    parts = _SPACE.split((message.text or "").strip(), maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


def _username(bot: Bot) -> str | None:
    try:
        return bot.username
    except (RuntimeError, TypeError):  # getMe of an emulator may have none
        return None
