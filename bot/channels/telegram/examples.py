"""Questions to tap: made from the report at hand, and only such as it answers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator

from bot.answer import Answer
from bot.channels.telegram.service import Service
from bot.display import shown_quote, shown_titles
from prompts import MessageLanguage
from vectorstore.schema import Term, Title

TRIES = 12
"""Questions of a kind that are tried before the kind is left out."""
_LONGEST = {"en": 44, "zh-Hans": 20, "zh-Hant": 20}
"""Code points of a name that fits on a button together with its question."""
_LONGEST_TITLE = {"en": 28, "zh-Hans": 14, "zh-Hant": 14}
"""The same for the title of a section, whose question is longer."""
_LEAST_ANSWER = {"en": 40, "zh-Hans": 15, "zh-Hant": 15}
"""Code points; less is a heading or a bare name, and shows nobody what the bot can do."""
_MARKER = re.compile(r"\s*\[\d+\]")


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
                self._found[language] = await self._answered(language)
        return self._found[language]

    async def _answered(self, language: MessageLanguage) -> tuple[str, ...]:
        """Of each kind the first question that is answered, by another sentence than the kinds before."""
        messages = self._service.messages(language)
        found: dict[str, str] = {}
        for field, names in (
            ("term", self._terms(language)),
            ("title", self._titles(language)),
            ("post", self._posts(language)),
        ):
            kind = "section" if field == "title" else field
            for _, name in zip(range(TRIES), names, strict=False):
                question = messages(f"example_{kind}", **{field: name})
                answer = await self._service.ask(question, language=language)
                if answer.answer not in found and _is_fit(answer, language, is_name=field == "post"):
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


def _is_fit(answer: Answer, language: MessageLanguage, *, is_name: bool) -> bool:
    """Whether an answer is one to show: the report's own, and a sentence where no name is asked for."""
    if answer.refused or not answer.citations:
        return False
    return is_name or len(_MARKER.sub("", answer.answer)) >= _LEAST_ANSWER[language]
