"""Whether a sentence says what the wording of a question calls for: the unit counted, the cues (now, at most)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.lexicon import content_words, is_said, places, question_patterns, synonyms
from bot.parts import Part, find_parts, parts_in
from ingest.bilingual import title_of
from ingest.characters import han_count
from vectorstore.quantities import Quantity
from vectorstore.tokens import fold, weighted_tokens

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_MEASURE = "个名人宗条间种项次张座部位所国类步层岁辆只台家倍吨科对架组级页成本份场节艘队款期批"
_COUNTED_ZH = re.compile(rf"(?:多少|几)(?:多)?(?P<measure>[{_MEASURE}](?=\w|$))?(?P<noun>[\u4e00-\u9fff]{{0,6}})")
_COUNTED_EN = re.compile(
    r"how many\s+(?P<noun>(?:[\w-]+\s*?){1,4}?)(?=\s+(?:are|were|was|is|did|do|does|have|has|had|can|got|in|at|of|for"
    r"|to|count|there|will|would|that|who|applied|came|went|still)\b|[?.,!]|$)"
)
_SHORT = r"(?P<short>[A-Z][A-Za-z0-9&-]{0,8}[A-Z][A-Za-z0-9&-]{0,8})"
_IN_BRACKETS = re.compile(rf"(?:(?P<quoted>[」』])|\W{{0,3}})\s?[(（]{_SHORT}[)）]")
"""An abbreviation in brackets, as it stands after what it abbreviates."""
_ENTRY = re.compile(rf"{_SHORT}(?:\s?[:：=]|\s)\s?.*[^\s.。!?！？]")
"""A line of a glossary, which is no sentence."""
_EXPLAINED = re.compile(r"\| ?(?P<term>[^|\d]{2,60}?) ?\| ?(?P<said>[^|]+?) ?\|?")
_PHRASE_ZH, _PHRASE_EN = 6, 4
"""Characters or words that an explanation has at least."""
_WINDOW_ZH, _WINDOW_EN = 8, 45
"""Code points after a number in which the thing that it counts is looked for."""
LONG = {False: 40, True: 90}
"""Code points of a Chinese and of an English message that tells a story before it asks."""
STORY = 3  # clauses
_CLAUSE = re.compile(r"(?<=[。！？!?，,；;\n])|(?<=\.)(?=\s)")
OF_TOPIC = 0.5
"""What it is worth that a number counts something that the question speaks of, where that counts nothing by name."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a question counts, if it counts something, and the sentence patterns of its cues.

    `nouns` say what is counted; `things` are the words of topic where a measure alone does (拘捕了多少个). `asked` is
    what a long message asks, without its story. `level` says that it asks how many there are, not how many were added;
    `to_come` that it asks of the future, `now` of the present. `places` and `parts` are those that it names. `variants`
    are the kinds of thing of which it names a variant (a single room): each with the pattern of those that it names,
    and of all there are.
    """

    measure: str | None
    nouns: frozenset[str]
    things: frozenset[str]
    cues: tuple[re.Pattern[str], ...]
    asked: str
    level: bool = False
    to_come: bool = False
    now: bool = False
    places: frozenset[int] = frozenset()
    parts: frozenset[Part] = frozenset()
    variants: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()


def asked_clauses(question: str) -> str:
    """What a long message asks, without what it tells before: from the last clause that asks something on.

    Who tells of himself first (I graduate next year, and we heard it was extended, until when is it?) asks of no year.
    """
    if len(question) <= LONG[question.isascii()]:
        return question
    clauses = [clause for clause in _CLAUSE.split(question) if clause.strip()]
    if len(clauses) < STORY:
        return question
    asking = [at for at, clause in enumerate(clauses) if question_patterns().interrogative.search(fold(clause.strip()))]
    return "".join(clauses[asking[-1] :]) if asking else question


def wording_of(question: str) -> Wording:
    """The wording of a question in written Chinese or English."""
    folded = fold(question)
    match = _COUNTED_EN.search(folded) or _COUNTED_ZH.search(folded)
    counted = match.groupdict() if match else {}
    nouns = frozenset(weighted_tokens(counted.get("noun") or "", question_patterns().stopwords))
    things = _things(folded) if match and not nouns else frozenset()
    patterns = question_patterns()
    rest = patterns.either_way.sub(" ", folded)
    cues = tuple(said for asked, said in patterns.cues if asked.search(rest))
    if rest != folded:
        cues += (patterns.compared,)
    level = match is not None and not patterns.change.search(folded)
    to_come = bool(patterns.to_come.search(folded))
    now = bool(patterns.now.search(folded))
    named = places().named(folded)
    variants = tuple(_named_variants(folded))
    return Wording(
        counted.get("measure"),
        nouns,
        things,
        cues,
        asked_clauses(question),
        level,
        to_come,
        now,
        named,
        parts_in(folded),
        variants,
    )


def as_read(question: str) -> str:
    """A question in the form that the reading model knows: how many there were, for more or fewer.

    Over "are complaints up or down" it finds nothing in "6,874 complaints, a fall of 9 per cent", -1.5; over "are
    complaints how many" 1.5.
    """
    how_many = " how many " if question.isascii() else "有多少"
    return question_patterns().either_way.sub(how_many, question)


def _named_variants(folded: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    for variants in question_patterns().variants:
        if named := [variant.pattern for variant in variants if variant.search(folded)]:
            yield re.compile("|".join(named)), re.compile("|".join(variant.pattern for variant in variants))


def _things(folded: str) -> frozenset[str]:
    """The words of topic of a question, and the official ones for them."""
    said = " ".join([folded, *(word for words in synonyms().of(folded).values() for word in words)])
    return frozenset(token for token in content_words(said) if len(token) > 1)


def unit_fit(wording: Wording, text: str, quantities: Sequence[Quantity]) -> float:
    """How well the best number of a sentence counts the thing asked for, 0 to 1; 0 where nothing is counted."""
    return max((_counts(wording, text, q) for q in quantities if q.kind == "number"), default=0.0)


def _counts(wording: Wording, text: str, quantity: Quantity) -> float:
    window = _WINDOW_ZH if any("\u4e00" <= c <= "\u9fff" for c in text[quantity.end : quantity.end + 4]) else _WINDOW_EN
    after = fold(text[quantity.end : quantity.end + window])
    measured = 0.5 if wording.measure and wording.measure in after[:4] else 0.0
    if all(noun.isascii() for noun in wording.nouns | wording.things):
        after = _HAN.sub(" ", after)  # cutting Chinese would load its dictionary for nothing
    held = wording.nouns & _tokens(after)
    named = len(held) / len(wording.nouns) if wording.nouns else OF_TOPIC * bool(wording.things & _tokens(after))
    return min(1.0, measured + named)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    return frozenset(weighted_tokens(text))


def cue_fit(wording: Wording, text: str) -> float:
    """The share of a question's cues that a sentence answers, 0 to 1; 0 where the question has none."""
    if not wording.cues:
        return 0.0
    folded = fold(text)
    return sum(bool(said.search(folded)) for said in wording.cues) / len(wording.cues)


