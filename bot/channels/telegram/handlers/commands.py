"""/start, /help, /new, /language, /privacy, /forget, and the buttons that belong to them."""

from __future__ import annotations

from pathlib import PurePath

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.channels.telegram.addressing import Addressed, sender
from bot.channels.telegram.examples import Examples
from bot.channels.telegram.handlers.questions import Questions, quoting
from bot.channels.telegram.keyboards import EXAMPLE, FORGET, LANGUAGE, button, column
from bot.channels.telegram.people import language_of
from bot.channels.telegram.service import Service
from prompts import LANGUAGES, LanguageChoice, MessageLanguage

Context = ContextTypes.DEFAULT_TYPE
LANGUAGE_NAMES: dict[MessageLanguage, str] = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
"""Each language by its own name, which is the same whoever reads it."""
REMOTE = frozenset({"openai", "ollama"})
"""Embedding providers that are sent the question."""


class Commands:
    """What the bot says of itself, and what it is told about a person's conversation."""

    def __init__(self, service: Service, examples: Examples, questions: Questions) -> None:
        self._service = service
        self._examples = examples
        self._questions = questions

    async def start(self, update: Update, context: Context) -> None:
        """/start: a greeting and three questions to tap."""
        await self._introduce(update, "start")

    async def help(self, update: Update, context: Context) -> None:
        """/help: how to ask."""
        await self._introduce(update, "help")

    async def new(self, update: Update, context: Context) -> None:
        """/new: the thread is forgotten."""
        if (found := await self._speaker(update)) is None:
            return
        message, user_id, language = found
        await self._service.stored(self._service.store.begin_thread, message.chat_id, user_id)
        await self._say(message, self._service.messages(language)("new_conversation"))

    async def privacy(self, update: Update, context: Context) -> None:
        """/privacy: what is kept, and for how long."""
        if (found := await self._speaker(update)) is not None:
            message, _, language = found
            settings, messages = self._service.settings, self._service.messages(language)
            parts = [messages("privacy", days=settings.telegram_retention_days)]
            if settings.reader == "chat":
                parts.append(messages("privacy_chat", model=(settings.chat_model or "").rpartition(":")[2]))
            if settings.embedding_provider in REMOTE:
                parts.append(messages("privacy_search", model=settings.embedding_model))
            parts.append(messages("privacy_end"))
            await self._say(message, "\n\n".join(part.strip() for part in parts))

    async def language(self, update: Update, context: Context) -> None:
        """/language: four buttons."""
        if (found := await self._speaker(update)) is not None:
            message, user_id, language = found
            messages = self._service.messages(language)
            person = await self._service.stored(self._service.store.person, user_id)
            names: list[tuple[LanguageChoice, str]] = [("auto", messages("language_auto")), *LANGUAGE_NAMES.items()]
            choices = [
                button(f"✓ {name}" if choice == person.language else name, LANGUAGE, choice) for choice, name in names
            ]
            await self._say(message, messages("language_choose"), column(choices))

    async def forget(self, update: Update, context: Context) -> None:
        """/forget: asks first."""
        if (found := await self._speaker(update)) is not None:
            message, user_id, language = found
            messages = self._service.messages(language)
            buttons = [
                button(messages("forget_yes"), FORGET, user_id, "yes"),
                button(messages("forget_no"), FORGET, user_id, "no"),
            ]
            await self._say(message, messages("forget_confirm"), column(buttons))

    async def unknown(self, update: Update, context: Context) -> None:
        """A command that there is not: said in private chats only."""
        if (found := await self._speaker(update)) is not None and found[0].chat.type == "private":
            await self._say(found[0], self._service.messages(found[2])("unknown_command"))

    async def chosen_language(self, update: Update, context: Context) -> None:
        """A press on one of /language's buttons."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        choice = query.data.partition(":")[2]
        chosen: LanguageChoice = next((each for each in LANGUAGES if each == choice), "auto")
        await self._service.stored(self._service.store.choose_language, query.from_user.id, chosen)
        messages = self._service.messages(await self._language_of_press(query))
        await query.answer()
        await self._replace(query, messages("language_set_auto" if chosen == "auto" else "language_set"))

    async def chosen_forget(self, update: Update, context: Context) -> None:
        """A press on one of /forget's buttons: only the person who asked may."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        _, owner, verdict = query.data.split(":")
        messages = self._service.messages(await self._language_of_press(query))
        if int(owner) != query.from_user.id:
            await query.answer(messages("forget_other"), show_alert=True)
            return
        if verdict == "yes":
            await self._service.stored(self._service.store.forget, query.from_user.id)
        await query.answer()
        await self._replace(query, messages("forget_done" if verdict == "yes" else "forget_kept"))

    async def chosen_example(self, update: Update, context: Context) -> None:
        """A press on an example: it is asked."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        await query.answer()
        _, language, number = query.data.split(":")
        chosen: MessageLanguage = next((each for each in LANGUAGES if each == language), "en")
        examples = await self._examples.questions(chosen)
        if isinstance(query.message, Message) and int(number) < len(examples):
            question = examples[int(number)]
            await query.message.reply_text(f"❓ {question}", reply_parameters=quoting(query.message))
            asked = Addressed(query.message, query.from_user.id, query.from_user.language_code, question)
            await self._questions.answer(asked, context, ())

    async def _introduce(self, update: Update, key: str) -> None:
        if (found := await self._speaker(update)) is None:
            return
        message, _, language = found
        messages = self._service.messages(language)
        if message.chat.type != "private" and key == "start":
            await self._say(message, messages("start_group"))
            return
        names = (PurePath(entry.name).stem for entry in self._service.assistant.manifest.documents)
        documents = ", ".join(name.replace("-", " ").replace("_", " ") for name in names)
        days = self._service.settings.telegram_retention_days
        examples = await self._examples.questions(language)
        buttons = [button(question, EXAMPLE, language, n) for n, question in enumerate(examples)]
        text = messages(key, documents=documents, days=days)
        await self._say(message, text, column(buttons) if buttons else None)

    async def _speaker(self, update: Update) -> tuple[Message, int, MessageLanguage] | None:
        """The message of a command, who wrote it, and their language."""
        message = update.message
        found = sender(message) if message is not None else None
        if message is None or found is None:
            return None
        person = await self._service.stored(self._service.store.person, found[0])
        return message, found[0], language_of(person, found[1])

    async def _language_of_press(self, query: CallbackQuery) -> MessageLanguage:
        person = await self._service.stored(self._service.store.person, query.from_user.id)
        return language_of(person, query.from_user.language_code)

    async def _say(self, message: Message, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
        await message.reply_text(text.strip(), reply_markup=buttons, reply_parameters=quoting(message))

    async def _replace(self, query: CallbackQuery, text: str) -> None:
        try:
            await query.edit_message_text(text)
        except BadRequest:  # too old to be edited
            if isinstance(query.message, Message):
                await query.message.reply_text(text)
