"""For the operator: reports of errors, /stats, the list of chats that are answered, the deletion of what is old."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from typing import Any

import structlog
from telegram import Update
from telegram.error import ChatMigrated, Forbidden
from telegram.error import TelegramError as ApiError
from telegram.ext import Application, ApplicationHandlerStop, CommandHandler, ContextTypes, TypeHandler, filters

from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.people import language_of
from bot.channels.telegram.service import Service
from bot.logs import user_hash
from prompts import load_messages

App = Application[Any, Any, Any, Any, Any, Any]
BEFORE_ALL, BEFORE_HANDLERS = -2, -1
REPORT_EVERY_S = 60.0
PURGE_EVERY_S = 3600.0
KNOWN_UPDATES_DAYS = 7
"""Telegram repeats an update for a day at most; its key is kept longer."""

log = structlog.get_logger(__name__)


class Operator:
    """What the operator's chats get, and what happens when a handler fails."""

    def __init__(self, service: Service, inbox: Inbox, secret: bytes) -> None:
        """`secret` keys the hashes that stand for users in logs."""
        self._service = service
        self._inbox = inbox
        self._secret = secret
        self._reported_at = -REPORT_EVERY_S
        self._unreported: Counter[str] = Counter()

    def register(self, application: App) -> None:
        """Adds the guard, /stats, the error handler and the hourly deletion."""
        settings = self._service.settings
        if settings.telegram_allowed_chats:
            application.add_handler(TypeHandler(Update, self._guard), BEFORE_ALL)
        if settings.telegram_admin_chats:
            chats = filters.Chat(settings.telegram_admin_chats)
            application.add_handler(CommandHandler("stats", self._stats, chats), BEFORE_HANDLERS)
        application.add_error_handler(self._on_error)
        if application.job_queue is not None:
            application.job_queue.run_repeating(self._purge, PURGE_EVERY_S, first=1)

    async def _guard(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Chats that are not on the list get nothing."""
        chat, user = update.effective_chat, update.effective_user
        here = chat.id if chat else user.id if user else None
        if not await self._service.is_allowed(here):
            raise ApplicationHandlerStop

    async def _stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        service = self._service
        person = await service.stored(service.store.person, user.id) if user else None
        kept = await service.stored(service.store.counts)
        messages = load_messages("operator")[language_of(person, user.language_code if user else None)]
        text = messages(
            "stats",
            hours=round((service.clock() - service.started_at) / 3600, 1),
            questions=_total(service.metrics.questions),
            refusals=_total(service.metrics.refusals),
            turned_away=_total(service.metrics.turned_away),
            errors=_total(service.metrics.errors),
            in_hand=service.limits.in_hand,
            turns=kept.turns,
            people=kept.people,
            up=kept.up,
            down=kept.down,
            fingerprint=service.fingerprint[:16],
        )
        await message.reply_text(text)
        raise ApplicationHandlerStop

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        user = update.effective_user if isinstance(update, Update) else None
        who = user_hash(user.id, self._secret) if user else None
        if isinstance(error, Forbidden):
            log.info("the chat does not take messages", user=who)
            return
        if isinstance(error, ChatMigrated):  # its text holds the new id
            chat = update.effective_chat if isinstance(update, Update) else None
            if chat is not None:
                await self._service.follow(chat.id, error.new_chat_id)
            return
        kind = type(error).__name__
        if isinstance(error, ApiError):
            log.warning("Telegram refused a call", user=who, error=kind, text=error.message)
        else:
            log.error("an update could not be handled", user=who, error=kind, exc_info=error)
        await self._apologise(update)
        await self._report(kind, context)

    async def _apologise(self, update: object) -> None:
        """Says that something went wrong: to questions in private chats only."""
        if not isinstance(update, Update) or update.message is None or update.message.chat.type != "private":
            return
        user, service = update.effective_user, self._service
        try:
            person = await service.stored(service.store.person, user.id) if user else None
            language = language_of(person, user.language_code if user else None)
            await update.message.reply_text(service.messages(language)("failed"))
        except (ApiError, sqlite3.Error) as error:
            log.info("the apology did not arrive", error=type(error).__name__)

    async def _report(self, kind: str, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Counts an error, and tells the operator's chats which kinds there were since the last report."""
        self._service.metrics.errors.labels(kind).inc()
        self._unreported[kind] += 1
        if time.monotonic() - self._reported_at < REPORT_EVERY_S:
            return
        self._reported_at = time.monotonic()
        kinds = ", ".join(f"{kind} ×{count}" for kind, count in self._unreported.most_common(5))
        self._unreported.clear()
        for chat_id in self._service.settings.telegram_admin_chats:
            try:
                person = await self._service.stored(self._service.store.person, chat_id)
                await context.bot.send_message(
                    chat_id, load_messages("operator")[language_of(person)]("report", kinds=kinds)
                )
            except (ApiError, sqlite3.Error) as error:
                log.warning("a report did not arrive", error=type(error).__name__)

    async def _purge(self, context: ContextTypes.DEFAULT_TYPE) -> None:
        service = self._service
        now, day = service.clock(), 86_400
        try:
            deleted = await service.stored(service.store.purge, now - day * service.settings.telegram_retention_days)
            await service.stored(self._inbox.purge, now - day * KNOWN_UPDATES_DAYS)
        except sqlite3.Error as error:
            kind = type(error).__name__
            log.warning("old conversations could not be deleted", error=kind, next_try_s=PURGE_EVERY_S)
            await self._report(kind, context)
            return
        log.info("old conversations were deleted", turns=deleted)


def _total(counter: Any) -> int:
    return int(
        sum(sample.value for family in counter.collect() for sample in family.samples if sample.name.endswith("_total"))
    )
