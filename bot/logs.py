"""Structured logs on standard error: no secret in them, nothing that people write, users only as keyed hashes."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bot.settings import Settings

_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}")
"""The form of a bot's token, wherever one comes from."""
_TALKATIVE = (
    *("httpx", "httpcore", "httpx2", "httpcore2", "urllib3", "telegram", "tornado", "apscheduler", "asyncio"),
    *("chromadb", "openai", "anthropic", "ollama", "langsmith"),
)
"""Libraries whose debug lines hold addresses with the token, or what people write: they are heard from WARNING on."""


class Redact:
    """A processor that blots secrets out of every value of a line."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """The line without secrets."""
        return {key: self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._clean(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(part) for part in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        text = str(value)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN.sub("***", text)


def configure_logs(settings: Settings, secrets: Sequence[str]) -> None:
    """Sets up logging for the process, for our lines and those of libraries alike."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redact(secrets),
    ]
    final: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # It logs every 429 and every garbled answer with its traceback and content; ours say it in a line.
    for name in ("telegram.ext.AIORateLimiter", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def user_hash(user_id: int, key: bytes) -> str:
    """Stands for a user in logs: the same for one key of at most 64 bytes, and of no use without it."""
    return blake2b(str(user_id).encode(), key=key, digest_size=6).hexdigest()
