"""Certificates of the tests' own, made with the openssl command."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its private key, both PEM."""

    chain: Path
    key: Path


def self_signed(folder: Path, name: str = "own") -> Certificate:
    """A certificate for the loopback address that nobody else vouches for."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    _openssl(
        "req", "-x509", *_new_key(made), "-days", "2", "-out", made.chain, "-subj", f"/CN={name}", "-addext", NAMES
    )
    return made


def issued(folder: Path, authority: Certificate, name: str = "issued") -> Certificate:
    """A certificate for the loopback address that an authority vouches for."""
    made, request = Certificate(folder / f"{name}.pem", folder / f"{name}.key"), folder / f"{name}.csr"
    _openssl("req", *_new_key(made), "-out", request, "-subj", f"/CN={name}", "-addext", NAMES)
    by = ("-CA", authority.chain, "-CAkey", authority.key, "-CAcreateserial", "-copy_extensions", "copy")
    _openssl("x509", "-req", "-in", request, *by, "-days", "2", "-out", made.chain)
    return made


def _new_key(made: Certificate) -> tuple[str | Path, ...]:
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", made.key)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
