"""A follow-up and what it leans on → what is asked: a thing exchanged ("and that one?"), or a topic taken along."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.lexicon import content_words, places, question_patterns
from bot.parts import find_parts
from vectorstore.quantities import find_quantities
from vectorstore.schema import Language
from vectorstore.tokens import chinese_phrases, fold

Nearest = Callable[[str, Sequence[str]], int]
"""Which of the phrases means what is most like a text."""

FULL: dict[Language, int] = {"en": 4, "zh": 5}
"""A question of more topic words than this stands by itself, if it names a thing and does not say otherwise (it)."""
THINGS = 12
"""Phrases of an earlier question, the last ones, that may be exchanged: each takes milliseconds to compare."""
_RUN = re.compile(r"(?P<mixed>[a-z]-[\u3400-\u9fff])|[\u3400-\u9fff]+|[a-z0-9](?:[a-z0-9'’&-]*[a-z0-9])?", re.I)
"""Words of one script in a row, and names such as e-道."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, in written Chinese or English: `text`, of the `topic` of the turns before it ("" for none).

    `tentative` says that it may well stand by itself. `other` is the thing, or the time before, that it names in place
    of another one, `replaced` (both "" for none). `leans` says that it takes something of the turns before, `corrects`
    that it takes something of them back.
    """

    text: str
    topic: str = ""
    leans: bool = True
    tentative: bool = False
    other: str = ""
    replaced: str = ""
    corrects: bool = False

    @property
    def whole(self) -> str:
        """The question with its topic."""
        return f"{self.topic} {self.text}".strip()

    def left_to(self, language: Language) -> str:
        """What it leaves to the question after it: without the topic, where only its shortness says that it leans."""
        return self.text if self.tentative and not _leans(self.text, language) else self.whole


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words of a question that stand together, `start` to `end`; `names` says that they name a thing."""

    start: int
    end: int
    text: str
    names: bool


def asked_after(earlier: str, question: str, language: Language, nearest: Nearest) -> Asked:
    """What `question` asks after `earlier`, both in written Chinese or English."""
    if not earlier:
        return Asked(question, leans=False)
    patterns = question_patterns()
    said = patterns.new_topic.sub("", question.strip()).lstrip(" ,，、:：")
    if said != question.strip() and content_words(said) and not _leans(said, language):
        return Asked(said, leans=False)
    if taken_back := patterns.correction.match(question.strip()):
        meant = patterns.not_meant.sub("", question.strip()[taken_back.end() :])
        return replace(_meant_after(earlier, meant, language, nearest), corrects=True)
    other = _other(question)
    if other is not None:
        return _exchanged(earlier, other, language, nearest)
    names_a_thing = _names_a_thing(question)
    if patterns.formerly.search(fold(question)) and not names_a_thing:
        return Asked(question, patterns.now.sub(" ", earlier).strip(), other=question)
    if names_a_thing and not _leans(question, language) and len(content_words(question)) > FULL[language]:
        return Asked(question, leans=False)
    topic = topic_of(_without_dates(earlier) if _names_a_date(question) else earlier)
    return Asked(question, topic, tentative=names_a_thing and not patterns.pronoun.search(fold(question)))


def _names_a_thing(question: str) -> bool:
    return any(phrase.names for phrase in _phrases(question))


def topic_of(question: str) -> str:
    """A question without what it asks of its topic (how many, 在哪里)."""
    return " ".join(question_patterns().interrogative.sub(" ", question).split()) or question


def _leans(question: str, language: Language) -> bool:
    patterns, folded = question_patterns(), fold(question)
    return (patterns.followup[language].search(folded) or patterns.pronoun.search(folded)) is not None


def _other(question: str) -> str | None:
    """The thing or time that a question names in place of another, and asks nothing new of (and X? X呢); else None."""
    match = question_patterns().other.match(question.strip())
    if match is None:
        return None
    named = next(group for group in match.groups() if group).strip(" ,，?？")
    patterns = question_patterns()
    if not named or patterns.interrogative.search(named):
        return None
    if _is_a_time(named):
        return named
    is_a_thing = any(not _asks_only(phrase.text) for phrase in _phrases(named))
    return named if is_a_thing and not patterns.clause.search(fold(named)) else None


def _meant_after(earlier: str, meant: str, language: Language, nearest: Nearest) -> Asked:
    """What is asked where `meant` takes back something of `earlier`: a thing, or what was asked of it."""
    names_a_thing = _names_a_thing(meant)
    if names_a_thing and len(content_words(meant)) > FULL[language]:
        return Asked(meant, leans=False)
    if names_a_thing and not question_patterns().interrogative.search(meant):
        return _exchanged(earlier, meant, language, nearest)
    topic = topic_of(_without_dates(earlier) if _names_a_date(meant) else earlier)
    return Asked(meant, topic, tentative=names_a_thing and not question_patterns().pronoun.search(fold(meant)))


