"""What the operator is told of a webhook that fares ill."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs
from telegram import Bot
from telegram.error import InvalidToken

from bot.channels.telegram.webhook import Watch
from tests.telegram_api.server import BotApiServer
from tests.telegram_api.state import now

ADDRESS = "http://127.0.0.1:9/hook"


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    async with Bot(server.token, base_url=f"{server.url}/bot") as bot:
        await bot.set_webhook(ADDRESS)
        yield bot


async def said(watch: Watch) -> list[str]:
    """What a look puts into the log."""
    with capture_logs() as lines:
        await watch.look()
    return [line["event"] for line in lines]


async def test_failed_deliveries_are_told_once_each(server: BotApiServer, bot: Bot) -> None:
    watch = Watch(bot, ADDRESS)
    assert await said(watch) == []
    webhook = server.state.webhook
    assert webhook is not None
    for later in (5, 10):
        webhook.last_error, webhook.last_error_date = "Connection refused", now() + later
        assert await said(watch) == ["Telegram cannot deliver"]
        assert await said(watch) == []


async def test_a_failure_from_before_the_start_is_old_news(server: BotApiServer, bot: Bot) -> None:
    assert server.state.webhook is not None
    server.state.webhook.last_error, server.state.webhook.last_error_date = "Connection refused", now() - 60
    assert await said(Watch(bot, ADDRESS)) == []


async def test_a_webhook_that_another_process_took_away_is_told(server: BotApiServer, bot: Bot) -> None:
    watch = Watch(bot, ADDRESS)
    await bot.delete_webhook()
    assert await said(watch) == ["the webhook was set to another address, or taken away"]
    assert await said(watch) == []


async def test_a_revoked_token_is_no_passing_trouble(server: BotApiServer, bot: Bot) -> None:
    server.state.revoked = True
    with pytest.raises(InvalidToken):
        await Watch(bot, ADDRESS).look()


@pytest.mark.parametrize("poor", [{"without": ("getWebhookInfo",)}, {"terse": True}])
async def test_a_server_that_tells_nothing_of_webhooks_will_do(poor: dict[str, Any]) -> None:
    with BotApiServer(**poor) as server:
        async with Bot(server.token, base_url=f"{server.url}/bot") as bot:
            assert await said(Watch(bot, ADDRESS)) == []
