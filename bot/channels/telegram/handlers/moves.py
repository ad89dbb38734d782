"""Groups that become supergroups: they get another id, and their conversations go on under it."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes

from bot.channels.telegram.service import Service

Context = ContextTypes.DEFAULT_TYPE


class Moves:
    """Follows groups to their new ids."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def moved(self, update: Update, context: Context) -> None:
        """Telegram says so twice: in the old group, and in the new one."""
        message = update.effective_message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await self._service.follow(message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await self._service.follow(message.migrate_from_chat_id, message.chat_id)
