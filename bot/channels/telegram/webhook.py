"""The webhook: Telegram posts updates here, and gets its 200 once they are in the inbox."""

from __future__ import annotations

import hmac
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.channels.telegram.polling import Receive, read_update
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
    server = HTTPServer(application, ssl_options=_tls(settings), max_body_size=LARGEST_BODY, xheaders=False)
    port = settings.telegram_webhook_port
    try:
        server.listen(port, settings.telegram_webhook_listen)
    except OSError as error:
        raise InputError(
            f"The webhook cannot listen on {settings.telegram_webhook_listen}:{port}: {error.strerror}. "
            "Set REPORTQA_TELEGRAM_WEBHOOK_PORT or _LISTEN."
        ) from error
    return server


def certificate(settings: Settings) -> Path | None:
    """The certificate to send to Telegram.

    Raises:
        InputError: the file is not there.
    """
    path = settings.telegram_webhook_certificate
    if path is not None and not path.is_file():
        raise InputError(f"There is no certificate {path}; see REPORTQA_TELEGRAM_WEBHOOK_CERTIFICATE.")
    return path


def _tls(settings: Settings) -> ssl.SSLContext | None:
    key, chain = settings.telegram_webhook_key, certificate(settings)
    if key is None:
        return None
    if chain is None:
        raise InputError("REPORTQA_TELEGRAM_WEBHOOK_KEY needs REPORTQA_TELEGRAM_WEBHOOK_CERTIFICATE beside it.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(chain, key)
    except (OSError, ssl.SSLError) as error:
        raise InputError(f"The certificate {chain} and the key {key} cannot be used: {error}.") from error
    return context