def _exchanged(earlier: str, named: str, language: Language, nearest: Nearest) -> Asked:
    """`earlier` with `named` for the thing that it is most like; a time is added, for another if there is one."""
    if _names_a_date(named):
        return Asked(f"{_without_dates(earlier)} {named}")
    if names_a_time_before(named):
        now = question_patterns().now.sub(" ", earlier)
        return Asked(_at_the_time_before(earlier, language) or f"{now} {named}", other=named)
    if _is_a_time(named):
        return Asked(f"{_without_dates(earlier)} {named}")
    part = _part_like(earlier, named)
    if part is not None:
        return Asked(f"{earlier[: part.start]}{named}{earlier[part.end :]}", other=named, replaced=part.text)
    things = [phrase for phrase in _phrases(earlier) if _is_a_thing(phrase.text)]
    # Another unit is asked of the same rank: the assistant director of that one.
    things = [phrase for phrase in things if _names_a_rank(named) or not _names_a_rank(phrase.text)][-THINGS:]
    if not things:
        return Asked(f"{earlier} {named}", other=named)
    alike = [phrase for phrase in things if _is_like(phrase.text, named)] or things
    thing = alike[nearest(named, [phrase.text for phrase in alike])]
    return Asked(f"{earlier[: thing.start]}{named}{earlier[thing.end :]}", other=named, replaced=thing.text)


def _names_a_rank(text: str) -> bool:
    return any(rank.search(fold(text)) for rank in question_patterns().ranks)


def _part_like(earlier: str, named: str) -> _Phrase | None:
    """Where a text names a part (phase 1) of the kind that another one names (the second phase)."""
    kinds, folded = {kind for (kind, _), _, _ in find_parts(fold(named))}, fold(earlier)
    if len(folded) != len(earlier):
        return None
    found = [(start, end) for (kind, _), start, end in find_parts(folded) if kind in kinds]
    return _Phrase(*found[0], earlier[slice(*found[0])], names=True) if found else None


def _is_like(phrase: str, named: str) -> bool:
    """Whether both name a place, or end in the same character."""
    if places().named(fold(named)):
        return bool(places().named(fold(phrase)))
    return phrase[-1] == named[-1] and not named.isascii()


def _at_the_time_before(earlier: str, language: Language) -> str | None:
    """`earlier` asked of the year before the one that it names; None where it names none."""
    years = [q.value[:4] for q in find_quantities(earlier) if q.kind == "date" and q.value[:4].isdigit()]
    if not years:
        return None
    before = int(years[-1]) - 1
    return f"{_without_dates(earlier)} " + (f"{before}年" if language == "zh" else f"in {before}")


def _phrases(text: str) -> list[_Phrase]:
    """The phrases of a text in written Chinese or English, in order: in English, words of topic in a row."""
    phrases: list[_Phrase] = []
    for run in _RUN.finditer(text):
        if run["mixed"]:
            phrases.append(_Phrase(run.start(), run.end(), run.group(), names=True))
        elif not run.group().isascii():
            for start, end, noun in chinese_phrases(run.group(), question_patterns().stopwords):
                words = run.group()[start:end]
                phrases.append(_Phrase(run.start() + start, run.start() + end, words, noun and _is_a_thing(words)))
        elif phrases and phrases[-1].text.isascii() and phrases[-1].names and not _asks_only(run.group()):
            first = phrases.pop().start
            phrases.append(_Phrase(first, run.end(), text[first : run.end()], names=True))
        else:
            phrases.append(_Phrase(run.start(), run.end(), run.group(), not _asks_only(run.group())))
    return phrases


def _is_a_thing(phrase: str) -> bool:
    asks = _asks_only(phrase) or question_patterns().interrogative.search(phrase) or _is_a_time(phrase)
    return len(phrase) > 1 and not asks


def _asks_only(word: str) -> bool:
    """Whether a word says what is asked of a thing and not of which."""
    patterns, bare = question_patterns(), fold(word).removesuffix("'s")
    return bare in patterns.stopwords or bare in patterns.attributes or word.isdigit()


def names_a_time_before(text: str) -> bool:
    """Whether a text names an earlier time by a word (last year)."""
    folded, patterns = fold(text), question_patterns()
    return patterns.time.search(folded) is not None and patterns.before.search(folded) is not None


def _is_a_time(text: str) -> bool:
    return _names_a_date(text) or question_patterns().time.search(fold(text)) is not None


def _names_a_date(text: str) -> bool:
    return any(quantity.kind == "date" for quantity in find_quantities(text))


def _without_dates(text: str) -> str:
    for quantity in reversed(find_quantities(text)):
        if quantity.kind == "date":
            text = text[: quantity.start] + text[quantity.end :]
    return text