def _without_parts(text: str) -> str:
    for _, start, end in sorted(find_parts(text), key=lambda part: -part[1]):
        text = f"{text[:start]} {text[end:]}"
    return text


def speaks_of_other(other: str, text: str, rarity: Callable[[str], float]) -> bool:
    """Whether a folded text speaks of what a follow-up names in place of another thing: of its parts (phase 2), of most
    of its other words, and of the rarest one that the reports know, by `rarity` (0 for words that they do not know)."""
    if not parts_in(fold(other)) <= parts_in(text):
        return False
    put = _without_parts(fold(synonyms().put_as(other, text)))
    named = content_words(put)
    tokens = _tokens(text)
    held = {token for token in named if token in tokens or (not token.isascii() and token in text)}  # 个人 in 个人用户
    rarest = max(map(rarity, named), default=0.0)
    return 2 * len(held) >= len(named) and (not rarest or any(rarity(token) == rarest for token in held))


def spells_out(question: str, text: str, names: Sequence[str]) -> bool:
    """Whether a text has the full name of what a folded question abbreviates: before it (Screening Mechanism (SM)), or
    after it on a line of a glossary.

    `names` are the other names of what the question names.
    """
    entry = _ENTRY.fullmatch(text)
    if entry is not None and is_said(fold(entry["short"]), question):
        return True
    return any(
        is_said(fold(match["short"]), question)
        and (match["quoted"] or any(fold(text[: match.start()]).endswith(fold(name)) for name in names))
        for match in _IN_BRACKETS.finditer(text)
    )


def explains(question: str, row: str) -> bool:
    """Whether a line of a glossary (`| 工位 Work bay | 供一名考生应考的空间 |`) says what a folded question names."""
    entry = _EXPLAINED.fullmatch(row)
    if entry is None or not (han_count(entry["said"]) >= _PHRASE_ZH or len(entry["said"].split()) >= _PHRASE_EN):
        return False
    title = title_of(entry["term"])
    return any(is_said(fold(name), question) for name in (title.zh, title.en) if len(name) > 1)
