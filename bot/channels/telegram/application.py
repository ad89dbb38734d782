"""Builds the bot from its parts, and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.channels.telegram.handlers import publish_profile, register
from bot.channels.telegram.handling import received
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.limits import Limits, Rate
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.service import Service
from bot.conversations import Conversations
from bot.database import open_database
from bot.settings import Settings
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from bot.assistant import Assistant

GRACE_S = 6.0


def run(settings: Settings, assistant: Assistant) -> None:
    """Runs the bot until SIGTERM or SIGINT.

    Raises:
        InputError: the token is missing or Telegram does not accept it; the store cannot be opened.
    """
    token = settings.telegram_bot_token
    if token is None or not token.get_secret_value():
        raise InputError(
            "TELEGRAM_BOT_TOKEN is not set. Put the token that BotFather gave in the environment or in .env."
        )
    asyncio.run(_serve(settings, assistant, token.get_secret_value()))


async def _serve(settings: Settings, assistant: Assistant, token: str) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    database = open_database(settings.home)
    store, inbox = Conversations(database), Inbox(database)
    service = Service(
        settings=settings,
        assistant=assistant,
        store=store,
        limits=Limits(
            Rate(settings.telegram_user_burst, settings.telegram_user_per_minute),
            Rate(settings.telegram_chat_burst, settings.telegram_chat_per_minute),
            settings.telegram_queue,
        ),
        workers=ThreadPoolExecutor(settings.telegram_threads, "assistant"),
        writer=ThreadPoolExecutor(1, "store"),
    )
    secret = b"secret"
    lanes = Lanes(service, inbox, secret)
    application = build(service, lanes, token)

    async def receive(updates: Sequence[Update], late: bool) -> None:
        by_key = {row.key: (row, update) for update in updates for row in [received(update, secret)]}
        fresh = await service.stored(inbox.receive, [row for row, _ in by_key.values()])
        for key in fresh:
            if late:
                lanes.mark_late(key)
            application.update_queue.put_nowait(by_key[key][1])

    async with application:
        await publish_profile(application, service)
        await application.start()
        for row in await service.stored(inbox.unanswered):
            lanes.mark_late(row.key)
            import json

            application.update_queue.put_nowait(Update.de_json(json.loads(row.payload), application.bot))
        polling = asyncio.create_task(Poller(application.bot, receive).run())
        await stop.wait()
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        lanes.stop_soon()
        await lanes.finish(GRACE_S)
        await application.stop()


def build(service: Service, lanes: Lanes, token: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """The application with its handlers; it is not started."""
    builder = ApplicationBuilder().token(token).updater(None).job_queue(None).concurrent_updates(lanes)
    base = service.settings.telegram_api_base_url
    if base:
        builder = builder.base_url(f"{base.rstrip('/')}/bot").base_file_url(f"{base.rstrip('/')}/file/bot")
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    assert isinstance(application.bot, ExtBot)
    register(application, service)
    return application
