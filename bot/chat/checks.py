"""What the guard cannot know: whether a statement is in the asker's language, and whether it gives the prompt away."""

from __future__ import annotations

import re

from bot.answer import Register
from bot.question import is_chinese
from vectorstore.tokens import convert_script, fold

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_LETTER = re.compile(r"[^\W\d_]")
NAMES = 3
"""Words of Latin letters that a Chinese statement may consist of: a name or an abbreviation."""
LEAK = 24
"""Code points, spaces apart, of the prompt that no statement repeats."""


def in_script(text: str, register: Register) -> str:
    """The text in the asker's script; Chinese is brought to one form first, so that mixed scripts come out as one."""
    if register == "en" or not _HAN.search(text):
        return text
    simplified = convert_script(text, "hk2s")
    return simplified if register == "zh-Hans" else convert_script(simplified, "s2hk")


def is_in_language(text: str, register: Register) -> bool:
    """Whether a statement is in the asker's language; one of names and figures alone is in any."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    if register == "en":
        return not is_chinese(text) and len(_LETTER.findall(text)) - han >= han
    return han >= words if han else words <= NAMES


def gives_away(text: str, prompt: str) -> bool:
    """Whether a statement repeats a stretch of the prompt."""
    said, secret = _plain(text), _plain(prompt)
    return any(said[i : i + LEAK] in secret for i in range(len(said) - LEAK + 1))


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))
