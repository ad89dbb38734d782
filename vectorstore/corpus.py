"""The sentences of an index in memory: their tokens, their fields, and which say the same in the other language."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from vectorstore.lexical import LexicalIndex, Scores
from vectorstore.schema import Language, Passage, SectionPath, Span
from vectorstore.tokens import fold, tokenise

MAX_COUNTERPARTS = 3
"""Sentences of one statement that are kept on the other side."""

ALTERNATIVE_CREDIT = 0.8
TITLE_CREDIT, PREVIOUS_CREDIT, PASSAGE_CREDIT = 0.7, 0.6, 0.4
"""What a query term counts in the section title, the sentence before, elsewhere in the passage, or where another word
for it stands; 1 where it stands in the sentence itself."""

MAX_ITEMS = 12
"""Items of a list that are looked at."""
NEAR = 40
"""Sentences among which the one before is looked for: those of the other language may stand between."""
BY_CHANCE = 0.1
"""The share of sentences that may have a counterpart in documents of one language: foreign names look like some."""

IN_BOTH = 0.5
"""How much a row of a table in both languages is like a question in its other language, for once in its own."""


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """A sentence of the corpus: the passage it stands in, and its number there (from 0)."""

    passage: Passage
    number: int

    @property
    def text(self) -> str:
        """The verbatim sentence."""
        sentence = self.passage.sentences[self.number]
        return self.passage.slice(sentence.start, sentence.end)


def announces(text: str) -> bool:
    """Whether a sentence only announces what follows it, with a colon."""
    return text.rstrip(" *_\\").endswith((":", "："))


TokensOf = Callable[[Sequence[str]], list[list[str]]]


def tokenise_all(texts: Sequence[str]) -> list[list[str]]:
    """The tokens of each text."""
    return [tokenise(text) for text in texts]


class Corpus:
    """Every sentence of the index, numbered, with BM25 over sentences, over passages and over section titles."""

    def __init__(self, passages: Sequence[Passage], tokens_of: TokensOf = tokenise_all) -> None:
        self.passages = {passage.id: passage for passage in passages}
        self.places = [SentencePlace(p, n) for p in passages for n in range(len(p.sentences))]
        self.first = {p.id: i for p, i in zip(passages, _offsets(passages), strict=True)}
        sections = list(dict.fromkeys(passage.section for passage in passages))
        texts = [*(place.text for place in self.places), *(_titles_text(section) for section in sections)]
        once: dict[str, str] = {}  # a token is kept once, however many texts hold it
        made = [[once.setdefault(token, token) for token in tokens] for tokens in tokens_of(texts)]
        self.tokens, titles = made[: len(self.places)], made[len(self.places) :]
        self.sentences = LexicalIndex(self.tokens)
        self._titles = LexicalIndex(titles)
        section_number = {section: i for i, section in enumerate(sections)}
        self._passage_texts = LexicalIndex(
            [
                [
                    token
                    for i in range(self.first[p.id], self.first[p.id] + len(p.sentences))
                    for token in self.tokens[i]
                ]
                + titles[section_number[p.section]]
                for p in passages
            ]
        )
        self._follows = np.array([place.number > 0 for place in self.places[1:]], dtype=np.bool_)
        self.passage_number = {passage.id: i for i, passage in enumerate(passages)}
        self.passage_of = np.array([self.passage_number[place.passage.id] for place in self.places], dtype=np.int64)
        self._section_of = np.array([section_number[place.passage.section] for place in self.places], dtype=np.int64)

    def number(self, passage_id: str, sentence: int) -> int:
        """The corpus number of a passage's sentence."""
        return self.first[passage_id] + sentence

    def before(self, passage_id: str, sentence: int) -> SentencePlace | None:
        """The sentence before it in its section and language; None for the first one."""
        number = self.number(passage_id, sentence)
        home = self.places[number].passage
        for place in reversed(self.places[max(0, number - NEAR) : number]):
            passage = place.passage
            if passage.document_id != home.document_id or passage.section != home.section:
                return None
            if passage.language == home.language and passage.role == home.role:
                return place
        return None

    def below(self, passage_id: str) -> SentencePlace | None:
        """The first sentence below a heading, in its section and language; None where nothing stands there."""
        home = self.passages[passage_id]
        after = self.first[passage_id] + len(home.sentences)
        for place in self.places[after : after + NEAR]:
            passage = place.passage
            if passage.document_id != home.document_id or passage.section != home.section:
                return None
            if passage.language == home.language and passage.role not in ("heading", "person"):
                return place
        return None

    def following(self, passage_id: str, sentence: int, most: int) -> list[SentencePlace]:
        """The sentence and up to `most` after it in its section and language, captions and call-outs left out."""
        first = self.number(passage_id, sentence)
        home = self.places[first].passage
        places = [self.places[first]]
        for place in self.places[first + 1 : first + 1 + 4 * most]:
            passage = place.passage
            if passage.document_id != home.document_id or passage.section != home.section or len(places) > most:
                break
            if passage.language == home.language and passage.role in (home.role, "list", "table"):
                places.append(place)
        return places

    def items(self, passage_id: str, sentence: int) -> list[SentencePlace]:
        """The items of the list that a sentence announces (… the following documents:); none where it does not."""
        if not announces(self.places[self.number(passage_id, sentence)].text):
            return []
        after = self.following(passage_id, sentence, MAX_ITEMS)[1:]
        return list(takewhile(lambda place: place.passage.role == "list", after))

    def person_text(self, passage: Passage, span: Span) -> str:
        """The verbatim text of a person's name or post, which may stand in the passage or in its counterpart."""
        if not passage.start <= span.start <= span.end <= passage.end and passage.counterpart_id in self.passages:
            passage = self.passages[passage.counterpart_id]
        return passage.slice(*span)

    @cached_property
    def folded(self) -> list[str]:
        """The text of each place, folded; made when it is first asked for."""
        return fold("\x1e".join(place.text for place in self.places)).split("\x1e") if self.places else []

    def counterparts_of(self, passage_id: str, sentence: int) -> list[SentencePlace]:
        """The sentences that say the same in the other language, in order."""
        numbers = self.counterparts[self.number(passage_id, sentence)].tolist()
        return [self.places[i] for i in numbers if i >= 0]

    def siblings(self, passage_id: str) -> list[SentencePlace]:
        """Every sentence of a passage, such as the items of a list."""
        first = self.first[passage_id]
        return self.places[first : first + len(self.passages[passage_id].sentences)]

    @cached_property
    def shown(self) -> Mapping[Language, NDArray[np.bool_]]:
        """For each language, which sentences an answer in it may show: its own, and those without counterpart."""
        languages = np.array([place.passage.language for place in self.places], dtype=object)
        alone = self.counterparts[:, 0] < 0
        return {"zh": (languages == "zh") | alone, "en": (languages == "en") | alone}

    @cached_property
    def counterparts(self) -> NDArray[np.int64]:
        """For every sentence the numbers of those that say the same in the other language, -1 where there are fewer."""
        table = np.full((len(self.places), MAX_COUNTERPARTS), -1, dtype=np.int64)
        starts: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for i, place in enumerate(self.places):
            passage = place.passage
            starts[passage.document_id, passage.language].append((passage.sentences[place.number].start, i))
        for found in starts.values():
            found.sort()
        for i, place in enumerate(self.places):
            counterpart = place.passage.sentences[place.number].counterpart
            if counterpart is not None:
                language = "en" if place.passage.language == "zh" else "zh"
                side = starts[place.passage.document_id, language]
                low, high = (bisect_left(side, (offset, -1)) for offset in counterpart)
                numbers = [number for _, number in side[low:high][:MAX_COUNTERPARTS]]
                table[i, : len(numbers)] = numbers
        return table

    @cached_property
    def is_bilingual(self) -> bool:
        """Whether the other language says the same: of more than a few sentences, which may be alike by chance."""
        return bool((self.counterparts[:, 0] >= 0).mean() > BY_CHANCE)

    def bm25(self, terms: Mapping[str, float]) -> tuple[Scores, Scores]:
        """BM25 of every sentence, and of the passage (with its titles) that every sentence stands in."""
        return self.sentences.scores(terms), self._passage_texts.scores(terms)[self.passage_of]

    def cover(
        self, terms: Mapping[str, float], alternatives: Mapping[str, Sequence[frozenset[str]]]
    ) -> tuple[Scores, Scores, Scores]:
        """How much of a query's weight × idf each sentence holds, 0 to 1: alone, and with its titles and passage.

        The third is the share of the terms that the corpus knows and that neither the sentence nor its titles hold: of
        a word that stands elsewhere one may expect to find it, of one that stands nowhere not. A term counts where the
        sentence or its counterpart holds it or, for `ALTERNATIVE_CREDIT`, one of its alternatives.
        """
        alone = np.zeros(len(self.places), np.float32)
        context = np.zeros(len(self.places), np.float32)
        elsewhere = np.zeros(len(self.places), np.float32)
        total = 0.0
        for token, weight in terms.items():
            others = alternatives.get(token, ())
            importance = weight * self._importance(token, others)
            total += importance
            held = self._holding(self.sentences, token, others)
            around = PASSAGE_CREDIT * self._holding(self._passage_texts, token, others)[self.passage_of]
            titled = self._holding(self._titles, token, others)
            if titled.any():
                np.maximum(around, TITLE_CREDIT * titled[self._section_of], out=around)
            np.maximum(around[1:], PREVIOUS_CREDIT * held[:-1], out=around[1:], where=self._follows)
            held = self._raised_to_counterparts(held, held.copy())
            around = np.maximum(held, self._raised_to_counterparts(around, around.copy()))
            alone += importance * held
            context += importance * around
            if titled.any() or self._is_known([token]):
                elsewhere += importance * ((held == 0) & (titled[self._section_of] == 0))
        scale = np.float32(1.0 / total if total else 0.0)
        return alone * scale, context * scale, elsewhere * scale

    def with_counterparts(self, scores: Scores) -> Scores:
        """The best score among a sentence's counterparts; the lowest of all where it has none.

        A row of a table in both languages has none, and lies between that and its own score.
        """
        least = np.full_like(scores, scores.min() if len(scores) else 0.0)
        least[self._rows] += IN_BOTH * (scores[self._rows] - least[self._rows])
        return self._raised_to_counterparts(scores, least)

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        rows = [number for number, place in enumerate(self.places) if place.passage.role == "table"]
        return np.array(rows, dtype=np.int64)

    def _raised_to_counterparts(self, scores: Scores, least: Scores) -> Scores:
        """`least`, raised where a counterpart of the sentence has a higher score."""
        for numbers, partners in self._partners:
            least[numbers] = np.maximum(least[numbers], scores[partners])
        return least

    @cached_property
    def _partners(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The columns of `counterparts` without their gaps: the sentences, and their counterparts."""
        columns = [(np.flatnonzero(column >= 0), column[column >= 0]) for column in self.counterparts.T]
        return [(numbers, partners) for numbers, partners in columns if len(numbers)]

    def _importance(self, token: str, alternatives: Sequence[frozenset[str]]) -> float:
        """The idf of a term; of one that no text holds, that of its commonest alternative."""
        known = [max(map(self.sentences.idf, other)) for other in alternatives if self._is_known(other)]
        if known and not len(self.sentences.postings(token)[0]):
            return min(known)
        return self.sentences.idf(token)

    def rarity(self, token: str) -> float:
        """How rare a token is in the sentences (its idf); 0 where none holds it."""
        return self.sentences.idf(token) if self._is_known([token]) else 0.0

    def _is_known(self, tokens: Iterable[str]) -> bool:
        return all(len(self.sentences.postings(token)[0]) for token in tokens)

    @staticmethod
    def _holding(index: LexicalIndex, token: str, alternatives: Sequence[frozenset[str]]) -> Scores:
        held = np.zeros(index.size, np.float32)
        for other in alternatives:
            share = np.zeros(index.size, np.float32)
            for part in other:
                share[index.postings(part)[0]] += ALTERNATIVE_CREDIT / len(other)
            held = np.maximum(held, share)
        held[index.postings(token)[0]] = 1.0
        return held


def _offsets(passages: Iterable[Passage]) -> Iterable[int]:
    total = 0
    for passage in passages:
        yield total
        total += len(passage.sentences)


def _titles_text(section: SectionPath) -> str:
    return "\n".join(text for title in section for text in (title.zh, title.en))
