"""The sentence reader: the answer is the report's own sentences. The default; it needs no key and no network.

1. Every retrieved sentence is scored again: does it hold the kind of answer asked for, and for the time asked?
2. The best one answers. A question for a list, a method, a definition or two things takes more, five at most.
3. A sentence longer than an answer should be is cut to the clauses that answer.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from bot.lexicon import question_patterns
from bot.question import Question
from bot.readers.answer_types import DEMANDING, answer_fit
from bot.readers.base import Candidate, Reading, Statement, is_foreign
from bot.readers.columns import in_table
from bot.readers.judging import TOO_CLOSE, Judge
from bot.readers.windows import locate
from ingest.sentences import clean
from vectorstore.corpus import MAX_ITEMS, Corpus, SentencePlace, announces
from vectorstore.quantities import find_quantities
from vectorstore.retriever import Hit
from vectorstore.schema import Passage
from vectorstore.tokens import fold, tokenise

LENGTHS = {"en": 400, "zh": 160}
"""Code points that a one-sentence answer may have; longer ones are hard to read on a telephone."""
MAX_SENTENCES = 5
MAX_OFFICERS = 8
NAMES = frozenset({"place", "person", "organisation"})
"""Kinds of answer that are names."""
_CLAUSE = re.compile(r"(?<=[；;])|(?<=[，,])(?![0-9])")


class SentenceReader:
    """Chooses sentences by retrieval score, kind of answer and time."""

    def __init__(self, corpus: Corpus, judge: Judge) -> None:
        self._corpus = corpus
        self._judge = judge

    def read(self, question: Question, hits: Sequence[Hit], *, whole_order: bool = True) -> Reading:
        """Candidates in order, and the statements that answer.

        Without `whole_order` the statements and the first candidate are the same, and found with less reading.
        """
        candidates = self._judge.judge(question, hits, None if whole_order else self._matters(question))
        if not candidates:
            return Reading((), ())
        return Reading(tuple(candidates), tuple(self._statements(question, candidates)))

    def _statements(self, question: Question, candidates: Sequence[Candidate]) -> list[Statement]:
        best = candidates[0]
        limit = LENGTHS[best.hit.passage.language]
        if best.hit.passage.person is not None:
            return self._officers(question, best.hit)
        beside = self._judge.beside(best.hit)
        if beside and question.kind in DEMANDING:
            return [_whole(best.hit), *_place_statements(beside)]
        if in_table(best.hit) and question.kind != "list":
            header = self._judge.columns.header_of(best.hit)
            return [*_place_statements([header] if header else []), _whole(best.hit)]
        if question.kind == "list" or announces(best.hit.text):
            return self._list(best, 2 * limit)
        if question.kind in ("definition", "how"):
            return self._topic(question, candidates, 2 * limit)
        statements = [replace(self._within(question, best, limit), words=best.span)]
        second = self._second(question, candidates)
        if second is not None:
            return _fit([*statements, _whole(second)], limit)
        if self._leans(question, fold(clean(best.hit.text))):
            return _fit([*self._before(best.hit), *statements], 2 * limit) or statements
        equal = self._equal(candidates)
        if equal is None or is_foreign(question, best.hit):
            return statements  # what has to be read in another language is kept short
        room = max(limit - (statements[0].end - statements[0].start), limit // 3)
        return _fit([*statements, self._within(question, equal, room)], limit)

    def _officers(self, question: Question, best: Hit) -> list[Statement]:
        """The officer, and where the question names only the title of several, all of them unless they are many."""
        place = self._corpus.places[self._corpus.number(best.passage.id, best.number)]
        named = self._judge.officers.named(question, place)
        return _place_statements(named) if len(named) <= MAX_OFFICERS else [_whole(best)]

    @staticmethod
    def _leans(question: Question, folded: str) -> bool:
        """Whether a folded sentence does not name what the one before does: the former and the latter or, for who asks
        for names, these four countries."""
        patterns = question_patterns()
        return bool(patterns.pair.search(folded) or (question.kind in NAMES and patterns.these.search(folded)))

    def _before(self, hit: Hit) -> list[Statement]:
        """The sentence before."""
        place = self._corpus.before(hit.passage.id, hit.number)
        return [] if place is None else _place_statements([place])

    @staticmethod
    def _matters(question: Question) -> float | None:
        """How far below the best score a candidate of another passage may still be said; None for any distance."""
        if question_patterns().two_things.search(fold(question.normalised)):
            return None
        return TOO_CLOSE

    @staticmethod
    def _equal(candidates: Sequence[Candidate]) -> Candidate | None:
        """The next sentence that says something else, where it is so near the best that neither can be preferred."""
        best = candidates[0]
        said = {(q.kind, q.value) for q in find_quantities(clean(best.hit.text))}
        for candidate in candidates[1:4]:
            if best.score - candidate.score > TOO_CLOSE or candidate.hit.passage.person is not None:
                return None
            if announces(candidate.hit.text):
                continue
            figures = {(q.kind, q.value) for q in find_quantities(clean(candidate.hit.text))}
            if candidate.year_matches and candidate.fit >= best.fit - 0.3 and not (figures and figures <= said):
                return candidate
        return None

    def _list(self, best: Candidate, limit: int) -> list[Statement]:
        """The sentence, and what follows where it only announces the list (four divisions. …; a lead-in, its items)."""
        passage, number = best.hit.passage, best.hit.number
        if passage.role in ("list", "table"):
            return _fit(_place_statements(self._corpus.siblings(passage.id)), limit)
        text = clean(best.hit.text)
        announced = [int(float(q.value)) for q in find_quantities(text) if q.kind == "number" and q.spelled]
        run = _place_statements(self._corpus.following(passage.id, number, MAX_ITEMS))
        if announces(text):
            items = len(self._corpus.items(passage.id, number))
            return _fit(run[: items + 1] if items else run, limit)
        if announced and 2 <= max(announced) <= MAX_SENTENCES and best.fit < 1 and len(text) < limit // 4:
            return _fit(run[: max(announced) + 1], limit)
        return [_whole(best.hit)]

    def _topic(self, question: Question, candidates: Sequence[Candidate], limit: int) -> list[Statement]:
        """The best sentence and those after it that still speak of what was asked or, where that is what something is,
        go on about it (Under such a mode, …)."""
        best = candidates[0].hit
        scores = {(c.hit.passage.id, c.hit.number): c.score for c in candidates if c.hit.passage.id == best.passage.id}
        chosen = [_whole(best)]
        for place in self._corpus.following(best.passage.id, best.number, MAX_SENTENCES - 1)[1:]:
            speaks = scores.get((place.passage.id, place.number), 0.0) >= 0.75 * candidates[0].score
            goes_on = question.kind == "definition" and question_patterns().anaphor.search(fold(clean(place.text)))
            if not speaks and not goes_on:
                break
            chosen.append(_statement(place.passage, place.number))
        return _fit(chosen, limit) or [self._within(question, candidates[0], limit)]

    def _second(self, question: Question, candidates: Sequence[Candidate]) -> Hit | None:
        """A second sentence, where the question asks for two things and it holds what the first does not."""
        if not question_patterns().two_things.search(fold(question.normalised)):
            return None
        best = candidates[0]
        missing = self._importance(question.terms, best.hit, held=False)
        for candidate in candidates[1:6]:
            gained = sum(
                value for token, value in missing.items() if token in self._importance(question.terms, candidate.hit)
            )
            whole = sum(self._corpus.sentences.idf(token) * weight for token, weight in question.terms.items())
            if whole and gained / whole > 0.3 and candidate.score > 0.7 * best.score and candidate.fit >= 0.5:
                return candidate.hit
        return None

    def _importance(self, terms: Mapping[str, float], hit: Hit, held: bool = True) -> dict[str, float]:
        tokens = set(tokenise(hit.text))
        return {
            token: weight * self._corpus.sentences.idf(token)
            for token, weight in terms.items()
            if (token in tokens) == held and weight >= 0.5
        }

    def _within(self, question: Question, candidate: Candidate, limit: int) -> Statement:
        """The sentence, or the run of its clauses that answers best within the limit: around the answering words, where
        the reading model has found some."""
        hit = candidate.hit
        sentence = hit.passage.sentences[hit.number]
        if len(clean(hit.text)) <= limit:
            return _whole(hit)
        clauses = _clauses(hit.text)
        values = [self._clause_value(question, clause) for clause in clauses]
        first, last = _clauses_with(candidate.span, clauses, limit) or (values.index(max(values)),) * 2
        while True:
            options = [i for i in (first - 1, last + 1) if 0 <= i < len(clauses)]
            room = limit - sum(len(clause) for clause in clauses[first : last + 1])
            options = [i for i in options if len(clauses[i]) <= room]
            if not options:
                break
            best = max(options, key=lambda i: (values[i], i < first))
            first, last = min(first, best), max(last, best)
        start = sentence.start + sum(len(clause) for clause in clauses[:first])
        text = "".join(clauses[first : last + 1])
        start += len(text) - len(text.lstrip())
        return Statement(hit.passage, hit.number, start, start + len(text.strip()))

    def _clause_value(self, question: Question, clause: str) -> float:
        tokens = set(tokenise(clause))
        held = sum(w * self._corpus.sentences.idf(t) for t, w in question.terms.items() if t in tokens)
        text = clean(clause)
        return held + 3.0 * answer_fit(question.kind, text, find_quantities(text))


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause]


def _clauses_with(words: str | None, clauses: Sequence[str], limit: int) -> tuple[int, int] | None:
    """The first and the last clause of a sentence that hold the answering words; None where they are not known, or too
    long for the limit."""
    place = locate(words, "".join(clauses)) if words else None
    if place is None:
        return None
    ends = list(accumulate(map(len, clauses)))
    first, last = bisect_right(ends, place[0]), bisect_left(ends, place[1])
    return (first, last) if sum(map(len, clauses[first : last + 1])) <= limit else None


def _whole(hit: Hit) -> Statement:
    return _statement(hit.passage, hit.number)


def _statement(passage: Passage, number: int) -> Statement:
    sentence = passage.sentences[number]
    return Statement(passage, number, sentence.start, sentence.end)


def _place_statements(places: Sequence[SentencePlace]) -> list[Statement]:
    return [_statement(place.passage, place.number) for place in places]


def _fit(statements: Sequence[Statement], limit: int) -> list[Statement]:
    """As many of the statements, in order, as stay within the limit and the number of sentences."""
    chosen: list[Statement] = []
    length = 0
    for statement in statements[: MAX_SENTENCES + 1]:
        length += len(clean(statement.passage.slice(statement.start, statement.end)))
        if chosen and length > limit:
            break
        chosen.append(statement)
    return chosen
