"""Assistants over reports that a test file writes itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.assistant import Assistant
from bot.ingestion import ingest_reports
from bot.settings import Settings


@pytest.fixture(scope="module")
def ferries(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over the `REPORT` of the test file."""
    folder = tmp_path_factory.mktemp("ferries")
    (folder / "report.md").write_text(request.module.REPORT, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest_reports(settings, [folder / "report.md"])
    assistant = Assistant.open(settings)
    yield assistant
    assistant.close()
