"""Webhooks: set, taken away, and served with updates until each was received."""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.telegram_api.errors import Json, bad_request
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.state import State, WebhookSettings, now

PORTS = (80, 88, 443, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIRST_DELAY, _LONGEST_DELAY = 0.2, 2.0
"""Seconds between attempts, which double. Telegram begins with a second."""


def set_webhook(state: State, parameters: Parameters) -> bool:
    """setWebhook; an empty address takes the webhook away."""
    url = parameters.text("url")
    if not url:
        return delete_webhook(state, parameters)
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if not state.local and parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not state.local and (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = parameters.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allow(state, parameters)
    if parameters.boolean("drop_pending_updates"):
        state.queue.drop()
    connections = min(max(parameters.integer("max_connections", 40), 1), 100)
    state.webhook = WebhookSettings(url, secret, connections, parameters.files.get("certificate"))
    return True


def delete_webhook(state: State, parameters: Parameters) -> bool:
    """deleteWebhook."""
    state.webhook = None
    if parameters.boolean("drop_pending_updates"):
        state.queue.drop()
    return True


def get_webhook_info(state: State, parameters: Parameters) -> Json:
    """getWebhookInfo."""
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(state.queue.waiting())}
    if state.queue.allowed:
        info["allowed_updates"] = sorted(state.queue.allowed)
    if state.webhook is not None:
        info |= {
            "url": state.webhook.url,
            "has_custom_certificate": state.webhook.certificate is not None,
            "max_connections": state.webhook.max_connections,
        }
        if state.webhook.last_error:
            info |= {
                "last_error_date": state.webhook.last_error_date,
                "last_error_message": state.webhook.last_error,
            }
    return info


def allow(state: State, parameters: Parameters) -> None:
    """Which kinds of updates the bot wants from now on; without a word, as before."""
    allowed: Any = parameters.structure("allowed_updates")
    if allowed is not None:
        state.queue.allowed = frozenset(allowed)


class Delivery:
    """Posts what waits to the webhook: in order within a chat, again after a failure."""

    def __init__(self, state: State) -> None:
        """Runs in the loop of the server."""
        self._state = state
        self._changed = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.delivered: list[tuple[Json, int]] = []
        """Every attempt: the update and the status that the webhook answered, 0 for none."""

    def wake(self) -> None:
        """There may be something to deliver."""
        self._changed.set()

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        try:
            while True:
                self._start()
                await self._changed.wait()
                self._changed.clear()
        finally:
            for task in self._tasks.values():
                task.cancel()

    def _start(self) -> None:
        if self._state.webhook is None:
            return
        for update in self._state.queue.waiting():
            line = _line(update)
            if line not in self._tasks and len(self._tasks) < self._state.webhook.max_connections:
                self._tasks[line] = asyncio.create_task(self._deliver(line, update))

    async def _deliver(self, line: str, update: Json) -> None:
        delay = _FIRST_DELAY
        try:
            while (webhook := self._state.webhook) is not None:
                if await self._post(webhook, update):
                    with suppress(ValueError):  # dropped meanwhile
                        self._state.queue.confirm(update)
                    return
                await asyncio.sleep(delay)
                delay = min(2 * delay, _LONGEST_DELAY)
        finally:
            del self._tasks[line]
            self.wake()

    async def _post(self, webhook: WebhookSettings, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        status = 0
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as session,
                session.post(webhook.url, json=update, headers=headers, ssl=_trust(webhook)) as response,
            ):
                status = response.status
                if not 200 <= status < 300:
                    webhook.last_error = f"Wrong response from the webhook: {status} {response.reason}"
        except aiohttp.ClientSSLError:
            webhook.last_error = "SSL error {error:0A000086:SSL routines::certificate verify failed}"
        except (aiohttp.ClientError, TimeoutError):
            webhook.last_error = "Connection refused"
        self.delivered.append((update, status))
        if 200 <= status < 300:
            return True
        webhook.last_error_date = now()
        return False


def _trust(webhook: WebhookSettings) -> ssl.SSLContext | bool:
    if webhook.certificate is None:
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=webhook.certificate.decode("ascii"))
    return context


def _line(update: Json) -> str:
    """The line that an update stands in: that of its chat, else of its user."""
    content: Any = next(value for key, value in update.items() if key != "update_id")
    content = content.get("message") or content
    who = content.get("chat") or content.get("from") or {}
    return str(who.get("id", update["update_id"]))
