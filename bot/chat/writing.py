"""One question on its way to an answer: the model's statements as they stream in, checked, mended or dropped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from langchain_core.messages import BaseMessage

from bot.answer import Citation
from bot.chat.account import Account
from bot.chat.calling import Caller, Compose
from bot.chat.drafts import Checked, Checker, keep
from bot.chat.faults import Fault
from bot.chat.passages import choose_passages, fence_passages
from bot.chat.pertinence import Pertinence
from bot.chat.prompts import answer_messages, answer_tool, language_of, prompt_name, repair_message
from bot.chat.statements import Reply, Written
from bot.grounding import Grounder
from bot.guard import Guard
from bot.question import Question
from bot.readers.base import Reading
from bot.settings import Settings
from prompts import load_messages
from vectorstore.corpus import Corpus

PURPOSE = "chat_answer"


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """An answer of checked statements: its text with markers, and their citations."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What every answer is written with. `fingerprint` is the index's."""

    caller: Caller
    guard: Guard
    grounder: Grounder
    corpus: Corpus
    settings: Settings
    fingerprint: str


class Writing:
    """Writes the answer to one question."""

    def __init__(self, parts: Parts, question: Question, reading: Reading, account: Account) -> None:
        """`reading` is the sentence reader's; the passages of its candidates are sent."""
        settings, language = parts.settings, language_of(question.register)
        self._caller = parts.caller
        self._question = question
        self._account = account
        self._messages = load_messages(PURPOSE)[language]
        self._passages, sent = fence_passages(
            choose_passages(reading.candidates), question.register, self._messages, settings.chat_passage_tokens
        )
        account.passages_sent = len(sent)
        self._tool = answer_tool(self._messages)
        secret = str(self._compose(True)[0].text)
        self._pertinence = Pertinence(parts.corpus, question, reading, settings.chat_latitude)
        self._checker = Checker(parts.guard, parts.grounder, question, sent, secret)
        self.key: Hashable = (
            question.standalone,
            question.register,
            parts.fingerprint,
            prompt_name(PURPOSE, language),
            settings.chat_model,
            tuple(passage.id for passage in sent),
        )

    def answers(self) -> Iterator[ChatAnswer]:
        """The answer at every statement that passes, then as a whole; each item begins with the one before it.

        Sets the account's `fallback` where nothing is left to be shown.

        Raises:
            Fault: the model did not answer, or broke off; what was shown by then stands.
        """
        passed = _Passed()
        shown = 0
        reply = Reply(())
        for reply in self._stream(self._compose):
            passed.follow(reply.statements)
            statements = [self._checker.check(written) for written in reply.statements]
            self._account.statements = max(self._account.statements, len(statements))
            passed.add(statements)
            kept = keep(passed.statements, self._question.register)
            if len(kept) > shown and self._pertinence.holds(kept):
                shown = len(kept)
                yield self._answer(kept)
        statements = [self._checker.check(written) for written in reply.statements]
        if reply.declined and not shown:
            self._account.fallback = "declined"
            return
        passed.add(self._mended(statements))
        kept = keep(passed.statements, self._question.register)
        if not kept:
            self._account.fallback = "unsupported"
        elif not self._pertinence.holds(kept):
            self._account.fallback = "beside"
        else:
            yield self._answer(kept)

    def _answer(self, kept: Sequence[Checked]) -> ChatAnswer:
        return ChatAnswer(*self._checker.compose(kept))

    def _compose(self, tool: bool) -> list[BaseMessage]:
        return answer_messages(self._messages, self._passages, self._question.standalone, tool=tool)

    def _stream(self, compose: Compose) -> Iterator[Reply]:
        return self._caller.stream(compose, self._account, self._tool)

    def _mended(self, statements: Sequence[Checked]) -> list[Checked]:
        """The statements, the failed ones as the model wrote them again: in the asker's language, then borne out."""
        mended = self._again(statements, lambda statement: statement.in_another_language)
        mended = self._again(mended, lambda statement: not statement.passed and not statement.in_another_language)
        pairs = list(zip(statements, mended, strict=True))
        self._account.repaired = sum(after.passed and not before.passed for before, after in pairs)
        self._account.dropped = sum(not after.passed for _, after in pairs)
        return mended

    def _again(self, statements: Sequence[Checked], failed: Callable[[Checked], bool]) -> list[Checked]:
        """The statements, those that `failed` as the model writes them when it is asked once more."""
        places = [place for place, statement in enumerate(statements) if failed(statement)]
        written = list(statements)
        if not places:
            return written
        request = repair_message(self._messages, [(written[p].draft.text, written[p].problems) for p in places])
        try:
            *_, reply = self._stream(lambda tool: [*self._compose(tool), request])
        except Fault:  # what has passed is an answer; the rest is dropped
            return written
        for place, another in zip(places, reply.statements, strict=False):
            written[place] = self._checker.check(another)
        return written


class _Passed:
    """The statements that passed, in the order in which they did; a reply that begins anew only adds to them."""

    def __init__(self) -> None:
        self.statements: list[Checked] = []
        self._before: list[Checked] = []
        self._written: tuple[Written, ...] = ()

    def follow(self, written: tuple[Written, ...]) -> None:
        """Takes note of a reply as far as it came, and so of one that broke off and was begun again."""
        if written[: len(self._written)] != self._written:
            self._before = list(self.statements)
        self._written = written

    def add(self, statements: Sequence[Checked]) -> None:
        """Adds those that passed and are new; after a break, one that rests on the same sentences says nothing new."""
        earlier = {statement.sources for statement in self._before}
        self.statements += [
            statement
            for statement in statements
            if statement.passed and statement not in self.statements and statement.sources not in earlier
        ]
