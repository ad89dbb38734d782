"""Presses on the buttons of an answer: its sources, and what readers think of it."""

from __future__ import annotations

from telegram import CallbackQuery, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.answer import Citation, Quote
from bot.channels.rendering import message_language
from bot.channels.telegram.handlers.questions import NO_PREVIEW
from bot.channels.telegram.handling import current_handling
from bot.channels.telegram.keyboards import OPEN_MARK, answer_keyboard
from bot.channels.telegram.people import language_of
from bot.channels.telegram.rendering import answer_messages, source_view, with_source
from bot.channels.telegram.service import Service
from bot.channels.telegram.splitting import MESSAGE_UNITS
from bot.conversations import StoredTurn, Verdict
from prompts import Messages

Context = ContextTypes.DEFAULT_TYPE


class Buttons:
    """Shows and closes sources, and keeps verdicts."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def source(self, update: Update, context: Context) -> None:
        """A press on a citation: its source appears below the answer; a second press takes it away."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        number, marker = (int(part) for part in query.data.split(":")[1:])
        turn = await self._turn_here(query, number)
        citation = next((c for c in turn.answer.citations if c.marker == marker), None) if turn else None
        if turn is None or citation is None:
            await query.answer((await self._messages(query))("source_gone"), show_alert=True)
            return
        await query.answer()
        opened = await self._service.stored(self._service.store.opened_source, turn.id, marker)
        if not _was_open(query, opened):
            await self._open(query, turn, citation, context)
        else:
            message_id = opened or (query.message.message_id if query.message else 0)
            await self._close(turn, marker, message_id, context)

    async def feedback(self, update: Update, context: Context) -> None:
        """A thumb up or down."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        _, number, verdict = query.data.split(":")
        messages = await self._messages(query)
        turn = await self._turn_here(query, int(number))
        if turn is None:
            await query.answer(messages("feedback_gone"), show_alert=True)
            return
        kept: Verdict = "up" if verdict == "up" else "down"
        await self._service.stored(self._service.store.give_feedback, turn.id, query.from_user.id, kept)
        self._service.metrics.feedback.labels(kept).inc()
        await query.answer(messages(f"feedback_{kept}"))

    async def _turn_here(self, query: CallbackQuery, number: int) -> StoredTurn | None:
        """The turn, where its answer stands in the chat of the press: a number made up elsewhere opens nothing."""
        turn = await self._service.stored(self._service.store.turn, number)
        if turn is None or query.message is None or query.message.chat.id != turn.chat_id:
            return None
        return turn

    async def _open(self, query: CallbackQuery, turn: StoredTurn, citation: Citation, context: Context) -> None:
        """Shows a source in the answer's last message, or where that cannot be edited, in a message of its own."""
        service = self._service
        messages = service.messages(message_language(turn.answer.language))

        def view(limit: int) -> str:
            return source_view(citation, turn.answer.language, self._context, messages, limit)

        for other in turn.answer.citations:
            await service.stored(service.store.close_source, turn.id, other.marker)
        message_id = turn.message_ids[-1] if turn.message_ids else query.message.message_id if query.message else 0
        text = with_source(answer_messages(turn.answer)[-1], view)
        keyboard = answer_keyboard(turn, citation.marker)
        try:
            await context.bot.edit_message_text(
                text,
                turn.chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest:
            if not isinstance(query.message, Message):
                sent = await context.bot.send_message(turn.chat_id, view(MESSAGE_UNITS), parse_mode=ParseMode.HTML)
            else:
                sent = await query.message.reply_html(view(MESSAGE_UNITS))
            message_id = sent.message_id
        await service.stored(service.store.open_source, turn.id, citation.marker, message_id)

    async def _close(self, turn: StoredTurn, marker: int, message_id: int, context: Context) -> None:
        """Takes a source away: the answer stands alone again."""
        await self._service.stored(self._service.store.close_source, turn.id, marker)
        bot = context.bot
        try:
            if message_id in turn.message_ids:
                text, keyboard = answer_messages(turn.answer)[-1], answer_keyboard(turn)
                await bot.edit_message_text(
                    text,
                    turn.chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                )
            else:
                await bot.delete_message(turn.chat_id, message_id)
        except BadRequest:
            return  # it is gone already, or too old to change

    def _context(self, quote: Quote) -> tuple[str, str]:
        """What stands before and after a quote in its passage; nothing where another index took the place."""
        passage = self._service.passage(quote.passage_id)
        if passage is None or passage.slice(quote.start, quote.end) != quote.quote:
            return "", ""
        return passage.slice(passage.start, quote.start), passage.slice(quote.end, passage.end)

    async def _messages(self, query: CallbackQuery) -> Messages:
        person = await self._service.stored(self._service.store.person, query.from_user.id)
        return self._service.messages(language_of(person, query.from_user.language_code))


def _was_open(query: CallbackQuery, opened: int | None) -> bool:
    """Whether the source was shown when its button was pressed; `opened` is what the store says of now.

    The two differ where the process ended right after the press was followed, and it is followed again.
    """
    current = current_handling()
    if current is None or not current.late or not isinstance(query.message, Message):
        return opened is not None
    rows = query.message.reply_markup.inline_keyboard if query.message.reply_markup else ()
    return any(each.callback_data == query.data and each.text.endswith(OPEN_MARK) for row in rows for each in row)
