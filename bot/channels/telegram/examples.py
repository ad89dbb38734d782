"""Questions to tap: made from the report at hand, and only such as it answers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bot.answer import Answer
from bot.channels.telegram.service import Service
from bot.display import shown_quote, shown_titles
from prompts import LANGUAGES, MessageLanguage
from vectorstore.schema import Term, Title

MOST = 3
_FIELDS = {"term": "term", "section": "title", "post": "post"}
"""What the question of each kind is filled with."""
STAND_INS = ("section", "post")
"""Kinds that give one more where another has none."""
TRIES = 12
"""Questions of a kind that are tried before the kind is left out."""
_LONGEST = {"en": 44, "zh-Hans": 20, "zh-Hant": 20}
"""Code points of a name that fits on a button together with its question."""
_LONGEST_TITLE = {"en": 28, "zh-Hans": 14, "zh-Hant": 14}
"""The same for the title of a section, whose question is longer."""
_LEAST_ANSWER = {"en": 40, "zh-Hans": 15, "zh-Hant": 15}
"""Code points; less is a heading or a bare name, and shows nobody what the bot can do."""
_BEFORE_A_NAME = 6
"""Code points that may stand before the name of what a sentence is about: an article, a quotation mark."""
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")
_MARKER = re.compile(r"\s*\[\d+\]")


class Examples:
    """Three questions a language; worked out once, without a chat model."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._found: dict[MessageLanguage, tuple[str, ...]] = {}
        self._busy = asyncio.Lock()

    async def prepare(self) -> None:
        """Works the questions out before somebody waits for them."""
        for language in LANGUAGES:
            await self.questions(language)

    async def questions(self, language: MessageLanguage) -> tuple[str, ...]:
        """Up to three questions that the report answers, in a language."""
        async with self._busy:
            if language not in self._found:
                self._found[language] = await self._answered(language)
        return self._found[language]

    async def _answered(self, language: MessageLanguage) -> tuple[str, ...]:
        """Of each kind the first question that is answered well, by another sentence than those before."""
        messages = self._service.messages(language)
        names = {"term": self._terms(language), "section": self._titles(language), "post": self._posts(language)}
        found: dict[str, str] = {}
        for kind in (*names, *STAND_INS):
            for name in islice(names[kind], TRIES if len(found) < MOST else 0):
                question = messages(f"example_{kind}", **{_FIELDS[kind]: name})
                answer = await self._service.ask(question, language=language, reader="sentence")
                if answer.answer not in found and _is_fit(answer, kind, name, language):
                    found[answer.answer] = question
                    break
        return tuple(found.values())

    def _titles(self, language: MessageLanguage) -> Iterator[str]:
        """Titles of sections: chapters first, and those with most to read."""
        chapters = {path[0] for path in self._service.sections()}
        titles = [title for title, _ in self._reading().most_common()]
        for title in sorted(titles, key=lambda title: title not in chapters):
            own, _ = shown_titles(title, language)
            if _fits(own, language) and len(own) <= _LONGEST_TITLE[language]:
                yield own

    def _terms(self, language: MessageLanguage) -> Iterator[str]:
        """What the report defines, the things that it writes most of in sections of their own first."""
        reading = self._reading()

        def weight(term: Term) -> int:
            return sum(count for title, count in reading.items() if (title.zh or title.en).startswith(term.names))

        for term in sorted(self._service.assistant.manifest.terms, key=weight, reverse=True):
            own = [name for name in term.names if name.isascii() == (language == "en")]
            name = shown_quote(max(own, key=len), language) if own else ""
            if _fits(name, language):
                yield name

    def _reading(self) -> Counter[Title]:
        """How many passages of running text stand below each heading."""
        return Counter(
            passage.section[-1] for passage in self._service.passages() if passage.section and passage.role == "body"
        )

    def _posts(self, language: MessageLanguage) -> Iterator[str]:
        for passage in self._service.passages():
            person = passage.person
            span = None if person is None else person.post_en if language == "en" else person.post_zh
            if span is not None and passage.start <= span.start <= span.end <= passage.end:
                post = shown_quote(passage.slice(*span), language)
                if _fits(post, language):
                    yield post


def _fits(name: str, language: MessageLanguage) -> bool:
    return 2 < len(name) <= _LONGEST[language] and "\n" not in name


def _is_fit(answer: Answer, kind: str, name: str, language: MessageLanguage) -> bool:
    """Whether an answer is one to show: the report's own, and of what was asked about.

    Of a thing, it is a sentence that begins with its name; of a section, one that stands in it; of a post, any.
    """
    if answer.refused or not answer.citations or kind == "post":
        return not answer.refused and bool(answer.citations)
    sentence = _MARKER.split(answer.answer, maxsplit=1)[0]
    if len(sentence) < _LEAST_ANSWER[language] or not sentence.endswith(_SENTENCE_ENDS):
        return False
    if kind == "section":
        return any(shown_titles(title, language)[0] == name for title in answer.citations[0].section)
    return name.lower() in sentence[: len(name) + _BEFORE_A_NAME].lower()
