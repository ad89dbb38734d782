"""What is no question: pictures, recordings, stickers, files, forwarded posts. A kind word, or silence in groups."""

from __future__ import annotations

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.channels.telegram.addressing import sender
from bot.channels.telegram.people import language_of
from bot.channels.telegram.service import Service

Context = ContextTypes.DEFAULT_TYPE


class Odd:
    """Answers what the bot cannot read."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def content(self, update: Update, context: Context) -> None:
        """A message without a question in it."""
        message = update.message
        found = sender(message) if message is not None else None
        if message is None or found is None or message.chat.type != "private":
            return
        with self._service.admit(*found[:1], message.chat_id) as admission:
            if admission != "welcome":
                return
            person = await self._service.stored(self._service.store.person, found[0])
            messages = self._service.messages(language_of(person, found[1]))
            await message.reply_text(messages(_key(message)))

    async def callback(self, update: Update, context: Context) -> None:
        """A button of an older version, or none of ours."""
        query = update.callback_query
        if query is not None:
            person = await self._service.stored(self._service.store.person, query.from_user.id)
            messages = self._service.messages(language_of(person, query.from_user.language_code))
            await query.answer(messages("gone"))


def _key(message: Message) -> str:
    if message.forward_origin is not None and message.forward_origin.type == "channel":
        return "odd_forwarded"
    if message.voice or message.audio:
        return "odd_voice"
    if message.photo or message.video or message.video_note or message.animation:
        return "odd_picture"
    if message.document:
        return "odd_document"
    if message.sticker:
        return "odd_sticker"
    return "odd_other"
