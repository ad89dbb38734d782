"""A refusal → the asker's language, by the chat model, where that is a fourth one; used only where it can be trusted.

The model is sent the assistant's own message and the name of the language, nothing that the asker wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from bot.answer import Register
from bot.chat.account import Account
from bot.chat.calling import Caller
from bot.chat.checks import gives_away
from bot.chat.prompts import fenced, language_of
from bot.guard.contacts import markup, unheld_contacts
from bot.languages import other_language
from bot.lexicon import other_languages
from bot.question import sanitise
from prompts import load_messages
from vectorstore.schema import Language
from vectorstore.tokens import fold

PURPOSE = "chat_refusal"
LENGTHS: dict[Language, tuple[float, float]] = {"en": (0.3, 2.5), "zh": (0.8, 7.0)}
"""Least and greatest length of a translation, as multiples of the message's (without what is kept), by its language."""
_DIGITS = re.compile(r"\d+")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_NAME = re.compile(r"(?<=[^\W\d_])[,;:]? +([A-ZÀ-Þ][\w'’-]+)|\b([A-Z]{2,})\b")
_NOUNS_IN_CAPITALS = "de"
_JOINERS = ("\u200c", "\u200d")
"""Part of the spelling of Urdu, Hindi and others."""
_JOINER = re.compile(f"({'|'.join(_JOINERS)})")


class Translator:
    """Puts refusals into other languages."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def translate(
        self, text: str, kept: Sequence[str], language: str, register: Register, account: Account
    ) -> str | None:
        """The message in a language (by its code), with what is `kept` as it stands; None where it will not do.

        Raises:
            Fault: the model did not answer.
        """
        messages = load_messages(PURPOSE)[language_of(register)]
        named, listed = messages(f"language_{language}"), fenced(messages("separator").join(kept))
        sent: list[BaseMessage] = [
            SystemMessage(messages("system", language=named, kept=listed).strip()),
            HumanMessage(messages("human", text=fenced(text)).strip()),
        ]
        *_, reply = self._caller.stream(lambda tool: sent, account)
        translated = _shown(reply.text)
        shortest, longest = (
            factor * len(_without(text, kept)) for factor in LENGTHS["en" if register == "en" else "zh"]
        )
        rules = messages("system", language=named, kept="")
        fits = shortest <= len(_without(translated, kept)) <= longest and not gives_away(translated, rules)
        return translated if fits and _is_true_to(translated, text, kept, language) else None


def _shown(text: str) -> str:
    """`sanitise`, but words keep the joiners that they are spelt with."""
    return "".join(part if part in _JOINERS else sanitise(f"|{part}|")[1:-1] for part in _JOINER.split(text)).strip()


def _without(text: str, kept: Sequence[str]) -> str:
    """A text without what is kept in it."""
    for piece in sorted(kept, key=len, reverse=True):
        text = text.replace(piece, " ")
    return " ".join(text.split())


def _is_true_to(translated: str, text: str, kept: Sequence[str], language: str) -> bool:
    """Whether a translation is in the language, and has the figures, names and links of the text and no others."""
    if any(piece not in translated for piece in kept):
        return False
    plain = _JOINER.sub("", translated)
    if any(markup(plain)) or any(unheld_contacts(plain, text)):
        return False
    if sorted(_DIGITS.findall(plain)) != sorted(_DIGITS.findall(text)):
        return False
    bare = _without(plain, kept)
    return other_language(bare) == language and not _adds_names(bare, text, language)


def _adds_names(bare: str, text: str, language: str) -> bool:
    """Whether a translation names what the message does not, as far as letters show it."""
    known = set(re.findall(r"\w+", fold(text)))
    own = other_languages().words.get(language)
    if own is None:
        return any(fold(word) not in known for word in _LATIN_WORD.findall(bare))
    named = [first or second for first, second in _NAME.findall(bare)]
    return language != _NOUNS_IN_CAPITALS and any(fold(name) not in known | own for name in named)
