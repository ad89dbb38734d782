"""Whether a sentence is about what a question asks of: its place, its part, another thing; not what was just said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.follow_ups import names_a_time_before
from bot.lexicon import places, question_patterns
from bot.parts import speaks_of_parts
from bot.question import Question, Said
from bot.readers.answer_types import DEMANDING, LACKING, answer_fit
from bot.readers.columns import Columns
from bot.readers.times import says_what_was_before, speaks_of_before, years
from bot.readers.wording import Wording, speaks_of_other
from ingest.sentences import clean
from vectorstore.corpus import Corpus
from vectorstore.quantities import find_quantities
from vectorstore.retriever import Hit
from vectorstore.tokens import fold

HOME = 100
"""Of how many sentences one must name a place for the reports to speak of it all the time."""
SAMPLED = 5000
"""Sentences that are looked through for such places."""
TELLING = 3
"""Letters and digits that the same words in another sentence have at least to be the same answer."""


class Aboutness:
    """Compares sentences with questions. `others` are the texts that say the same in the other language."""

    def __init__(self, corpus: Corpus, report_year: str | None, columns: Columns) -> None:
        self._corpus = corpus
        self._columns = columns
        self._report_year = report_year
        self._homes: dict[int, bool] = {}

    def is_of_parts(self, wording: Wording, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of the parts that the question numbers or letters (phase 2), or of none."""
        if not wording.parts:
            return True
        said = fold("\n".join([clean(hit.text), *others]))
        return speaks_of_parts(wording.parts, said, "\n".join([said, _titles(hit)]))

    def is_of_former(self, question: Question, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of who held a post before, if the question asks for that person."""
        former = question_patterns().former
        if question.kind != "person" or not former.search(fold(question.normalised)):
            return True
        return former.search(fold("\n".join([clean(hit.text), *others]))) is not None

    def _around(self, hit: Hit, others: Sequence[str]) -> str:
        """Where a sentence's things may be named: in it, in the one before, in a title or in the other language."""
        before = self._corpus.before(hit.passage.id, hit.number)
        texts = [hit.text] if before is None else [before.text, hit.text]
        return "\n".join([fold("\n".join([*map(clean, texts), *others])), _titles(hit)])

    def is_of_places(self, wording: Wording, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of the places that the question names, or of all there are.

        A place that the reports speak of all the time need not be named; nor need any in documents in one language:
        encyclopedias name a place once, and then speak of it for a page.
        """
        away = {place for place in wording.places if not self._is_home(place)}
        if not away or not self._corpus.is_bilingual or question_patterns().every.search(fold(clean(hit.text))):
            return True
        return away <= places().named(self._around(hit, others))

    def _is_home(self, place: int) -> bool:
        """Whether every hundredth sentence names a place."""
        if place not in self._homes:
            sampled = self._corpus.folded[:SAMPLED]
            naming = sum(places().is_named(place, text) for text in sampled)
            self._homes[place] = HOME * naming >= len(sampled)
        return self._homes[place]

    def is_of_other(self, other: str, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of what a follow-up names in place of another thing or time, if it names one."""
        if not other:
            return True
        if names_a_time_before(other):
            if header := self._columns.header_of(hit):
                return len(years(find_quantities(clean(header.text)))) > 1
            return speaks_of_before(fold(clean(hit.text)), self._report_year)
        return speaks_of_other(other, self._around(hit, others), self._corpus.rarity)

    def is_said(self, question: Question, hit: Hit, words: str | None) -> bool:
        """Whether these words of a sentence are what the turn before was answered with.

        They may answer again whether something is so, and what is asked of another thing that the sentence names.
        """
        said = question.said
        if said is None or words is None or question.kind == "yesno" or hit.passage.role == "table":
            return False  # a row of a table has the figures of several things
        one, other = _bare(said.words), _bare(words)
        if not one or not other or (one not in other and other not in one):
            return False
        if (hit.passage.id, hit.number) != (said.passage_id, said.number) and min(len(one), len(other)) < TELLING:
            return False
        if not question.other:
            return not _asks_closer(question, said, clean(hit.text), the_same=one == other)
        if names_a_time_before(question.other):
            return not says_what_was_before(fold(words), fold(clean(hit.text)), self._report_year)
        others = [clean(place.text) for place in self._corpus.counterparts_of(hit.passage.id, hit.number)]
        text = fold("\n".join([clean(hit.text), *others]))
        if question_patterns().these.search(text):
            text = self._around(hit, others)
        return not speaks_of_other(question.other, text, self._corpus.rarity)


def _asks_closer(question: Question, said: Said, text: str, *, the_same: bool) -> bool:
    """Whether a question asks for a figure that a sentence has, and the turn before was answered with none of its kind,
    or asked for none and was answered with more than the words that are `the_same` now."""
    if question.kind not in DEMANDING or answer_fit(question.kind, text, find_quantities(text)) < LACKING:
        return False
    said_fit = answer_fit(question.kind, said.words, find_quantities(said.words))
    return said_fit < LACKING or (said.kind not in DEMANDING and not the_same)


def _titles(hit: Hit) -> str:
    return fold("\n".join(text for title in hit.passage.section for text in (title.zh, title.en)))


def _bare(words: str) -> str:
    """The letters and digits of a text."""
    return re.sub(r"[\W_]", "", fold(words))
