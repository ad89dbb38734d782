"""Certificates of the webhook: which Telegram is told of, and which cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram.tls import certificate_to_send, tls_context
from bot.settings import Settings
from tests.certificates import Certificate, issued, needs_openssl, self_signed
from vectorstore.errors import InputError

pytestmark = needs_openssl


def settings(home: Path, chain: Path | None, key: Path | None = None) -> Settings:
    return Settings(home=home, telegram_webhook_certificate=chain, telegram_webhook_key=key)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_what_only_we_vouch_for_is_sent_and_what_an_authority_vouches_for_is_not(
    own: Certificate, tmp_path: Path
) -> None:
    theirs = issued(tmp_path, own)
    with_root = tmp_path / "with-root.pem"
    with_root.write_bytes(theirs.chain.read_bytes() + own.chain.read_bytes())
    assert certificate_to_send(settings(tmp_path, own.chain)) == own.chain
    assert certificate_to_send(settings(tmp_path, theirs.chain)) is None
    assert certificate_to_send(settings(tmp_path, with_root)) == with_root
    assert certificate_to_send(settings(tmp_path, None)) is None


def test_the_bot_speaks_tls_only_where_it_has_a_key(own: Certificate, tmp_path: Path) -> None:
    assert tls_context(settings(tmp_path, own.chain)) is None
    assert tls_context(settings(tmp_path, own.chain, own.key)) is not None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.pem"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"file\.pem"):
        certificate_to_send(settings(tmp_path, file))
    with pytest.raises(InputError, match=r"file\.pem"):
        tls_context(settings(tmp_path, file, file))


def test_a_key_of_another_certificate_or_none_is_said(own: Certificate, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    for chain, key in ((own.chain, self_signed(tmp_path).key), (own.chain, nothing), (nothing, own.key)):
        with pytest.raises(InputError, match="certificate"):
            tls_context(settings(tmp_path, chain, key))
    with pytest.raises(InputError, match="_CERTIFICATE"):
        tls_context(settings(tmp_path, None, own.key))
