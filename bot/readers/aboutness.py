"""Whether a sentence is about what a question asks of: its place, its part, another thing; not what was just said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from bot.follow_ups import names_a_time_before
from bot.lexicon import content_words, places, question_patterns
from bot.parts import speaks_of_parts
from bot.question import Question, Said
from bot.readers.answer_types import DEMANDING, LACKING, answer_fit
from bot.readers.columns import Columns, in_table
from bot.readers.namesakes import Name, names_in, namesakes
from bot.readers.times import says_what_was_before, speaks_of_before, years
from bot.readers.wording import Wording, speaks_of_other
from ingest.sentences import clean
from ingest.tables import label_of
from vectorstore.corpus import Corpus
from vectorstore.quantities import find_quantities
from vectorstore.retriever import Hit
from vectorstore.tokens import fold

HOME = 100
"""Of how many sentences one must name a place for the reports to speak of it all the time."""
SAMPLED = 5000
"""Sentences that are looked through for such places."""
ALIKE = 2
"""Chinese characters that a row's label and a question have in common at least, where they share no word."""
_HAN = re.compile(r"[\u3400-\u9fff]")
NAMED = 2
"""Sentences that say a name, for capitals or two characters to be one."""
UNIT = 12
"""Code points after a figure in which its unit stands."""
_BREAK = re.compile(r"[，；。;]|[,.](?!\d)")
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

    def is_of_variants(self, wording: Wording, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of the variants that the question names (a single room), or of none of their kind.

        What one is said of may stand around it as well.
        """
        if not wording.variants:
            return True
        said, around = fold("\n".join([clean(hit.text), *others])), self._around(hit, others)
        return all(named.search(around) or not any_.search(said) for named, any_ in wording.variants)

    def is_of_former(self, question: Question, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of who held a post before, if the question asks for that person."""
        former = question_patterns().former
        if question.kind != "person" or not former.search(fold(question.normalised)):
            return True
        return former.search(fold("\n".join([clean(hit.text), *others]))) is not None

    def is_of_row(self, question: Question, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a question has a word of what a row of a table is about, or another word for it; true of all else.

        The line that names the columns is about nothing.
        """
        if not in_table(hit):
            return True
        if self._columns.names_columns(hit):
            return False
        label = content_words(fold("\n".join(map(label_of, [clean(hit.text), *others]))))
        asked = content_words(fold(question.normalised)) | {term for term in question.terms if len(term) > 1}
        if not label or not label.isdisjoint(asked):
            return True
        # Chinese is not cut the same in a label as in a question, nor does it say 学员证 for 学生证.
        characters = set(_HAN.findall("".join(label)))
        in_common = characters & set("".join(asked))
        return bool(characters) and len(in_common) >= min(ALIKE, len(characters))

    def is_of_namesake(self, question: Question, hit: Hit, others: Sequence[str]) -> bool:
        """Whether a sentence speaks of another thing of its kind than the one that the question names (another park),
        both of which the reports know by these names. What a follow-up exchanges is looked for by `is_of_other`."""
        return not question.other and any(
            asked.before not in self._around(hit, others) and self._names[asked] and self._names[said] >= NAMED
            for asked, said in namesakes(question.normalised, clean(hit.text))
        )

    @cached_property
    def _names(self) -> Counter[Name]:
        """How many sentences have a name."""
        return Counter(name for place in self._corpus.places for name in names_in(clean(place.text)))

    def _around(self, hit: Hit, others: Sequence[str]) -> str:
        """Where a sentence's things may be named: in it, in the one before, in a title or in the other language."""
        before = None if in_table(hit) else self._corpus.before(hit.passage.id, hit.number)
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
        if said is None or words is None or question.kind == "yesno" or in_table(hit):
            return False  # a row of a table has the figures of several things
        one, other = _bare(said.words), _bare(words)
        if not one or not other or (one not in other and other not in one):
            return False
        if (hit.passage.id, hit.number) != (said.passage_id, said.number) and min(len(one), len(other)) < TELLING:
            return False
        if not question.other:
            text = clean(hit.text)
            return not _asks_closer(question, said, text, words) and not _has_another(question, said, text)
        if names_a_time_before(question.other):
            return not says_what_was_before(fold(words), fold(clean(hit.text)), self._report_year)
        others = [clean(place.text) for place in self._corpus.counterparts_of(hit.passage.id, hit.number)]
        text = fold("\n".join([clean(hit.text), *others]))
        if question_patterns().these.search(text):
            text = self._around(hit, others)
        return not speaks_of_other(question.other, text, self._corpus.rarity)


def _asks_closer(question: Question, said: Said, text: str, words: str) -> bool:
    """Whether a question asks for a figure that a sentence has in `words`, and the turn before was answered with none
    of its kind, with others, with more figures, or, where it asked for none, with more words.

    Who asked whether something is so has not asked for its figure, unless he named it.
    """
    if question.kind not in DEMANDING or answer_fit(question.kind, text, find_quantities(text)) < LACKING:
        return False
    before, now = _figures(said.words), _figures(words)
    if answer_fit(question.kind, said.words, find_quantities(said.words)) < LACKING or now - before:
        return True
    if said.kind in DEMANDING:
        return 0 < len(now) < len(before)
    return (said.kind == "yesno" and not now <= _figures(question.standalone)) or _bare(said.words) != _bare(words)


def _has_another(question: Question, said: Said, text: str) -> bool:
    """Whether a sentence has a figure of the kind asked for beside those that the turn before was answered with: in
    Chinese one that is counted by the same measure."""
    if question.kind not in DEMANDING:
        return False
    before, measures, others = _figures(said.words), set(), []
    for quantity in find_quantities(text):
        after = _BREAK.split(text[quantity.end : quantity.end + UNIT])[0]
        measure = after.strip()[:1]
        if quantity.value in before:
            measures.add(measure)
        else:
            others.append((text[quantity.start : quantity.end] + after, measure))
    if question.kind == "number" and _HAN.match("".join(measures)):
        others = [other for other in others if other[1] in measures]
    return any(answer_fit(question.kind, other, find_quantities(other)) >= LACKING for other, _ in others)


def _figures(words: str) -> frozenset[str]:
    return frozenset(quantity.value for quantity in find_quantities(words))


def _titles(hit: Hit) -> str:
    return fold("\n".join(text for title in hit.passage.section for text in (title.zh, title.en)))


def _bare(words: str) -> str:
    """The letters and digits of a text."""
    return re.sub(r"[\W_]", "", fold(words))
