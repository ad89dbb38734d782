"""Questions to tap: made from the report at hand, and only such as it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from bot.channels.telegram.service import Service
from bot.display import shown_quote, shown_titles
from bot.sections import distinct_titles
from prompts import MessageLanguage

TRIES = 12
"""Questions of a kind that are tried before the kind is left out."""
_LONGEST = {"en": 60, "zh-Hans": 24, "zh-Hant": 24}
"""Code points of a name that fits on a button together with its question."""


class Examples:
    """Three questions a language; worked out once, when they are first wanted."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._found: dict[MessageLanguage, tuple[str, ...]] = {}
        self._busy = asyncio.Lock()

    async def questions(self, language: MessageLanguage) -> tuple[str, ...]:
        """Up to three questions that the report answers, in a language."""
        async with self._busy:
            if language not in self._found:
                kinds = [await self._answered(language, list(kind)) for kind in self._kinds(language)]
                self._found[language] = tuple(question for question in kinds if question)
        return self._found[language]

    async def _answered(self, language: MessageLanguage, questions: Sequence[tuple[str, str]]) -> str | None:
        """The first question whose answer stands in a section of that name, else the first that is answered."""
        fallback = None
        for name, question in questions[:TRIES]:
            answer = await self._service.ask(question, language=language)
            if answer.refused or not answer.citations:
                continue
            titles = [shown_titles(title, language)[0] for title in answer.citations[0].section]
            if any(name.lower() in title.lower() for title in titles):
                return question
            fallback = fallback or question
        return fallback

    def _kinds(self, language: MessageLanguage) -> Iterator[Iterator[tuple[str, str]]]:
        messages = self._service.messages(language)
        yield ((term, messages("example_term", term=term)) for term in self._terms(language))
        yield ((post, messages("example_post", post=post)) for post in self._posts(language))
        yield ((title, messages("example_section", title=title)) for title in self._titles(language))

    def _titles(self, language: MessageLanguage) -> Iterator[str]:
        for title in distinct_titles(self._service.sections()):
            own, _ = shown_titles(title, language)
            if _fits(own, language):
                yield own

    def _posts(self, language: MessageLanguage) -> Iterator[str]:
        for passage in self._service.passages():
            person = passage.person
            span = None if person is None else person.post_en if language == "en" else person.post_zh
            if span is not None and passage.start <= span.start <= span.end <= passage.end:
                post = shown_quote(passage.slice(*span), language)
                if _fits(post, language):
                    yield post

    def _terms(self, language: MessageLanguage) -> Iterator[str]:
        for term in self._service.assistant.manifest.terms:
            names = [name for name in term.names if name.isascii() == (language == "en")]
            if names:
                longest = shown_quote(max(names, key=len), language)
                if _fits(longest, language):
                    yield longest


def _fits(name: str, language: MessageLanguage) -> bool:
    return 2 < len(name) <= _LONGEST[language] and "\n" not in name
