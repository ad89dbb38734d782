"""An answer that grows before the reader's eyes."""

from __future__ import annotations

import time

from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.error import TelegramError as ApiError

from bot.channels.telegram.courier import DRAFT, Courier

EVERY_S = 1.0
EVERY_S_IN_GROUPS = 3.0
"""Telegram takes 20 messages and edits a minute in a group; the answers of others are among them."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Growing:
    """Shows what is written so far, at most once a second: as a draft where Telegram has that (in private chats), else
    as a message that is edited. A draft fades by itself when the answer comes."""

    def __init__(self, question: Message, bot: Bot) -> None:
        self.message_ids: tuple[int, ...] = ()
        self._question = question
        self._bot = bot
        self._is_private = question.chat.type == "private"
        self._takes_drafts = self._is_private and not _has_no_drafts(bot)
        self._shown_at = float("-inf")
        self._shown = ""

    async def show(self, text: str) -> None:
        """Shows the text so far, unless it was just done."""
        every_s = EVERY_S if self._is_private else EVERY_S_IN_GROUPS
        if text == self._shown or time.monotonic() - self._shown_at < every_s:
            return
        self._shown = text
        if self._takes_drafts:
            self._takes_drafts = await self._draft(text)
        if not self._takes_drafts:
            await self._edit(text) if self.message_ids else await self._begin(text)
        self._shown_at = time.monotonic()

    async def _draft(self, text: str) -> bool:
        """Whether the chat takes drafts."""
        question = self._question
        thread_id = question.message_thread_id if question.is_topic_message else None
        try:
            await self._bot.send_message_draft(
                question.chat_id, question.message_id, text, message_thread_id=thread_id, parse_mode=ParseMode.HTML
            )
        except BadRequest:
            return False
        return True

    async def _begin(self, text: str) -> None:
        quote = None
        if not self._is_private:
            quote = ReplyParameters(self._question.message_id, allow_sending_without_reply=True)
        sent = await self._question.reply_html(text, reply_parameters=quote, link_preview_options=_NO_PREVIEW)
        self.message_ids = (sent.message_id,)

    async def _edit(self, text: str) -> None:
        try:
            await self._bot.edit_message_text(
                text,
                self._question.chat_id,
                self.message_ids[0],
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
            )
        except ApiError:
            return  # the whole answer comes anyway


def _has_no_drafts(bot: Bot) -> bool:
    limiter = getattr(bot, "rate_limiter", None)
    return isinstance(limiter, Courier) and DRAFT in limiter.missing
