"""The certificate of the webhook: what the bot speaks TLS with, and what Telegram has to be told of it."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from bot.settings import Settings
from vectorstore.errors import InputError

_PEM = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_VERSION = 0xA0
_ISSUER, _SUBJECT = 2, 4
"""Their places among the fields of a certificate, its version aside (RFC 5280, section 4.1)."""


def certificate_to_send(settings: Settings) -> Path | None:
    """The certificate that Telegram is to trust: one that is self-signed, or whose own root stands in the same file.

    None for that of a public authority, which Telegram knows; sent along, it would be checked against itself.

    Raises:
        InputError: the file is not there, or holds no certificate.
    """
    path = _file_of(settings)
    if path is None:
        return None
    try:
        found = _PEM.findall(path.read_text(encoding="ascii", errors="replace"))
        self_signed = [is_self_signed(ssl.PEM_cert_to_DER_cert(each)) for each in found]
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"The certificate {path} cannot be read: {error}.") from error
    if not found:
        raise InputError(f"{path} holds no certificate in PEM; see REPORTQA_TELEGRAM_WEBHOOK_CERTIFICATE.")
    return path if any(self_signed) else None


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """What the webhook speaks TLS with; None where a proxy does.

    Raises:
        InputError: the certificate or the key is not there, or they cannot be used together.
    """
    key, chain = settings.telegram_webhook_key, _file_of(settings)
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


def is_self_signed(der: bytes) -> bool:
    """Whether a certificate names itself as its issuer.

    Raises:
        ValueError, IndexError: it is not the DER of a certificate.
    """
    ((_, certificate),) = _elements(der)
    (_, body), *_ = _elements(certificate)
    fields = [content for tag, content in _elements(body) if tag != _VERSION]
    return fields[_ISSUER] == fields[_SUBJECT]


def _file_of(settings: Settings) -> Path | None:
    path = settings.telegram_webhook_certificate
    if path is not None and not path.is_file():
        raise InputError(f"There is no certificate {path}; see REPORTQA_TELEGRAM_WEBHOOK_CERTIFICATE.")
    return path


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    """The elements that stand one after another in DER: of each, tag and content."""
    elements = []
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        begin = at + 2
        if length & 0x80:  # the length itself is so many bytes long
            begin += length & 0x7F
            length = int.from_bytes(der[at + 2 : begin], "big")
        at = begin + length
        elements.append((tag, der[begin:at]))
    return elements
