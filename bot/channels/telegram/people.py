"""The language in which the bot talks to somebody."""

from __future__ import annotations

import re

from bot.conversations import Person
from bot.question import MAX_QUESTION, is_chinese, script_of
from prompts import LanguageChoice, MessageLanguage

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")
_SIMPLIFIED = ("zh-hans", "zh-cn", "zh-sg", "zh-my")
_LETTERS = re.compile("[A-Za-z\u3400-\u9fff]")


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


def language_of_question(text: str, person: Person, app_language: str | None = None) -> LanguageChoice:
    """The language to answer a question in; auto where its own writing tells.

    It does not where it is too long for a question, where it has neither Chinese nor Latin letters ("2023?"), nor
    between the scripts of Chinese where both write it alike: then the person's language decides.
    """
    if person.language != "auto":
        return person.language
    usual = language_of(person, app_language)
    if len(text) > MAX_QUESTION:
        return usual
    if is_chinese(text):
        return "zh-Hans" if usual == "zh-Hans" and script_of(text) is None else "auto"
    return "auto" if _LETTERS.search(text) else usual


def is_readable(text: str) -> bool:
    """Whether a text has anything that we read: Latin letters, Chinese characters, digits."""
    return _LETTERS.search(text) is not None or any(character.isdigit() for character in text)
