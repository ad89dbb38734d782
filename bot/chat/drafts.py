"""Statements of the model under check: which passed, which may be mended, and the text that the passed ones make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Citation, Register
from bot.chat.checks import gives_away, in_script, is_in_language
from bot.chat.prompts import MOST_STATEMENTS
from bot.chat.statements import Written
from bot.grounding import Grounder, unsupported
from bot.guard import Draft, Guard, Verdict
from bot.question import Question
from vectorstore.schema import Passage
from vectorstore.tokens import fold

LENGTHS = {"en": 800, "zh": 320}
"""Code points that an answer of several statements may have; the first statement always goes in."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement in the asker's script, and what the checks say: the guard's verdict, or what is wrong with it."""

    draft: Draft
    verdict: Verdict | None
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it may be shown."""
        return not self.problems and self.verdict is not None

    @property
    def in_another_language(self) -> bool:
        """Whether it failed for its language; the guard has not seen it then."""
        return any(kind == "language" for kind, _ in self.problems)

    @property
    def sources(self) -> tuple[tuple[str, int], ...]:
        """The sentences that bear it out, by passage and number."""
        return tuple((s.passage.id, s.number) for s in self.verdict.statements) if self.verdict else ()


class Checker:
    """Checks the statements of one reply: language, then the guard, then the numbers once more."""

    def __init__(
        self, guard: Guard, grounder: Grounder, question: Question, passages: Sequence[Passage], secret: str
    ) -> None:
        """`passages` are those that were sent, in order; `secret` is the text that no statement may repeat."""
        self._guard = guard
        self._grounder = grounder
        self._question = question
        self._ids = [passage.id for passage in passages]
        self._secret = secret
        self._known: dict[Written, Checked] = {}

    def check(self, written: Written) -> Checked:
        """The statement, checked; the same one is checked once."""
        if written not in self._known:
            self._known[written] = self._check(written)
        return self._known[written]

    def _check(self, written: Written) -> Checked:
        register = self._question.register
        text = in_script(" ".join(written.text.split()), register)
        draft = Draft(text, self._cited(written))
        if not is_in_language(text, register):
            return Checked(draft, None, (("language", ""),))
        if gives_away(text, self._secret):
            return Checked(draft, None, (("unrelated", ""),))
        verdict = self._guard.check(draft, self._question, register)
        if not verdict.supported or not verdict.statements:
            problems = tuple((problem.kind, problem.text) for problem in verdict.problems)
            return Checked(draft, verdict, problems or (("unrelated", ""),))
        shown, citations = self.compose([Checked(draft, verdict)])
        for piece in verdict.computed:
            shown = shown.replace(piece, " ", 1)
        loose = unsupported(shown, citations)
        return Checked(draft, verdict, tuple(("number", each) for each in loose))

    def _cited(self, written: Written) -> tuple[str, ...]:
        """The passages of a statement; all that were sent where the model named none, since the guard narrows them."""
        if written.numbers is None:
            return tuple(self._ids)
        return tuple(self._ids[number - 1] for number in written.numbers if 1 <= number <= len(self._ids))

    def compose(self, statements: Sequence[Checked]) -> tuple[str, tuple[Citation, ...]]:
        """The answer that passed statements make: each with a marker for every span that bears it out."""
        markers: dict[tuple[str, int, int], int] = {}
        citations: list[Citation] = []
        parts: list[str] = []
        space = " " if self._question.register == "en" else ""
        for statement in statements:
            used: list[int] = []
            for span in statement.verdict.statements if statement.verdict else ():
                key = (span.passage.id, span.start, span.end)
                if key not in markers:
                    markers[key] = len(markers) + 1
                    citations.append(self._grounder.cite(span, markers[key]))
                used.append(markers[key])
            parts.append(statement.draft.text + space + "".join(f"[{marker}]" for marker in dict.fromkeys(used)))
        return space.join(parts), tuple(citations)


def keep(statements: Sequence[Checked], register: Register) -> list[Checked]:
    """Those of the passed statements that make the answer: each once, as many as an answer should have."""
    kept: list[Checked] = []
    said: set[str] = set()
    room = LENGTHS["en" if register == "en" else "zh"]
    for statement in statements:
        key = fold(statement.draft.text)
        room -= len(statement.draft.text)
        if not statement.passed or key in said or (kept and room < 0) or len(kept) == MOST_STATEMENTS:
            continue
        said.add(key)
        kept.append(statement)
    return kept
