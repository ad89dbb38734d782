"""Judging candidates: what kind of answer, time, wording and the reading model add to a sentence's retrieval score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot.lexicon import question_patterns
from bot.question import Question
from bot.readers.aboutness import Aboutness
from bot.readers.answer_types import DEMANDING, LACKING, answer_fit
from bot.readers.base import Candidate
from bot.readers.claims import bound_fit, is_increment, is_of_plans, is_to_come
from bot.readers.columns import Columns, in_table
from bot.readers.margins import HIGHEST_MARGIN, UNREAD, Look, Margin, Margins, going_on
from bot.readers.officers import Officers
from bot.readers.spans import SpanReader
from bot.readers.times import speaks_of
from bot.readers.wording import Wording, as_read, cue_fit, explains, spells_out, unit_fit, wording_of
from ingest.sentences import AS_AT, clean
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.quantities import find_quantities
from vectorstore.retriever import Hit
from vectorstore.schema import Language, Passage
from vectorstore.tokens import fold

NO_PERSON_ASKED = -0.4
FIGURES = frozenset({"money", "share", "number", "duration"})
IN_TABLE = 0.8
"""How well a row of a table fits who asks for a figure: the unit stands in its header, or above."""
LENGTHY = {"en": 300, "zh": 100}
"""Code points of a long sentence."""
LABEL = 12
"""Code points that a label may have."""
SHORT: Mapping[Language, int] = {"en": 40, "zh": 12}
"""Code points that headings and marks have."""
TOO_CLOSE = 1.2
"""Difference of two scores that says nothing about which sentence answers."""
LOOKS = 3
"""Sentences at most that the reading model looks at again."""


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """What the reader adds to a sentence's retrieval score.

    `margin` weighs the best margin of its passage, `margin_behind` how far its own lies behind that: between passages
    the retrieval knows more, between the sentences of one the reading model does. `across` and `alone` weigh what a
    second look says of sentences that are too close to call.
    """

    fit: float = 0.6
    demanding_fit: float = 0.9
    other_fit: float = 0.65
    unit: float = 1.0
    cue: float = 0.75
    wrong_year: float = -4.0
    wrong_thing: float = -4.0
    repeats: float = -4.0
    bound: float = 2.2
    increment: float = -0.9
    to_come: float = -0.3
    not_yet: float = -1.2
    length: float = 0.15
    post: float = 2.5
    heading: float = -2.5
    callout: float = -0.65
    caption: float = -0.2
    label: float = -4.0
    spelled_out: float = 1.5
    full_name: float = 3.0
    goes_on: float = 1.5
    margin: float = 0.12
    margin_behind: float = 0.3
    across: float = 0.08
    alone: float = 0.05
    windows: int = 5


IN_ONE_LANGUAGE = ReadingWeights(margin_behind=0.8)
"""The same for documents in one language: which sentence of an encyclopedia answers, words tell even less."""


class Judge:
    """Scores candidates. Without a reading model the margins are left out."""

    def __init__(
        self, corpus: Corpus, report_year: str | None, spans: SpanReader | None, weights: ReadingWeights | None = None
    ) -> None:
        self._corpus = corpus
        self._report_year = report_year
        self._spans = spans
        self._weights = weights or (ReadingWeights() if corpus.is_bilingual else IN_ONE_LANGUAGE)
        self.columns = Columns(corpus)
        self.officers = Officers(corpus)
        self._about = Aboutness(corpus, report_year, self.columns)

    def judge(self, question: Question, hits: Sequence[Hit], within: float | None = None) -> list[Candidate]:
        """The hits as candidates, best first.

        With `within`, the reading model leaves out a passage once none of its sentences can come so near to the best
        score: the best candidate and all that are so near to it are what they are without it, the others may not be.
        """
        wording = wording_of(question.normalised)
        candidates = _best_first([self._judge(question, wording, *found) for found in self._answering(hits)])
        return candidates if self._spans is None else self._read(self._spans, question, candidates, within)

    def _answering(self, hits: Sequence[Hit]) -> list[tuple[Hit, bool]]:
        """The hits that may answer, and whether the report asks before them what was asked.

        What stands below a question that the report asks itself is found as well as that question was; the question
        answers nothing, nor does the date of a page.
        """
        found = {
            (hit.passage.id, hit.number): (hit, False) for hit in hits if not _is_question(hit) and not _is_stamp(hit)
        }
        for hit in filter(_is_question, hits):
            if (below := self._corpus.below(hit.passage.id)) is not None:
                key = below.passage.id, below.number
                if key not in found or found[key][0].score < hit.score:
                    found[key] = replace(hit, passage=below.passage, number=below.number), True
        return list(found.values())

    def _read(
        self, spans: SpanReader, question: Question, candidates: Sequence[Candidate], within: float | None
    ) -> list[Candidate]:
        """The candidates with what the reading model makes of the best passages, best first."""
        passages = list({c.hit.passage.id: c.hit.passage for c in candidates}.values())[: self._weights.windows]
        margins = Margins(self._corpus, spans, as_read(question.normalised), question.kind)
        read: dict[str, dict[int, Margin]] = {}
        judged = list(candidates)
        for passage in passages:
            if read and within is not None and self._is_beaten(passage, candidates, judged[0].score - within):
                continue
            read[passage.id] = margins.of(passage)
            judged = _best_first([self._with_margin(question, candidate, read) for candidate in candidates])
        return self._looked_at_again(margins, judged)

    def _looked_at_again(self, margins: Margins, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The first candidates, where they are too close to call, in the order of a second look; then the others.

        One for another time or thing than the one asked answers nothing, however well it reads.
        """
        close = list(takewhile(lambda c: _is_close(c, candidates[0]), candidates[:LOOKS]))
        looks = [None if c.margin is None else margins.look(c.hit.passage, c.hit.number) for c in close]
        most = max((self._gain(look) for look in looks if look is not None), default=0.0)
        looked = [
            candidate
            if look is None
            else replace(candidate, look=look, score=candidate.score + self._gain(look) - most)
            for candidate, look in zip(close, looks, strict=True)
        ]
        return _best_first(looked) + list(candidates[len(close) :])

    def _gain(self, look: Look) -> float:
        return self._weights.across * look.across + self._weights.alone * look.alone

    def _is_beaten(self, passage: Passage, candidates: Sequence[Candidate], score: float) -> bool:
        """Whether no margin brings a sentence of the passage up to this score."""
        most = self._weights.margin * HIGHEST_MARGIN
        return all(c.score + most < score for c in candidates if c.hit.passage.id == passage.id)

    def _with_margin(
        self, question: Question, candidate: Candidate, read: Mapping[str, Mapping[int, Margin]]
    ) -> Candidate:
        hit = candidate.hit
        if self.beside(hit):
            return candidate  # a label whose value stands on the other side: its own text has nothing to be read
        own = read.get(hit.passage.id, {}).get(hit.number, UNREAD)
        added = self._weights.margin * own.best + self._weights.margin_behind * (own.value - own.best)
        repeats = self._about.is_said(question, hit, own.words)
        score = candidate.score + added + self._weights.repeats * repeats
        return replace(candidate, margin=own.value, span=own.words, score=score, repeats=repeats)

    def _judge(self, question: Question, wording: Wording, hit: Hit, is_asked: bool) -> Candidate:
        text = clean(hit.text)
        fit = self._fit(question, hit, text)
        header = self.columns.header_of(hit)
        around = hit.passage.text if header is None else header.text
        in_time = speaks_of(wording.asked, question.kind, text, around, self._report_year)
        others = [clean(place.text) for place in self._corpus.counterparts_of(hit.passage.id, hit.number)]
        sides = [(side, find_quantities(side)) for side in (text, *others)]
        cue = max(cue_fit(wording, side) for side, _ in sides)
        folded = fold(text)
        of_it = self._about.is_of_other(question.other, hit, others) and self._about.is_of_parts(wording, hit, others)
        of_it = of_it and self._about.is_of_former(question, hit, others)
        of_it = of_it and self._about.is_of_row(question, hit, others)
        of_it = of_it and self.officers.is_asked_for(question, hit.passage)
        there = self._about.is_of_places(wording, hit, others)
        there = there and not self._about.is_of_namesake(question, hit, others)
        there = there and self._about.is_of_variants(wording, hit, others)
        # The last chapter may be of plans, and the appendices below it of anything: its innermost title tells.
        to_come = is_to_come(folded) or is_of_plans(_title(hit))
        is_definition = question.kind == "definition"
        asked = fold(question.normalised)
        spelled_out = is_definition and (
            any(spells_out(asked, side, question.names) for side, _ in sides) or explains(asked, text)
        )
        signals = {
            ("demanding_fit" if question.kind in DEMANDING else "fit"): fit,
            "other_fit": max((answer_fit(question.kind, *side) for side in sides[1:]), default=fit),
            "unit": unit_fit(wording, *sides[0]),
            "cue": cue,
            "wrong_year": float(not in_time),
            "wrong_thing": float(not of_it),
            "bound": bound_fit(question.quantities, asked, folded),
            "increment": float(wording.level and is_increment(folded, find_quantities(folded))),
            "to_come": float(not wording.to_come and to_come),
            "not_yet": float(wording.now and to_come),
            "length": min(len(hit.text) / LENGTHY[hit.passage.language], 2.0),
            "post": self._post_signal(question, hit.passage),
            "named": float(self.officers.is_named(question, hit.passage)),
            "label": float(question.kind not in DEMANDING and _is_label(hit) and not spelled_out),
            "spelled_out": float(spelled_out),
            "full_name": float(spelled_out and question_patterns().full_name.search(asked) is not None),
            "goes_on": float(is_definition and going_on(self._corpus, hit.passage.id, hit.number) is not None),
            "asked_there": float(is_asked),
            hit.passage.role: 1.0,
        }
        score = hit.score + sum(getattr(self._weights, name, 0.0) * value for name, value in signals.items())
        # Another place is weighed in the decision alone: the sentences of that place may say nothing of what is asked.
        return Candidate(hit, fit, cue, in_time, of_it and there, score, signals)

    def _fit(self, question: Question, hit: Hit, text: str) -> float:
        fit = answer_fit(question.kind, text, find_quantities(text))
        if question.kind in DEMANDING and fit < LACKING:
            fit = max(fit, max((self._place_fit(question.kind, p) for p in self.beside(hit)), default=0.0))
        has_figure = question.kind in FIGURES and in_table(hit) and any(map(str.isdigit, text))
        return max(fit, IN_TABLE) if has_figure else fit

    def _post_signal(self, question: Question, passage: Passage) -> float:
        if passage.person is None:
            return 0.0
        return self.officers.match(question, passage) if question.kind == "person" else NO_PERSON_ASKED

    def beside(self, hit: Hit) -> list[SentencePlace]:
        """A label's counterpart that stands on the same line and holds the value of both (热线 Hotline 123)."""
        sentence = hit.passage.sentences[hit.number]
        if len(hit.text) > LABEL:
            return []
        places = self._corpus.counterparts_of(hit.passage.id, hit.number)
        return [p for p in places if 0 <= p.passage.sentences[p.number].start - sentence.end <= 1]

    @staticmethod
    def _place_fit(kind: str, place: SentencePlace) -> float:
        text = clean(place.text)
        return answer_fit(kind, text, find_quantities(text))


def _title(hit: Hit) -> str:
    """The folded innermost title that a sentence stands under, in both languages."""
    return fold("\n".join(text for title in hit.passage.section[-1:] for text in (title.zh, title.en)))


def _is_question(hit: Hit) -> bool:
    """Whether a hit is a question that the report answers below it."""
    return hit.passage.role == "heading" and clean(hit.text).endswith(("?", "？"))


def _is_label(hit: Hit) -> bool:
    """Whether a hit is a few words that head or mark something: at most a value beside it answers a question."""
    return hit.passage.role in ("heading", "callout") and len(clean(hit.text)) <= SHORT[hit.passage.language]


def _is_stamp(hit: Hit) -> bool:
    """Whether a hit only says for which day a page holds."""
    return hit.passage.role == "callout" and AS_AT.fullmatch(clean(hit.text)) is not None


def _is_close(candidate: Candidate, best: Candidate) -> bool:
    speaks = _speaks(candidate) == _speaks(best)
    return speaks and best.score - candidate.score <= TOO_CLOSE


def _speaks(candidate: Candidate) -> tuple[bool, bool, bool]:
    return candidate.year_matches, candidate.thing_matches, candidate.repeats


def _best_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: -candidate.score)
