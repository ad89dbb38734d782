"""What the whole suite shares: settings that touch nothing of the developer's, and the real report's index."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from bot.assistant import Assistant
from bot.ingestion import configured_embeddings
from bot.settings import Settings
from ingest.loaders import load_documents, shipped_reports
from ingest.pipeline import ingest
from vectorstore.schema import Document


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("REPORTQA_", "TELEGRAM_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def report() -> Document:
    """The report that ships."""
    return load_documents([shipped_reports()])[0]


@pytest.fixture(scope="session")
def real_index(request: pytest.FixtureRequest) -> Settings:
    """Settings whose home holds the index of the report that ships, made by the real ingestion.

    The home outlives the run, so that only what changed is embedded again.
    """
    cache = request.config.cache
    assert cache is not None
    home = Path(cache.mkdir("real-index"))
    settings = Settings(home=home)
    ingest([shipped_reports()], home, configured_embeddings(settings), passage_tokens=settings.passage_tokens)
    return settings


@pytest.fixture(scope="session")
def assistant(real_index: Settings) -> Iterator[Assistant]:
    """The assistant over the real index."""
    opened = Assistant.open(real_index)
    yield opened
    opened.close()
