"""The small report's index, made once with the real parts: eight sentences, so that it is ready in a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.ingestion import ingest_reports
from bot.settings import Settings

SMALL_REPORT = Path(__file__).parents[1] / "fixtures" / "small-report.md"


@pytest.fixture(scope="session")
def small_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose home holds the index of the small report."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest_reports(settings, [SMALL_REPORT])
    return settings


@pytest.fixture(scope="session")
def small_assistant(small_settings: Settings) -> Iterator[Assistant]:
    """The assistant over the small report."""
    assistant = Assistant.open(small_settings)
    yield assistant
    assistant.close()
