"""The webhook: Telegram posts updates here, and gets its 200 once they are in the inbox."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot
from telegram.error import InvalidToken
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.channels.telegram.polling import Receive, read_update
from bot.channels.telegram.tls import tls_context
from bot.settings import Settings
from vectorstore.errors import InputError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1_000_000
"""Bytes; an update is a few kilobytes."""

log = structlog.get_logger(__name__)


class _Updates(RequestHandler):
    """Takes posts that know the secret."""

    def initialize(self, bot: Bot, secret: str, receive: Receive) -> None:
        self._bot = bot
        self._secret = secret
        self._receive = receive

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self._refuse(403)
            return
        try:
            row: Any = json.loads(self.request.body)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("update_id"), int):
            self._refuse(400)
            return
        update = read_update(row, self._bot)
        if update is not None:
            await self._receive([update], False)
        self.set_status(200)

    def _refuse(self, status: int) -> None:
        log.warning("a post to the webhook was refused", status=status)
        self.set_status(status)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """No page and no traceback: who posts here is told nothing."""
        self.finish()

    def log_exception(self, *error: Any) -> None:
        """One line instead of tornado's dump of the request."""
        log.error("the webhook failed", error=getattr(error[0], "__name__", ""))


def path_of(settings: Settings) -> str:
    """The path that the webhook listens on, with a slash in front."""
    path = settings.telegram_webhook_path or urlsplit(settings.telegram_webhook_url or "").path
    return "/" + path.lstrip("/")


def listen(settings: Settings, bot: Bot, secret: str, receive: Receive) -> HTTPServer:
    """Listens where the settings say; `stop` of what is given ends it.

    Raises:
        InputError: the port is taken, or the certificate or key cannot be used.
    """
    parts = {"bot": bot, "secret": secret, "receive": receive}
    application = Application([(path_of(settings), _Updates, parts)], log_function=lambda handler: None)
    server = HTTPServer(application, ssl_options=tls_context(settings), max_body_size=LARGEST_BODY, xheaders=False)
    port = settings.telegram_webhook_port
    try:
        server.listen(port, settings.telegram_webhook_listen)
    except OSError as error:
        raise InputError(
            f"The webhook cannot listen on {settings.telegram_webhook_listen}:{port}: {error.strerror}. "
            "Set REPORTQA_TELEGRAM_WEBHOOK_PORT or _LISTEN."
        ) from error
    return server


class Watch:
    """Asks Telegram now and then how the webhook fares, and tells the operator."""

    def __init__(self, bot: Bot, url: str) -> None:
        """`url` is the address that was set."""
        self._bot = bot
        self._url = url
        self._looked_at = datetime.now(UTC)
        self._is_elsewhere = False

    async def look(self) -> None:
        """Logs what went wrong with the webhook since the last look.

        Raises:
            InvalidToken: Telegram no longer accepts the token.
            TelegramError: Telegram could not be reached.
        """
        try:
            info = await self._bot.get_webhook_info()
            address, failed_at = info.url, info.last_error_date
        except (InvalidToken, TypeError, AttributeError):
            # What PTB makes of a 401, of the 404 of a server that has no such method, of one that says too little.
            await self._bot.get_me()
            return
        is_elsewhere = address != self._url
        if is_elsewhere and not self._is_elsewhere:
            log.warning("the webhook was set to another address, or taken away")
        self._is_elsewhere = is_elsewhere
        if failed_at is not None and failed_at > self._looked_at:
            self._looked_at = failed_at
            log.warning("Telegram cannot deliver", text=info.last_error_message)
