"""Which model the settings name: providers, keys and packages, and the line that says what is missing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bot.chat.models import open_model
from bot.settings import Settings
from tests.end_to_end.conftest import command_environment
from vectorstore.errors import InputError


@pytest.fixture(autouse=True)
def _no_keys_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def settings(**fields: Any) -> Settings:
    return Settings.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"chat_model": "openai:some", "chat_api_key": "k"}, "ChatOpenAI"),
        ({"chat_model": "openai:some", "chat_base_url": "http://127.0.0.1:9/v1"}, "ChatOpenAI"),
        ({"chat_model": "some", "chat_base_url": "http://127.0.0.1:9/v1"}, "ChatOpenAI"),
        ({"chat_model": "anthropic:some", "chat_api_key": "k"}, "ChatAnthropic"),
        ({"chat_model": "ollama:some"}, "ChatOllama"),
    ],
)
def test_a_provider_is_reached_by_its_name(fields: dict[str, str], kind: str) -> None:
    assert type(open_model(settings(**fields))).__name__ == kind


@pytest.mark.parametrize(
    ("model", "mend"),
    [
        (None, "REPORTQA_CHAT_MODEL"),
        ("openai:some", "REPORTQA_CHAT_API_KEY"),
        ("anthropic:some", "REPORTQA_CHAT_API_KEY"),
        ("nobody:some", "cannot be used"),
        ("some", "cannot be used"),
        ("mistralai:some", "pip install langchain-mistralai"),
    ],
)
def test_what_is_missing_is_one_line_with_its_mend(model: str | None, mend: str) -> None:
    with pytest.raises(InputError) as caught:
        open_model(settings(chat_model=model))
    assert mend in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_missing_package_names_its_extra(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(InputError, match=rf"pip install 'reportqa\[{provider}\]'"):
        open_model(settings(chat_model=f"{provider}:some", chat_api_key="k"))
    base._get_chat_model_creator.cache_clear()


def test_the_sentence_reader_imports_no_chat_package(small_settings: Settings) -> None:
    program = (
        "import sys; from bot.assistant import Assistant; from bot.settings import Settings;"
        "a = Assistant.open(Settings()); a.ask('How many boarding gates were there in 2024?');"
        "print([n for n in sys.modules if n.startswith(('bot.chat', 'bot.guard', 'langchain_openai', 'openai',"
        " 'langchain_anthropic', 'langchain_ollama', 'langgraph', 'langchain.chat_models'))])"
    )
    process = subprocess.run(
        [sys.executable, "-c", program],
        env=command_environment(small_settings.home),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert process.stdout.strip() == "[]"
