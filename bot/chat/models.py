"""The chat model that the settings name, through LangChain's `init_chat_model`; its package is imported here alone."""

from __future__ import annotations

import os
from typing import Any

from langchain_core.language_models import BaseChatModel

from bot.settings import Settings
from vectorstore.errors import InputError

EXTRAS = ("openai", "anthropic", "ollama")
"""Providers whose packages come as extras of this project."""
_KEYED = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
"""Where these providers' packages look for a key."""


def open_model(settings: Settings) -> BaseChatModel:
    """The chat model of the settings; nothing is sent yet. It does not retry: `Caller` does.

    Raises:
        InputError: no model is named, its provider is unknown or not installed, or its key is missing.
    """
    name = settings.chat_model
    if not name:
        raise InputError("The chat reader needs a model; set REPORTQA_CHAT_MODEL, such as openai:gpt-5-mini.")
    provider = name.partition(":")[0].replace("-", "_").lower() if ":" in name else ""
    if not provider and settings.chat_base_url:
        name, provider = f"openai:{name}", "openai"
    options = _options(provider, settings)
    try:
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        raise InputError(f"The chat model {name} needs another package; run `{_mend(provider, error)}`.") from error
    except Exception as error:  # each provider has errors of its own
        reason = " ".join(str(error).split(" Supported providers")[0].split())[:200]
        raise InputError(f"The chat model {name} cannot be used ({reason}).") from error
    return model


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else None
    variable = _KEYED.get(provider)
    if not key and variable and not os.environ.get(variable):
        if not settings.chat_base_url:
            raise InputError(f"The chat model {settings.chat_model} needs a key; set REPORTQA_CHAT_API_KEY.")
        key = "none"  # a server of one's own asks for none, but its client does
    options: dict[str, Any] = {
        "api_key": key,
        "base_url": settings.chat_base_url,
        "temperature": settings.chat_temperature,
    }
    if provider == "ollama":
        # Ollama's client takes neither key nor time-out of its own.
        options.pop("api_key")
        options["client_kwargs"] = {"timeout": settings.chat_timeout_s}
        options["num_predict"] = settings.chat_output_tokens
    else:
        options |= {"timeout": settings.chat_timeout_s, "max_tokens": settings.chat_output_tokens, "max_retries": 0}
    if provider == "openai":
        options["stream_usage"] = True  # left out by default where the endpoint is not OpenAI's own
    return {name: value for name, value in options.items() if value is not None}


def _mend(provider: str, error: ImportError) -> str:
    if provider in EXTRAS:
        return f"pip install 'reportqa[{provider}]'"
    return f"pip install {_package(error, provider)}"


def _package(error: ImportError, provider: str) -> str:
    """The package that LangChain's message names, else the usual name."""
    words = str(error).replace("`", "").split("pip install ")
    return words[-1].split()[0].rstrip(".") if len(words) > 1 else f"langchain-{provider.replace('_', '-')}"
