"""What is counted for the operator, and where it can be read: /metrics, /healthz."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.answer import Answer
from bot.settings import Settings
from vectorstore.errors import InputError

_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 30)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters of one bot."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    questions: Counter = field(init=False)
    refusals: Counter = field(init=False)
    turned_away: Counter = field(init=False)
    errors: Counter = field(init=False)
    feedback: Counter = field(init=False)
    tokens: Counter = field(init=False)
    fallbacks: Counter = field(init=False)
    reading: Histogram = field(init=False)
    answering: Histogram = field(init=False)
    in_hand: Gauge = field(init=False)
    waiting: Gauge = field(init=False)

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("questions", self._counter("questions", "Questions answered or refused.", "language"))
        put("refusals", self._counter("refusals", "Questions that the report does not answer.", "language"))
        put("turned_away", self._counter("turned_away", "Questions over a limit or the queue's bound.", "reason"))
        put("errors", self._counter("errors", "Errors while an update was handled.", "kind"))
        put("feedback", self._counter("feedback", "Verdicts of readers.", "verdict"))
        put("tokens", self._counter("chat_tokens", "Tokens that a chat model read and wrote.", "direction"))
        put("fallbacks", self._counter("chat_fallbacks", "Questions that the chat model did not answer.", "reason"))
        put("reading", self._histogram("answer_seconds", "Time of the assistant for an answer."))
        put("answering", self._histogram("update_seconds", "Time from an update's arrival until it was handled."))
        put("in_hand", Gauge("reportqa_in_hand", "Questions in hand.", registry=self.registry))
        put("waiting", Gauge("reportqa_updates_waiting", "Updates received and not handled.", registry=self.registry))

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(f"reportqa_{name}", text, [label], registry=self.registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(f"reportqa_{name}", text, buckets=_SECONDS, registry=self.registry)

    def count(self, answer: Answer) -> None:
        """Counts an answer."""
        self.questions.labels(answer.language).inc()
        if answer.refused:
            self.refusals.labels(answer.language).inc()
        self.reading.observe(answer.latency_ms["total"] / 1000)
        if answer.generation is not None:
            self.tokens.labels("in").inc(answer.generation.tokens_in)
            self.tokens.labels("out").inc(answer.generation.tokens_out)
            if answer.generation.fallback is not None:
                self.fallbacks.labels(answer.generation.fallback).inc()


@dataclass(slots=True)
class Health:
    """Whether Telegram was heard of lately, and updates can be kept. Times are of the monotonic clock, in seconds."""

    heard_at: float | None = None
    keeps_updates: bool = True
    """Whether the last updates could be written down."""
    clock: Callable[[], float] = time.monotonic
    patience_s: float = 120.0

    def heard(self) -> None:
        """Telegram answered."""
        self.heard_at = self.clock()

    def troubles(self) -> list[str]:
        """What is wrong, a line each; nothing where all is well."""
        troubles = []
        if self.heard_at is None or self.clock() - self.heard_at >= self.patience_s:
            troubles.append("no contact with Telegram")
        if not self.keeps_updates:
            troubles.append("updates cannot be written down")
        return troubles


class _Metrics(RequestHandler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(self._metrics.registry))


class _Health(RequestHandler):
    def initialize(self, health: Health) -> None:
        self._health = health

    def get(self) -> None:
        troubles = self._health.troubles()
        self.set_status(503 if troubles else 200)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("".join(f"{line}\n" for line in troubles or ["ok"]))


def serve_metrics(settings: Settings, metrics: Metrics, health: Health) -> HTTPServer | None:
    """Serves /metrics and /healthz where the settings name a port.

    Raises:
        InputError: the port is taken.
    """
    if settings.monitoring_port is None:
        return None
    routes = [("/metrics", _Metrics, {"metrics": metrics}), ("/healthz", _Health, {"health": health})]
    server = HTTPServer(Application(routes, log_function=lambda handler: None))  # type: ignore[arg-type]
    try:
        server.listen(settings.monitoring_port, settings.monitoring_listen)
    except OSError as error:
        raise InputError(
            f"/metrics cannot listen on {settings.monitoring_listen}:{settings.monitoring_port}: {error.strerror}. "
            "Set REPORTQA_MONITORING_PORT."
        ) from error
    return server
