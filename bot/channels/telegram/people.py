"""The language in which the bot talks to somebody."""

from __future__ import annotations

from bot.conversations import Person
from prompts import MessageLanguage

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")
_SIMPLIFIED = ("zh-hans", "zh-cn", "zh-sg", "zh-my")


def language_of_app(code: str | None) -> MessageLanguage:
    """The language of somebody's app as we speak it. Plain `zh` says no script: in Hong Kong it is Traditional."""
    code = (code or "").lower().replace("_", "-")
    if code.startswith(_SIMPLIFIED):
        return "zh-Hans"
    if code.startswith(_TRADITIONAL) or code == "zh" or code.startswith("zh-"):
        return "zh-Hant"
    return "en"


def language_of(person: Person | None, app_language: str | None = None) -> MessageLanguage:
    """The language that a person chose, else the one typed last, else that of their app."""
    if person is not None and person.language != "auto":
        return person.language
    if person is not None and person.typed is not None:
        return person.typed
    return language_of_app(app_language)
