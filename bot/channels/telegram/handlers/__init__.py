"""What the bot does with each kind of update."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from telegram import BotCommand, Message, Update
from telegram.error import BadRequest, InvalidToken
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.channels.telegram.addressing import command_of
from bot.channels.telegram.examples import Examples
from bot.channels.telegram.handlers.buttons import Buttons
from bot.channels.telegram.handlers.commands import Commands
from bot.channels.telegram.handlers.inline import Inline
from bot.channels.telegram.handlers.moves import Moves
from bot.channels.telegram.handlers.odd import Odd
from bot.channels.telegram.handlers.questions import Questions
from bot.channels.telegram.handlers.sections import Sections
from bot.channels.telegram.service import Service
from prompts import MessageLanguage

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]
COMMANDS = ("help", "new", "sections", "language", "privacy", "forget", "ask")
_MENUS: tuple[tuple[MessageLanguage, str | None], ...] = (("en", None), ("zh-Hant", "zh"))
"""Telegram knows two-letter languages only, so one Chinese menu serves both scripts."""

log = structlog.get_logger(__name__)


def register(application: App, service: Service, examples: Examples) -> None:
    """Adds the handlers to an application."""
    questions = Questions(service, examples)
    commands = Commands(service, examples, questions)
    sections, buttons, odd = Sections(service, questions), Buttons(service), Odd(service)
    new = filters.UpdateType.MESSAGE
    post = _FromChannel()
    add = application.add_handler
    by_name = {
        "start": commands.start,
        "help": commands.help,
        "new": commands.new,
        "sections": sections.command,
        "language": commands.language,
        "privacy": commands.privacy,
        "forget": commands.forget,
        "ask": questions.command,
    }

    async def command(update: Update, context: Context) -> None:
        name = command_of(update.message, context.bot) if update.message else None
        if name:
            await by_name.get(name, commands.unknown)(update, context)

    add(MessageHandler(new & _Command(), command))
    for pattern, pressed in {
        r"s:\d{1,18}:\d{1,6}": buttons.source,
        r"f:\d{1,18}:(?:up|down)": buttons.feedback,
        r"l:[A-Za-z-]{2,8}": commands.chosen_language,
        r"x:-?\d{1,18}:(?:yes|no)": commands.chosen_forget,
        r"t:[0-9a-f]+:\d{1,6}:(?:\d{1,6}|ask)": sections.pressed,
        r"q:[A-Za-z-]{2,8}:\d": commands.chosen_example,
    }.items():
        add(CallbackQueryHandler(pressed, f"^{pattern}$"))
    add(CallbackQueryHandler(odd.callback))
    add(InlineQueryHandler(Inline(service).query))
    add(MessageHandler(new & filters.StatusUpdate.MIGRATE, Moves(service).moved))
    add(MessageHandler(new & post, odd.content))
    add(MessageHandler(new & filters.TEXT, questions.typed))
    add(MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.TEXT, questions.edited))
    add(MessageHandler(new & ~filters.StatusUpdate.ALL, odd.content))


class _Command(filters.MessageFilter):
    """Messages that begin with a command. Not PTB's own filter: some servers mark no commands in a text."""

    def filter(self, message: Message) -> bool:
        return command_of(message, message.get_bot()) is not None


class _FromChannel(filters.MessageFilter):
    """Posts that were forwarded from a channel."""

    def filter(self, message: Any) -> bool:
        return message.forward_origin is not None and message.forward_origin.type == "channel"


async def publish_profile(application: App, service: Service) -> None:
    """Tells Telegram the bot's commands, name and descriptions, in every language; once, until they change."""
    texts = {language: service.messages(language) for language, _ in _MENUS}
    told = {
        language: [messages(f"command_{name}") for name in COMMANDS]
        + [messages(key) for key in ("bot_name", "bot_description", "bot_short_description")]
        for language, messages in texts.items()
    }
    digest = hashlib.sha256(f"{application.bot.id}{json.dumps(told)}".encode()).hexdigest()
    if await service.stored(service.store.fact, "profile") == digest:
        return
    bot = application.bot
    for language, code in _MENUS:
        messages = texts[language]
        menu = [BotCommand(name, messages(f"command_{name}")) for name in COMMANDS]
        calls: list[Callable[[], Awaitable[object]]] = [
            partial(bot.set_my_commands, menu, language_code=code),
            partial(bot.set_my_description, messages("bot_description"), code),
            partial(bot.set_my_short_description, messages("bot_short_description"), code),
            partial(bot.set_my_name, messages("bot_name"), code),
        ]
        for call in calls:
            try:
                await call()
            except (BadRequest, InvalidToken) as error:  # an older server lacks some of these methods
                log.info("a part of the profile was not taken", error=type(error).__name__)
    await service.stored(service.store.remember_fact, "profile", digest)
