"""What the bot does with each kind of update."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.telegram.service import Service
from bot.conversations import NewTurn


def register(application: Application[Any, Any, Any, Any, Any, Any], service: Service) -> None:
    """Adds the handlers to an application."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or message.text is None or user is None:
            return
        key = service.update_key
        turn = await service.stored(service.store.turn_of_update, key) if key else None
        if turn is None:
            with service.admit(user.id, message.chat_id) as admission:
                if admission != "welcome":
                    return
                history = await service.stored(service.store.history, message.chat_id, user.id)
                given = await service.ask(message.text, history)
                new = NewTurn(message.chat_id, user.id, message.id, key, message.text, given, service.fingerprint)
                turn = await service.stored(service.store.add_turn, new)
        sent = await message.reply_text(turn.answer.answer)
        await service.stored(service.store.set_messages, turn.id, [sent.id])

    application.add_handler(MessageHandler(filters.TEXT, answer))


async def publish_profile(application: Application[Any, Any, Any, Any, Any, Any], service: Service) -> None:
    """Tells Telegram the bot's commands and descriptions, in every language."""
