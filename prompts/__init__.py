"""Every sentence that the assistant says, by language: TOML files of templates, checked when they load."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

MessageLanguage = Literal["en", "zh-Hans", "zh-Hant"]
LanguageChoice = Literal["auto", MessageLanguage]
"""What a person can choose; auto follows the question."""
LANGUAGES: tuple[MessageLanguage, ...] = ("en", "zh-Hans", "zh-Hant")


class Messages:
    """The messages of one file in one language, each a `str.format` template."""

    def __init__(self, templates: dict[str, str]) -> None:
        self._templates = templates

    def __call__(self, key: str, **fields: object) -> str:
        """The message `key` with its fields filled in. Raises KeyError for an unknown key or a missing field."""
        return self._templates[key].format(**fields)


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@cache
def load_messages(name: str) -> dict[MessageLanguage, Messages]:
    """The messages of `prompts/<language>/<name>.toml` in every language.

    Raises:
        ValueError: the languages do not hold the same keys with the same fields.
    """
    tables: dict[MessageLanguage, dict[str, str]] = {
        language: tomllib.loads((files(__name__) / language / f"{name}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
    reference = {key: _fields(template) for key, template in tables["en"].items()}
    for language, table in tables.items():
        found = {key: _fields(template) for key, template in table.items()}
        if found != reference:
            odd = sorted(key for key in reference.keys() | found.keys() if reference.get(key) != found.get(key))
            raise ValueError(f"prompts/{language}/{name}.toml differs from the English one in: {', '.join(odd)}")
    return {language: Messages(table) for language, table in tables.items()}
