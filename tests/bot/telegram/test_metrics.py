"""/healthz and /metrics over HTTP, with a clock of the test's; what is counted of answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from bot.answer import Answer, Generation
from bot.channels.telegram.metrics import Health, Metrics, serve_metrics
from bot.settings import Settings
from tests.ports import free_port


class Watched:
    """What is watched, and what is seen of it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.health = Health(clock=lambda: self.now)
        self.metrics = Metrics()
        self.port = free_port()

    async def seen(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        async with httpx.AsyncClient() as client:
            response = await client.get(f"http://127.0.0.1:{self.port}{path}")
        return response.status_code, response.text


@pytest_asyncio.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    watched = Watched()
    server = serve_metrics(Settings(home=tmp_path, monitoring_port=watched.port), watched.metrics, watched.health)
    assert server is not None
    yield watched
    server.stop()


async def test_health_lasts_two_minutes_from_the_last_word_of_telegram(watched: Watched) -> None:
    assert await watched.seen("/healthz") == (503, "no contact with Telegram\n")
    watched.health.heard()
    assert await watched.seen("/healthz") == (200, "ok\n")
    watched.now += 119
    assert await watched.seen("/healthz") == (200, "ok\n")
    watched.now += 1
    assert await watched.seen("/healthz") == (503, "no contact with Telegram\n")
    watched.health.heard()
    assert await watched.seen("/healthz") == (200, "ok\n")


async def test_each_trouble_has_its_line(watched: Watched) -> None:
    watched.health.keeps_updates = False
    status, text = await watched.seen("/healthz")
    assert (status, text.splitlines()) == (503, ["no contact with Telegram", "updates cannot be written down"])
    watched.health.heard()
    assert await watched.seen("/healthz") == (503, "updates cannot be written down\n")


async def test_metrics_are_prometheus_and_nothing_else_is_served(watched: Watched) -> None:
    watched.metrics.turned_away.labels("busy").inc()
    status, text = await watched.seen("/metrics")
    assert status == 200
    assert 'reportqa_turned_away_total{reason="busy"} 1.0' in text
    assert (await watched.seen("/"))[0] == 404


def test_without_a_port_nothing_listens(tmp_path: Path) -> None:
    assert serve_metrics(Settings(home=tmp_path), Metrics(), Health()) is None


def answered(fallback: str | None) -> Answer:
    """An answer of a chat model, or in its place."""
    generation = Generation(model="m", prompt="p", tokens_in=100, tokens_out=20, fallback=fallback)
    return Answer(
        question="?",
        language="en",
        answer="x",
        refused=False,
        citations=(),
        reader="sentence" if fallback else "chat",
        latency_ms={"total": 1.0},
        generation=generation,
    )


def test_tokens_and_the_reasons_of_fall_backs_are_counted() -> None:
    metrics = Metrics()
    for fallback in (None, "paused", "paused", "budget"):
        metrics.count(answered(fallback))
    value = metrics.registry.get_sample_value
    assert value("reportqa_chat_tokens_total", {"direction": "in"}) == 400
    assert value("reportqa_chat_tokens_total", {"direction": "out"}) == 80
    assert value("reportqa_chat_fallbacks_total", {"reason": "paused"}) == 2
    assert value("reportqa_chat_fallbacks_total", {"reason": "budget"}) == 1
