"""Builds the bot from its parts, and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Update
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.error import TelegramError as ApiError
from telegram.ext import Application, ApplicationBuilder

from bot.channels.telegram.courier import Courier, seconds_of
from bot.channels.telegram.examples import Examples
from bot.channels.telegram.handlers import publish_profile, register
from bot.channels.telegram.handling import received
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.limits import Limits, Rate
from bot.channels.telegram.metrics import Health, Metrics, serve_metrics
from bot.channels.telegram.operator import App, Operator
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.polling import ALLOWED_UPDATES, Poller, read_update
from bot.channels.telegram.service import Service
from bot.channels.telegram.tls import certificate_to_send
from bot.channels.telegram.webhook import Watch, listen
from bot.conversations import Conversations
from bot.database import open_database
from bot.logs import configure_logs
from bot.settings import Settings
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from bot.assistant import Assistant

GRACE_S = 6.0
"""How long the updates in hand may take when the bot is told to stop."""
LONGEST_WAIT_S = 30.0
CONTACT_EVERY_S = 45.0
REFUSED_TOKEN = "Telegram does not accept the token. Get a new one from BotFather (/token) and set TELEGRAM_BOT_TOKEN."

log = structlog.get_logger(__name__)


def token_of(settings: Settings) -> str:
    """The bot's token.

    Raises:
        InputError: it is not set, or has not the form of one.
    """
    token = settings.telegram_bot_token.get_secret_value().strip() if settings.telegram_bot_token else ""
    if not token:
        raise InputError(
            "TELEGRAM_BOT_TOKEN is not set. Put the token that BotFather gave in the environment or in .env."
        )
    number, _, rest = token.partition(":")
    if not (number.isdigit() and rest and token.isascii() and not any(c.isspace() or c == "/" for c in token)):
        raise InputError(
            "TELEGRAM_BOT_TOKEN is not a bot's token (digits, a colon, letters); copy it anew from BotFather."
        )
    return token


def run(settings: Settings, assistant: Assistant) -> None:
    """Runs the bot until SIGTERM or SIGINT.

    Raises:
        InputError: the token is missing or Telegram does not accept it; the store cannot be opened; a port is taken.
    """
    token = token_of(settings)
    hidden = [
        value.get_secret_value()
        for name in type(settings).model_fields
        if hasattr(value := getattr(settings, name), "get_secret_value")
    ]
    configure_logs(settings, [token, *hidden])
    asyncio.run(_Bot(settings, assistant, token).serve())
    _leave()


def _leave() -> None:
    """Ends the process although a thread still computes: nobody waits for what it finds."""
    if any(
        thread.is_alive() and not thread.daemon
        for thread in threading.enumerate()
        if thread is not threading.main_thread()
    ):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class _Bot:
    """The parts of a running bot."""

    def __init__(self, settings: Settings, assistant: Assistant, token: str) -> None:
        self._settings = settings
        database = open_database(settings.home)
        store, self._inbox = Conversations(database), Inbox(database)
        self._secret = _secret(store)
        self._health = Health()
        self._service = Service(
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
            metrics=Metrics(),
            secret=self._secret,
        )
        self._lanes = Lanes(self._service, self._inbox, self._secret)
        self._courier = Courier(Outbox(self._inbox, self._service.writer))
        self._examples = Examples(self._service)
        self._application = build(self._service, self._examples, self._lanes, self._courier, token)
        Operator(self._service, self._inbox, self._secret).register(self._application)
        self._stop: asyncio.Event

    async def serve(self) -> None:
        """Runs until a signal comes."""
        self._stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        monitoring = serve_metrics(self._settings, self._service.metrics, self._health)
        try:
            if await self._patiently("connect", self._application.initialize):
                try:
                    await self._answer()
                finally:
                    await self._application.shutdown()
        finally:
            if monitoring is not None:
                monitoring.stop()
            self._service.workers.shutdown(wait=False, cancel_futures=True)
            self._service.writer.shutdown(wait=True)
            log.info("stopped")

    async def _answer(self) -> None:
        application = self._application
        name = application.bot.username
        self._health.heard()
        await application.start()
        aside = [asyncio.create_task(self._publish()), asyncio.create_task(self._examples.prepare())]
        try:
            await self._resume()
            log.info("ready", bot=name)
            await (self._by_webhook() if self._settings.telegram_webhook_url else self._by_polling())
        finally:
            for task in aside:
                task.cancel()
            self._lanes.stop_soon()
            await self._lanes.finish(GRACE_S)
            if application.job_queue is not None:
                await application.job_queue.stop(wait=False)
            await application.stop()

    async def _resume(self) -> None:
        """Takes up the updates that an earlier process left unanswered."""
        rows = await self._service.stored(self._inbox.unanswered)
        for row in rows:
            update = read_update(json.loads(row.payload), self._application.bot)
            if update is None:
                await self._service.stored(self._inbox.answered, row.key)
                continue
            self._lanes.arrived(row.key, late=True)
            self._application.update_queue.put_nowait(update)
        if rows:
            log.info("updates of an earlier run are taken up", updates=len(rows))

    async def _receive(self, updates: Sequence[Update], late: bool) -> None:
        self._health.heard()
        for message in (update.effective_message for update in updates):
            if message is not None:
                self._courier.notice(message.chat.id, message.message_id)
        by_key = {row.key: (row, update) for update in updates for row in [received(update, self._secret)]}
        try:
            fresh = await self._service.stored(self._inbox.receive, [row for row, _ in by_key.values()])
        except sqlite3.Error:
            self._health.keeps_updates = False
            raise
        self._health.keeps_updates = True
        for key in fresh:
            self._lanes.arrived(key, late)
            self._application.update_queue.put_nowait(by_key[key][1])

    async def _by_polling(self) -> None:
        bot = self._application.bot

        async def end_webhook() -> None:
            with contextlib.suppress(BadRequest, InvalidToken):  # a server without webhooks has none to delete
                await bot.delete_webhook()

        await self._patiently("delete the webhook", end_webhook)
        polling = asyncio.create_task(Poller(bot, self._receive, self._health.heard).run())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not polling.done():
            polling.cancel()
        try:
            await polling
        except asyncio.CancelledError:
            pass
        except (InvalidToken, Forbidden) as error:
            raise InputError(REFUSED_TOKEN) from error

    async def _by_webhook(self) -> None:
        settings, bot = self._settings, self._application.bot
        configured = settings.telegram_webhook_secret
        secret = configured.get_secret_value() if configured else secrets.token_urlsafe(32)
        url, certificate = settings.telegram_webhook_url or "", certificate_to_send(settings)
        server = listen(settings, bot, secret, self._receive)
        watch = Watch(bot, url)

        async def announce() -> object:
            return await bot.set_webhook(
                url,
                certificate=certificate,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
            )

        try:
            await self._patiently("set the webhook", announce)
            while not self._stop.is_set():
                try:
                    await watch.look()
                    self._health.heard()
                except InvalidToken as error:
                    raise InputError(REFUSED_TOKEN) from error
                except ApiError as error:
                    log.warning("no contact with Telegram", error=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), CONTACT_EVERY_S)
        except BadRequest as error:
            raise InputError(
                f"Telegram does not take the webhook: {error.message}. See REPORTQA_TELEGRAM_WEBHOOK_URL."
            ) from error
        finally:
            server.stop()

    async def _publish(self) -> None:
        try:
            await publish_profile(self._application, self._service)
        except ApiError as error:  # commands in the menu are a convenience
            log.warning("the profile could not be published", error=type(error).__name__)

    async def _patiently(self, what: str, call: Callable[[], Awaitable[object]]) -> bool:
        """Calls until it works; False where the bot is told to stop first.

        Raises:
            InputError: Telegram does not accept the token.
            BadRequest: it refuses the call.
        """
        wait = 0.5
        while not self._stop.is_set():
            try:
                await call()
                return True
            except InvalidToken as error:
                raise InputError(REFUSED_TOKEN) from error
            except BadRequest:
                raise
            except ApiError as error:
                wait_s = seconds_of(error) if isinstance(error, RetryAfter) else wait
                log.warning(f"cannot {what} yet", error=type(error).__name__, next_try_s=wait_s)
                wait = min(2 * wait, LONGEST_WAIT_S)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait_s)
        return False


def build(service: Service, examples: Examples, lanes: Lanes, courier: Courier, token: str) -> App:
    """The application with its handlers; it is not started."""
    builder = (
        ApplicationBuilder()
        .token(token)
        .updater(None)
        .concurrent_updates(lanes)
        .rate_limiter(courier)
        .connect_timeout(5)
        .read_timeout(20)
        .write_timeout(20)
        .pool_timeout(20)
    )
    base = service.settings.telegram_api_base_url
    if base:
        base = base.rstrip("/").removesuffix("/bot")
        builder = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    register(application, service, examples)
    return application


def _secret(store: Conversations) -> bytes:
    """The key of this home for the names of updates and the hashes of users."""
    kept = store.fact("secret")
    if kept is None:
        kept = secrets.token_hex(32)
        store.remember_fact("secret", kept)
    return bytes.fromhex(kept)
