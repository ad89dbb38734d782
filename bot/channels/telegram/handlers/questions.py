"""Questions: typed, edited, in reply to an old answer, after /ask or a mention."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ContextTypes

from bot.answer import Answer, Turn
from bot.channels.rendering import message_language
from bot.channels.telegram.addressing import Addressed, addressed, after_command, command_of, sender
from bot.channels.telegram.examples import Examples
from bot.channels.telegram.growing import Growing
from bot.channels.telegram.keyboards import answer_keyboard
from bot.channels.telegram.people import is_readable, language_of, language_of_question
from bot.channels.telegram.rendering import answer_messages
from bot.channels.telegram.service import Service
from bot.conversations import NewTurn, Person, StoredTurn

Context = ContextTypes.DEFAULT_TYPE
TYPING_S = 4.0
"""Telegram shows "typing" for five seconds."""
LEAST_LETTERS = 2
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""The website that a refusal names would take more room than the refusal."""


class Questions:
    """Answers questions and keeps the answers up to date."""

    def __init__(self, service: Service, examples: Examples) -> None:
        self._service = service
        self._examples = examples
        self._at_the_keys: set[asyncio.Task[None]] = set()

    async def typed(self, update: Update, context: Context) -> None:
        """A text message."""
        asked = addressed(update, context.bot)
        if asked is None:
            return
        if not _says_something(asked.text):
            await self._few_words(asked)
            return
        await self.answer(asked, context, await self._history(asked))

    async def command(self, update: Update, context: Context) -> None:
        """/ask with a question behind it."""
        message = update.message
        found = sender(message) if message is not None else None
        if message is not None and found is not None:
            await self._command(Addressed(message, *found, after_command(message)), context)

    async def _command(self, asked: Addressed, context: Context) -> None:
        if _says_something(asked.text):
            await self.answer(asked, context, await self._history(asked))
            return
        language = language_of(await self._person(asked.user_id), asked.app_language)
        examples = await self._examples.questions(language)
        usage = self._service.messages(language)("ask_usage", example=examples[0] if examples else "…")
        await asked.message.reply_text(usage, reply_parameters=quoting(asked.message))

    async def edited(self, update: Update, context: Context) -> None:
        """A question was changed: its answer follows."""
        asked = addressed(update, context.bot)
        message = update.edited_message
        if message is None:
            return
        service = self._service
        turn = await service.stored(service.store.turn_of_question, message.chat_id, message.message_id)
        found = sender(message)
        if found is None:
            return
        if turn is None:  # it was no question before, or none that was meant for the bot
            command = command_of(message, context.bot)
            if command is None:
                await self.typed(update, context)
            elif command == "ask":
                await self._command(Addressed(message, *found, after_command(message)), context)
            return
        text = asked.text if asked else message.text or ""
        if text.startswith("/"):
            text = after_command(message)
        if text == turn.question and not await self._turn_of_this_update():
            return  # only the markup was changed, or Telegram fetched a preview
        if _says_something(text):
            await self._renew(Addressed(message, *found, text), turn, context)

    async def answer(self, asked: Addressed, context: Context, history: Sequence[Turn]) -> None:
        """Answers a question: typing at once, then the answer with its buttons."""
        service = self._service
        turn = await self._turn_of_this_update()
        if turn is None:
            with service.admit(asked.user_id, asked.chat_id) as admission:
                if admission != "welcome":
                    await self._turn_away(asked, admission)
                    return
                with self._typing(asked.message):
                    given, begun = await self._ask(asked, context, history)
            turn = await service.stored(service.store.add_turn, self._turn(asked, given))
            turn = replace(turn, message_ids=begun)
        await self._deliver(asked, turn, context)

    async def _renew(self, asked: Addressed, turn: StoredTurn, context: Context) -> None:
        service = self._service
        done = await self._turn_of_this_update()
        if done is None:
            with service.admit(asked.user_id, asked.chat_id) as admission:
                if admission != "welcome":
                    await self._turn_away(asked, admission)
                    return
                history = await service.stored(service.store.history_before, turn.id)
                with self._typing(asked.message):
                    given, _ = await self._ask(asked, context, history, grow=False)
            done = await service.stored(service.store.replace_turn, turn.id, self._turn(asked, given))
        if done is not None:
            await self._deliver(asked, done, context)

    async def _deliver(self, asked: Addressed, turn: StoredTurn, context: Context) -> None:
        """Makes the chat show an answer: its old messages are edited, what they cannot hold is sent."""
        texts = answer_messages(turn.answer)
        keyboard = answer_keyboard(turn)
        shown: list[int] = []
        for part, text in enumerate(texts):
            buttons = keyboard if part == len(texts) - 1 else None
            if part < len(turn.message_ids):
                kept = await self._edit(asked.chat_id, turn.message_ids[part], text, buttons, context)
                if kept is not None:
                    shown.append(kept)
                    continue
            sent = await asked.message.reply_html(
                text,
                reply_markup=buttons,
                reply_parameters=quoting(asked.message),
                link_preview_options=NO_PREVIEW,
            )
            shown.append(sent.message_id)
            if sent.chat_id != asked.chat_id:
                await self._service.follow(asked.chat_id, sent.chat_id)
        await self._service.stored(self._service.store.set_messages, turn.id, shown)
        for message_id in turn.message_ids[len(texts) :]:
            try:
                await context.bot.delete_message(asked.chat_id, message_id)
            except BadRequest:
                continue  # it is gone, or too old to be deleted

    async def _edit(
        self, chat_id: int, message_id: int, text: str, buttons: InlineKeyboardMarkup | None, context: Context
    ) -> int | None:
        try:
            await context.bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                link_preview_options=NO_PREVIEW,
            )
        except (BadRequest, ChatMigrated):
            return None
        return message_id

    async def _ask(
        self, asked: Addressed, context: Context, history: Sequence[Turn], *, grow: bool = True
    ) -> tuple[Answer, tuple[int, ...]]:
        """The answer, and the message in which it grew, if it did."""
        service = self._service
        person = await self._person(asked.user_id)
        choice = language_of_question(asked.text, person, asked.app_language)
        begun: tuple[int, ...] = ()
        if grow and service.settings.reader == "chat":
            growing, newest = Growing(asked.message, context.bot), None
            async for newest in service.stream(asked.text, history, language=choice):
                await growing.show(answer_messages(newest)[0])
            assert newest is not None
            given, begun = newest, growing.message_ids
        else:
            given = await service.ask(asked.text, history, language=choice)
        service.log_answer(asked.user_id, asked.text, given)
        if choice == "auto":
            await service.stored(service.store.note_typed, asked.user_id, message_language(given.language))
        return given, begun

    async def _turn_of_this_update(self) -> StoredTurn | None:
        """The turn that was made before the process ended in the middle of it."""
        key = self._service.update_key
        return await self._service.stored(self._service.store.turn_of_update, key) if key else None

    async def _history(self, asked: Addressed) -> Sequence[Turn]:
        """The conversation so far: up to the answer that is replied to, else the last turns."""
        if not is_readable(asked.text):
            return ()  # it would be taken for a follow-up, having no word of its own
        store, reply = self._service.store, asked.message.reply_to_message
        if reply is not None:
            turn = await self._service.stored(store.turn_of_message, asked.chat_id, reply.message_id)
            if turn is not None:
                return await self._service.stored(store.history_until, turn.id)
        return await self._service.stored(store.history, asked.chat_id, asked.user_id)

    async def _few_words(self, asked: Addressed) -> None:
        if not asked.is_private and asked.text:
            return  # a smile at an answer
        language = language_of(await self._person(asked.user_id), asked.app_language)
        key = "odd_words" if asked.is_private else "start_group"
        await asked.message.reply_text(self._service.messages(language)(key), reply_parameters=quoting(asked.message))

    async def _turn_away(self, asked: Addressed, admission: str) -> None:
        if admission == "limited_silently":
            return
        language = language_of(await self._person(asked.user_id), asked.app_language)
        messages = self._service.messages(language)
        wait_s = self._service.limits.wait_s(asked.user_id, asked.chat_id)
        text = messages("busy") if admission == "busy" else messages("limited", seconds=wait_s)
        await asked.message.reply_text(text, reply_parameters=quoting(asked.message))

    @contextmanager
    def _typing(self, message: Message) -> Iterator[None]:
        """Shows that the bot is typing until the block ends; no answer waits for it."""
        done = asyncio.Event()
        task = asyncio.create_task(_show_typing(message, done))
        self._at_the_keys.add(task)
        task.add_done_callback(self._at_the_keys.discard)
        try:
            yield
        finally:
            done.set()

    def _turn(self, asked: Addressed, given: Answer) -> NewTurn:
        return NewTurn(
            chat_id=asked.chat_id,
            user_id=asked.user_id,
            question_id=asked.message.message_id,
            update_key=self._service.update_key,
            question=asked.text,
            answer=given,
            fingerprint=self._service.fingerprint,
        )

    async def _person(self, user_id: int) -> Person:
        return await self._service.stored(self._service.store.person, user_id)


async def _show_typing(message: Message, done: asyncio.Event) -> None:
    while True:
        await message.reply_chat_action(ChatAction.TYPING)
        try:
            await asyncio.wait_for(done.wait(), TYPING_S)
        except TimeoutError:
            continue
        return


def _says_something(text: str) -> bool:
    """Whether there is more to a text than a single letter among signs."""
    return sum(character.isalnum() for character in text) >= LEAST_LETTERS


def quoting(message: Message) -> ReplyParameters | None:
    """In groups an answer quotes its question, so that it is clear whose it is."""
    if message.chat.type == "private":
        return None
    return ReplyParameters(message.message_id, allow_sending_without_reply=True)
