"""One person's conversation at the console: what was asked so far, in which language and in which section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answer import Answer, ReaderName, Turn
from bot.channels.rendering import message_language
from prompts import LanguageChoice, MessageLanguage, Messages, load_messages

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.explanation import Explanation
    from vectorstore.schema import Title
    from vectorstore.store import Filter


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its answer depended on, and the answer."""

    question: str
    history: tuple[Turn, ...]
    language: LanguageChoice
    filter: Filter | None
    reader: ReaderName | None
    answer: Answer


class Conversation:
    """Asks the assistant, with the turns so far as history; a question that fails or is cancelled leaves no turn."""

    def __init__(self, assistant: Assistant, language: LanguageChoice = "auto") -> None:
        """`language` is that of answers and messages; auto follows each question."""
        self.language: LanguageChoice = language
        self.reader: ReaderName | None = None  # the assistant's own
        self.section: Title | None = None
        self.last: Asked | None = None
        self._assistant = assistant
        self._turns: tuple[Turn, ...] = ()

    @property
    def messages(self) -> Messages:
        """The console's messages in the chosen language, else in that of the last question, else in English."""
        language: MessageLanguage = "en"
        if self.language != "auto":
            language = self.language
        elif self.last:
            language = message_language(self.last.answer.language)
        return load_messages("console")[language]

    def ask(self, question: str) -> Iterator[Answer]:
        """The answer to a question or a follow-up as it grows; its turn is made when the last item was taken.

        Raises:
            ReportQAError: it cannot be answered.
        """
        history, language, where, reader = self._turns, self.language, self._filter(), self.reader
        for answer in self._assistant.stream(question, history, language=language, filter=where, reader=reader):
            yield answer
        self.last = Asked(question, history, language, where, reader, answer)
        self._turns = (*history, Turn(question=answer.question, answer=answer.answer))

    def explain(self, asked: Asked) -> Explanation:
        """How an answer of this conversation came about."""
        _, explanation = self._assistant.explain(
            asked.question, asked.history, language=asked.language, filter=asked.filter, reader=asked.reader
        )
        return explanation

    def begin_anew(self) -> None:
        """Forgets the turns and the section; the language stays."""
        self._turns, self.last, self.section = (), None, None

    def _filter(self) -> Filter | None:
        if self.section is None:
            return None
        from vectorstore.store import Filter

        return Filter(section=self.section.zh or self.section.en)
