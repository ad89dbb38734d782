"""An answer that grows before the reader's eyes."""

from __future__ import annotations

import time

from telegram import Bot, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError as ApiError

from bot.channels.telegram.courier import Courier

EVERY_S = 1.0
DRAFT_METHOD = "sendmessagedraft"


class Growing:
    """Shows what is written so far, at most once a second: as a draft where Telegram has that (in private chats), else
    as a message that is edited. A draft fades by itself when the answer comes."""

    def __init__(self, question: Message, bot: Bot) -> None:
        self.message_ids: tuple[int, ...] = ()
        self._question = question
        self._bot = bot
        self._shown_at = 0.0
        self._shown = ""

    async def show(self, text: str) -> None:
        """Shows the text so far, unless it was just done."""
        now = time.monotonic()
        if text == self._shown or now - self._shown_at < EVERY_S:
            return
        self._shown, self._shown_at = text, now
        chat_id = self._question.chat_id
        if self._question.chat.type == "private" and not self._has_no_drafts():
            draft_id = self._question.message_id
            await self._bot.send_message_draft(chat_id, draft_id, text, parse_mode=ParseMode.HTML)
        elif self.message_ids:
            try:
                await self._bot.edit_message_text(text, chat_id, self.message_ids[0], parse_mode=ParseMode.HTML)
            except ApiError:
                return  # the whole answer comes anyway
        else:
            private = self._question.chat.type == "private"
            quote = None if private else ReplyParameters(self._question.message_id, allow_sending_without_reply=True)
            sent = await self._question.reply_html(text, reply_parameters=quote)
            self.message_ids = (sent.message_id,)

    def _has_no_drafts(self) -> bool:
        limiter = getattr(self._bot, "rate_limiter", None)
        return isinstance(limiter, Courier) and DRAFT_METHOD in limiter.missing
