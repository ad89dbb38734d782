"""Officers: how far a question names a post or the person who holds it, and who else has a post of the same title."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from bot.follow_ups import topic_of
from bot.lexicon import content_words, question_patterns, synonyms
from bot.question import Question
from ingest.sentences import clean
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.schema import Passage
from vectorstore.tokens import chinese_words, fold, tokenise

OFFICER_KINDS = frozenset({"person", "list"})
"""Kinds of question that a post or a name may answer."""
_UNIT = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,12})(?P<zh_kind>[科部组队])"
    r"|(?P<en>(?:[a-z]+ ){1,4})(?P<en_kind>division|branch|section|unit)\b"
)
_OF = re.compile(r"[(（,，]| of ")


class Officers:
    """The persons of a corpus and their posts."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._units = lru_cache(maxsize=64)(self._find_units)  # every officer is held against those of a question

    def match(self, question: Question, passage: Passage) -> float:
        """How much of a person's post (or name) the question names, both ways: 0 to 1; 0 for other passages."""
        return max((_overlap(_asked(question, text), set(_words(text))) for text in self._texts(passage)), default=0.0)

    def is_named(self, question: Question, passage: Passage) -> bool:
        """Whether a question for an officer has no word of topic that the post, or the name, does not hold."""
        asked = frozenset() if passage.person is None else _topic(question)
        return bool(asked) and any(asked <= set(_words(text)) for text in self._texts(passage))

    def named(self, question: Question, place: SentencePlace) -> list[SentencePlace]:
        """Where the officers stand whom a question for the one at `place` names, each once, in document order.

        They are all who have a post of the same title (副处长, for one thing or another) in the report, if the question
        names no more than that.
        """
        asked, home = _topic(question), place.passage
        titles = [title for title in self._titles(home) if asked and asked <= set(_words(title))]
        found = {self._name(home): place}
        for other in self._corpus.places if titles else []:
            passage = other.passage
            is_beside = (passage.document_id, passage.language) == (home.document_id, home.language)
            if is_beside and titles[0] in self._titles(passage):
                found.setdefault(self._name(passage), other)
        return sorted(found.values(), key=lambda officer: officer.passage.start)

    def is_asked_for(self, question: Question, passage: Passage) -> bool:
        """Whether a person is not of another rank (a deputy) or of another unit (港口管制科) than a question names.

        Who names a title alone (the chairman) asks for nobody below it (the vice-chairman).
        """
        if passage.person is None or question.kind not in OFFICER_KINDS:
            return True
        texts, asked = "\n".join(self._texts(passage)), fold(question.normalised)
        if any(rank.search(asked) and not rank.search(texts) for rank in question_patterns().ranks):
            return False
        if any(rank.search(texts) and not rank.search(asked) for rank in question_patterns().ranks) and any(
            self._is_title_alone(question, post) for post in self._posts(passage)
        ):
            return False
        return all(unit in _plain(texts) for unit in self._units(asked))

    def _find_units(self, asked: str) -> tuple[str, ...]:
        """The units of the reports that a folded text names, without what they are (科, a division)."""
        units, function_words = [], question_patterns().stopwords
        for match in _UNIT.finditer(_plain(asked)):
            space, kind = ("", match["zh_kind"]) if match["zh"] else (" ", match["en_kind"])
            words = list(match["zh"] or match["en"].split())
            names = (space.join(words[start:]) for start, word in enumerate(words) if word not in function_words)
            named = next((name for name in names if f"{name}{space}{kind}" in self._plain_texts), None)
            if named is not None and len(named) > 1:
                units.append(named)
        return tuple(units)

    @cached_property
    def _plain_texts(self) -> str:
        return _plain("\n".join(self._corpus.folded))

    def _texts(self, passage: Passage) -> list[str]:
        person = passage.person
        if person is None:
            return []
        spans = (person.post_zh, person.post_en, person.name_zh, person.name_en)
        return [fold(clean(self._corpus.person_text(passage, span))) for span in spans if span]

    def _posts(self, passage: Passage) -> list[str]:
        person = passage.person
        spans = () if person is None else (person.post_zh, person.post_en)
        return [fold(clean(self._corpus.person_text(passage, span))) for span in spans if span]

    @staticmethod
    def _is_title_alone(question: Question, post: str) -> bool:
        """Whether a question names the title of a post and nothing of what it is for."""
        title, *of = _OF.split(post, maxsplit=1)
        asked = _asked(question, post)
        named, unit = asked & set(_words(_without_rank(title))), set(_words("".join(of)))
        return bool(named) and asked.isdisjoint(unit - named)

    def _titles(self, passage: Passage) -> list[str]:
        """The folded post, in each language, before what it is for; none where it says nothing of that."""
        parts = [_OF.split(post, maxsplit=1) for post in self._posts(passage)]
        return [title.strip() for title, *of in parts if of]

    def _name(self, passage: Passage) -> str:
        span = passage.person and (passage.person.name_en or passage.person.name_zh)
        return "".join(re.findall(r"\w", fold(self._corpus.person_text(passage, span)))) if span else ""


def _without_rank(title: str) -> str:
    for rank in question_patterns().ranks:
        title = rank.sub(" ", title)
    return title


def _topic(question: Question) -> frozenset[str]:
    """The words of topic of a question that an officer may answer; none for other questions."""
    return _topic_words(question.normalised) if question.kind in OFFICER_KINDS else frozenset()


@lru_cache(maxsize=64)
def _topic_words(normalised: str) -> frozenset[str]:
    return content_words(topic_of(normalised))


def _asked(question: Question, text: str) -> frozenset[str]:
    """A question's words of topic, put in those of `text` where it has others for them."""
    asked = frozenset(token for token, weight in question.terms.items() if weight >= 1)
    put = synonyms().put_as(question.normalised, text)
    if put == question.normalised:
        return asked
    return content_words(put)


def _overlap(one: frozenset[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _words(text: str) -> list[str]:
    folded = fold(clean(text))
    latin = re.findall(r"[a-z]+", folded)
    return [*(token for word in latin for token in tokenise(word)), *(w for w in chinese_words(folded) if w > "\u3400")]


def _plain(folded: str) -> str:
    """A folded text without marks: 边境管制(车辆)科 as 边境管制车辆科; Latin words stand a space apart."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", re.sub(r"[\W_]+", " ", folded))
