"""A webhook that speaks TLS itself, with a certificate of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.certificates import Certificate, needs_openssl, self_signed
from tests.end_to_end.conftest import ANSWER, GATES, NewBot, Run
from tests.end_to_end.telegram_process import BotProcess
from tests.end_to_end.test_telegram_service import SECRET
from tests.ports import free_port
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

pytestmark = needs_openssl


def settings(certificate: Certificate, port: int) -> dict[str, str]:
    """Those of a webhook that speaks TLS."""
    return {
        "REPORTQA_TELEGRAM_WEBHOOK_URL": f"https://127.0.0.1:{port}/hook",
        "REPORTQA_TELEGRAM_WEBHOOK_PORT": str(port),
        "REPORTQA_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "REPORTQA_TELEGRAM_WEBHOOK_CERTIFICATE": str(certificate.chain),
        "REPORTQA_TELEGRAM_WEBHOOK_KEY": str(certificate.key),
    }


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


class Secured:
    """A bot with a certificate of its own, and its server."""

    def __init__(self, server: BotApiServer, certificate: Certificate, new_bot: NewBot) -> None:
        self.server = server
        self.certificate = certificate
        self.port = free_port()
        self.bot: BotProcess = new_bot(server, **settings(certificate, self.port))
        self.address = f"https://127.0.0.1:{self.port}/hook"
        self.trust = ssl.create_default_context(cafile=str(certificate.chain))


@pytest.fixture(scope="module")
def secured(new_bot: NewBot, own: Certificate) -> Iterator[Secured]:
    with BotApiServer() as server:
        secured = Secured(server, own, new_bot)
        secured.bot.start()
        server.wait_until(lambda: server.state.webhook is not None)
        yield secured


def test_a_self_signed_certificate_is_sent_to_telegram_which_then_delivers(secured: Secured) -> None:
    webhook = secured.server.state.webhook
    assert webhook is not None
    assert webhook.certificate == secured.certificate.chain.read_bytes()
    assert b"PRIVATE KEY" not in webhook.certificate
    person = Person(secured.server, 75_001, language_code="en")
    answer = person.ask(GATES)
    assert ANSWER in answer.text
    person.press(answer, "[1]")
    person.chat.wait_until(lambda chat: "📖" in answer.text)
    assert {status for _, status in secured.server.delivered} == {200}


@pytest.mark.parametrize("secret", [None, "wrong", SECRET[:-1]])
def test_over_tls_too_what_comes_without_the_secret_is_not_heard(secured: Secured, secret: str | None) -> None:
    person = Person(secured.server, 75_100 + len(secured.server.state.chats), language_code="en")
    update = {"update_id": 5, "message": person.send_other({"text": GATES}, kind="unknown").to_json()}
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    refused = httpx.post(secured.address, json=update, headers=headers, verify=secured.trust)
    assert (refused.status_code, refused.text) == (403, "")
    person.ask("/privacy")
    assert len(person.chat.from_bot()) == 1


def test_nothing_is_served_without_tls_or_to_who_does_not_know_the_certificate(secured: Secured) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.post(secured.address.replace("https", "http"), json={})
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.post(secured.address, json={})
    assert ANSWER in Person(secured.server, 75_002, language_code="en").ask(GATES).text
    assert "Traceback" not in secured.bot.log


def test_a_certificate_that_cannot_be_used_is_one_line(
    secured: Secured, own: Certificate, run: Run, tmp_path: Path
) -> None:
    environment = settings(Certificate(own.chain, self_signed(tmp_path).key), free_port())
    environment |= {"TELEGRAM_BOT_TOKEN": secured.server.token, "TELEGRAM_API_BASE_URL": secured.server.url}
    done = run("telegram", environment=environment)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("reportqa: The certificate ")
    assert "Traceback" not in done.stderr
