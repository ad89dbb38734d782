"""Proves that a gold set fits its report: evidence verbatim and complete, answers told apart from wrong sentences."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from evaluation.gold import Category, GoldQuestion
from evaluation.text import normalise
from ingest.sentences import split_sentences
from vectorstore.schema import Span

_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-z]{2}")
_BLOCK = re.compile(r"\S(?:(?!\n\s*\n).)*", re.DOTALL)

LEAST = {
    "questions": 300,
    "en": 55,
    "zh-Hans": 55,
    "zh-Hant": 55,
    "yue": 40,
    "mixed": 20,
    "followup": 30,
    "unanswerable": 50,
    "near misses": 25,
    "false_premise": 15,
    "injection": 10,
    "groups in four registers": 25,
}
"""How many of each kind the shipped gold set has at least."""

ALL_CATEGORIES: frozenset[str] = frozenset(get_args(Category))
PARTS, PER_PART = 20, 5
"""Of this many equal parts of the report, each is evidence for at least that many questions."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    text: str
    normalised: str


class GoldCheck:
    """Checks gold questions against one report."""

    def __init__(self, report: str) -> None:
        self._report = report
        self._sentences = [
            _Sentence(span, report[span.start : span.end], normalise(report[span.start : span.end]))
            for block in _BLOCK.finditer(report)
            for span in split_sentences(report, block.start(), block.end())
        ]
        self._places = lru_cache(maxsize=None)(self._find)

    def complaints(self, questions: Sequence[GoldQuestion]) -> list[str]:
        """What is wrong with the questions, one line each; empty where all is well."""
        checks: tuple[Callable[[GoldQuestion], Iterator[str]], ...] = (
            self._form,
            self._verbatim,
            self._answers_in_evidence,
            self._both_languages,
            self._told_apart,
            self._complete,
        )
        found = [f"{q.id}: {complaint}" for q in questions for check in checks for complaint in check(q)]
        repeated = [key for key, count in Counter(q.id for q in questions).items() if count > 1]
        return found + [f"{key}: the id stands more than once" for key in repeated]

    def coverage(self, questions: Sequence[GoldQuestion]) -> list[int]:
        """How many questions have evidence in each of `PARTS` equal parts of the report."""
        parts: dict[int, set[str]] = defaultdict(set)
        for question in questions:
            for span in self._spans(question.evidence):
                parts[span.start * PARTS // len(self._report)].add(question.id)
        return [len(parts[part]) for part in range(PARTS)]

    def _form(self, question: GoldQuestion) -> Iterator[str]:
        if question.category == "followup" and not question.history:
            yield "a follow-up needs a history"
        if question.answerable == (question.category in ("unanswerable", "false_premise", "injection")):
            yield f"`answerable` does not go with the category {question.category}"
        if question.category in ("unanswerable", "injection") and question.evidence:
            yield "evidence for what the report does not say"

    def _verbatim(self, question: GoldQuestion) -> Iterator[str]:
        for text in (*question.evidence, *question.elsewhere):
            if not self._places(text):
                yield f"not verbatim in the report: {text}"

    def _answers_in_evidence(self, question: GoldQuestion) -> Iterator[str]:
        if question.derived or not question.evidence:
            return
        evidence = [normalise(text) for text in question.evidence]
        for string in _strings(question):
            if not any(normalise(string) in text for text in evidence):
                yield f"answer string outside the evidence: {string}"

    def _both_languages(self, question: GoldQuestion) -> Iterator[str]:
        joined = "".join(question.evidence)
        if joined and not (_HAN.search(joined) and _LATIN_WORD.search(joined)):
            yield "evidence in one language only"

    def _told_apart(self, question: GoldQuestion) -> Iterator[str]:
        """A string of `answers` that stands outside the evidence is ambiguous there, or the evidence is incomplete."""
        if question.derived or not question.evidence:
            return
        for sentence in self._outside(question):
            for string in (*question.answers, *question.correction):
                if normalise(string) in sentence.normalised:
                    yield f"{string} also stands in: {sentence.text}"

    def _complete(self, question: GoldQuestion) -> Iterator[str]:
        """Single words of `all_of` stand in many places; a sentence that has all of them states the fact."""
        if not question.all_of:
            return
        wanted = [[normalise(string) for string in strings] for strings in question.all_of]
        for sentence in self._outside(question):
            if all(any(string in sentence.normalised for string in strings) for strings in wanted):
                yield f"evidence is missing: {sentence.text}"

    def _outside(self, question: GoldQuestion) -> Iterator[_Sentence]:
        spans = self._spans((*question.evidence, *question.elsewhere))
        for sentence in self._sentences:
            if not any(s.start < sentence.span.end and sentence.span.start < s.end for s in spans):
                yield sentence

    def _spans(self, texts: Sequence[str]) -> list[Span]:
        return [span for text in texts for span in self._places(text)]

    def _find(self, text: str) -> tuple[Span, ...]:
        return tuple(Span(*match.span()) for match in re.finditer(re.escape(text), self._report))


def shortfalls(questions: Sequence[GoldQuestion]) -> list[str]:
    """What the set has too little of, by `LEAST` and `ALL_CATEGORIES`."""
    registers: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        if question.group:
            registers[question.group].add(question.register)
    counts: Counter[str] = Counter()
    for question in questions:
        counts.update((question.register, question.category))
    counts["questions"] = len(questions)
    counts["near misses"] = sum(q.near_miss for q in questions)
    counts["groups in four registers"] = sum(
        found >= {"en", "zh-Hans", "zh-Hant", "yue"} for found in registers.values()
    )
    short = [f"{counts[kind]} {kind}, {least} needed" for kind, least in LEAST.items() if counts[kind] < least]
    return short + [
        f"no question of category {category}" for category in sorted(ALL_CATEGORIES) if not counts[category]
    ]


def _strings(question: GoldQuestion) -> list[str]:
    return [string for strings in (*question.facts, question.correction) for string in strings]
