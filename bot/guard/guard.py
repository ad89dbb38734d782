"""The guard: a statement of a chat model passes only where sentences of its cited passages bear it out.

1. The whole draft against single sentences; else sentence by sentence, clause by clause, number by number.
2. A piece may take names from the sentences before its own, where its own names no rival.
3. A number that no sentence holds may be worked out of two that the draft shows.
4. All of it together: names, quotes, wording and direction against the sentences found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.answer import Register
from bot.guard.claims import Claim
from bot.guard.computing import change_between, is_computed
from bot.guard.contacts import markup
from bot.guard.cover import Cover
from bot.guard.names import Names, plain, shares_a_word
from bot.guard.pieces import Piece, clauses_of, dates_of, numbers_of, read_piece, sentences_of
from bot.guard.units import Fit, Judge, Unit, Units, merged
from bot.guard.verdict import Draft, Problem, Verdict
from bot.question import Question
from bot.readers.base import Statement
from bot.readers.times import report_year
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.schema import Term

MAX_STATEMENTS = 3
"""Sentences that one draft may rest on."""
MAX_DRAFT = 1200
"""Code points; a statement is shorter."""
REACH_BACK = 2
"""Sentences before its own from which a statement may take the name of its subject."""
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_PRONOUN = re.compile(
    r"^(?:[^,，。]{0,40}[,，] ?)?(?:(?:it|its|they|their|he|his|she|her|this|these|such|the (?:former|latter))\b"
    r"|[该此其它他她]|有关|这[些个项类]|上述|前者|后者)"
)
"""A sentence whose subject, after an adverbial at most, stands for what was named before it."""
_ASKS = re.compile(r"[?][\"'”’」』)]*$")
"""A question states nothing."""
_OTHER_DIGITS = re.compile(r"(?![0-9])\d+")


class Guard:
    """Checks drafts against one corpus; `terms` are the names that its reports define. Safe to call from threads."""

    def __init__(self, corpus: Corpus, terms: Sequence[Term] = ()) -> None:
        self._names = Names(corpus, [term.names for term in terms])
        self._units = Units(corpus, report_year(corpus))
        self._judge = Judge(self._names, Cover(corpus))

    def check(self, draft: Draft, question: Question, register: Register) -> Verdict:
        """Whether the passages of a draft bear it out, by which sentences, or what they do not bear out."""
        if not draft.passage_ids:
            return _refused([Problem("uncited", "")])
        if len(draft.text) > MAX_DRAFT:
            return _refused([Problem("unrelated", "")])
        outright = list(dict.fromkeys(markup(draft.text)))
        piece = read_piece(draft.text, self._names)
        if outright or _ASKS.search(piece.text) or not any(c.isalnum() for c in piece.text):
            return _refused(outright or [Problem("unrelated", "")])
        units = self._units.of(draft.passage_ids, "en" if register == "en" else "zh")
        if not units:
            return _refused([Problem("unrelated", "")])
        strange = [Problem("markup", t) for t in _strange(piece.text) if not any(t in u.evidence.text for u in units)]
        if strange:
            return _refused(strange)
        return self._search(piece, units)

    def _search(self, piece: Piece, units: Sequence[Unit]) -> Verdict:
        whole = self._best(piece, units)
        if not whole.problems:
            return self._passed([whole], ())
        computed, remaining, verified = _worked_out(piece, units)
        for split in self._splits(remaining):
            fits = [self._best(part, units, verified, about=len(split) == 1) for part in split]
            if all(not fit.problems for fit in fits):
                union = merged([fit.unit for fit in fits])
                if len(union.places) <= MAX_STATEMENTS and not self._unborne(remaining, union, fits, verified):
                    return self._passed(fits, [claim.text for claim in computed])
        return _refused(whole.problems)

    def _splits(self, piece: Piece) -> Iterator[list[Piece]]:
        yield [piece]
        ways: tuple[Callable[[], list[Piece]], ...] = (
            lambda: sentences_of(piece, self._names),
            lambda: clauses_of(piece, self._names),
            lambda: numbers_of(piece),
        )
        kept = {claim.text for claim in piece.claims}
        for way in ways:
            parts = way()
            if len(parts) > 1:
                yield [replace(p, claims=tuple(c for c in p.claims if c.text in kept)) for p in parts]

    def _best(self, piece: Piece, units: Sequence[Unit], verified: bool = False, about: bool = True) -> Fit:
        """The unit that fits best; where none bears the piece out, one with the names of the sentences before it."""
        fits = [self._judge.fit(piece, unit, verified, about) for unit in units]
        best = min(fits, key=lambda fit: fit.rank)
        if not best.problems:
            return best
        for length in range(2, REACH_BACK + 2):
            for run in self._units.runs(units, length):
                fit = self._judge.fit(piece, run, verified, about)
                if not fit.problems and self._one_subject(piece, run, units):
                    return fit
        return best

    def _one_subject(self, piece: Piece, run: Unit, units: Sequence[Unit]) -> bool:
        """Whether one sentence of the run says it, and the others only who is meant: it names nobody else."""
        own = [self._judge.fit(piece, unit) for unit in units if unit.places[0] in run.places]
        alone = own[-1]
        last = alone.unit
        if min(own, key=lambda fit: fit.rank) is not alone:
            return False
        if any(problem.kind not in ("name", "unrelated") for problem in alone.problems):
            return False
        said = {plain(name) for name in piece.names}
        side = next(iter(last.texts.values()))
        rivals = [n for n in read_piece(side, self._names).names if plain(n) not in said]
        borrowed = [name for name in piece.names if not self._names.holds(name, last.evidence)]
        return all(self._names.holds(name, last.titles) for name in rivals) and all(
            self._stands_for(name, last) for name in borrowed
        )

    def _stands_for(self, name: str, unit: Unit) -> bool:
        """Whether a sentence has a word that the name may stand for: a pronoun, or one of the name (the scheme)."""
        if self._names.holds(name, unit.titles) or any(map(_PRONOUN.search, unit.folded.values())):
            return True
        return any(shares_a_word(other, unit.evidence.text) for other in self._names.others(name))

    def _unborne(self, piece: Piece, union: Unit, fits: Sequence[Fit], verified: bool) -> bool:
        """Whether the sentences found for the pieces leave something of the whole."""
        fit = self._judge.fit(piece, union, verified)
        dated = {claim.text for part in fits for claim in part.open_dates}
        return any(problem.text not in dated or problem.kind != "date" for problem in fit.problems)

    def _passed(self, fits: Sequence[Fit], computed: Sequence[str]) -> Verdict:
        places = {place for fit in fits for place in fit.unit.places}
        added = list(computed)
        for fit in fits:
            for claim in fit.open_dates:
                year = self._units.giving_year(fit.unit, claim)
                if year is None:
                    return _refused([Problem("date", claim.text)])
                places.add(year)
                added.append(claim.text)
        ordered = sorted(places, key=lambda p: (p.passage.document_id, p.passage.sentences[p.number].start))
        return Verdict(True, tuple(_statement(place) for place in ordered), (), tuple(dict.fromkeys(added)))


def _worked_out(piece: Piece, units: Sequence[Unit]) -> tuple[list[Claim], Piece, bool]:
    """The numbers that are computed, the piece without them, and whether its direction is that of its numbers."""
    operands = [c for c in piece.claims if any(unit.holds(c) for unit in units)]
    years = _years_of(piece, operands, units)
    loose = [c for c in piece.claims if c not in operands and c.kind in ("number", "share")]
    computed = [c for c in loose if is_computed(c, operands, piece.folded, years)]
    verified = change_between(operands, piece.folded, years)
    return computed, replace(piece, claims=tuple(c for c in piece.claims if c not in computed)), verified


def _years_of(piece: Piece, numbers: Sequence[Claim], units: Sequence[Unit]) -> dict[Claim, str]:
    """The year of each number: the one beside it in the draft, else the only one of the sentence that holds it."""
    dates = dates_of(piece)
    found: dict[Claim, str] = {}
    for number in numbers:
        if number.kind == "date":
            continue
        date = dates.get(number)
        stated = {year for unit in units if unit.holds(number) for year in unit.years}
        if date is not None:
            found[number] = date.value.removeprefix("date:")[:4]
        elif len(stated) == 1:
            found[number] = stated.pop()
    return found


def _strange(text: str) -> list[str]:
    """Letters and digits of other scripts, which could stand for what they look like."""
    return [*_FOREIGN.findall(text), *_OTHER_DIGITS.findall(text)]


def _refused(problems: Sequence[Problem]) -> Verdict:
    return Verdict(False, (), tuple(problems))


def _statement(place: SentencePlace) -> Statement:
    sentence = place.passage.sentences[place.number]
    return Statement(place.passage, place.number, sentence.start, sentence.end)
