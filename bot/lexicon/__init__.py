"""What the assistant knows of English, Chinese and Cantonese as people type them: tables, no facts of any report."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from vectorstore.schema import Language
from vectorstore.tokens import convert_script, fold, weighted_tokens

_LETTER = re.compile(r"[a-z0-9]")
_PATTERNS = (
    "two_things",
    "either_way",
    "compared",
    "change",
    "to_come",
    "overview",
    "interrogative",
    "what",
    "outright",
    "figure",
    "full_name",
    "whether",
    "pronoun",
    "other",
    "clause",
    "time",
    "before",
    "formerly",
    "former",
    "anaphor",
    "these",
    "pair",
    "every",
    "new_topic",
    "correction",
    "not_meant",
    "now",
)
_COUNTED = (
    "個个一二兩两三四五六七八九十幾几間间棟栋幢座條条張张份"
    "本隊队項项隻只架類类種种款樣样層层班批段件級级支届屆場场區区組组科部套"
)
_NUMERALS, _PLAIN = "一二兩两三四五六七八九十", "度個个間间啲科位處处"
_HOUR, _SIDE = rf"(?<![\d{_NUMERALS}零半])", "(?<![左右旁一兩两那這这呢嗰上下前後后裡里外海河路身街東东南西北])"
_PLURAL = re.compile(r"^e?s(?![a-z0-9])")


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Cantonese:
    """Written Chinese for Cantonese words, and the signs that a text is Cantonese."""

    patterns: tuple[str, ...]
    replacements: dict[str, str]
    marks: re.Pattern[str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What is replaced, and what shields it; compiled for the first text that is Cantonese."""
        return re.compile("|".join(self.patterns))

    def to_written(self, text: str) -> str:
        """`text` with its Cantonese function words replaced by written ones; a text that is not Cantonese unchanged."""
        if not self.marks.search(text):
            return text
        return self.pattern.sub(lambda match: self.replacements.get(match.group(), match.group()), text)


def _both_scripts(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in (word, convert_script(word, "hk2s"))}


def _with_variants(replace: Mapping[str, str], variants: Mapping[str, str]) -> dict[str, str]:
    """The table with its keys of two characters and more as they are typed too; what stands in it goes first."""
    typed = str.maketrans(dict(variants))
    return {key.translate(typed): written for key, written in replace.items() if len(key) > 1} | dict(replace)


def _guarded(key: str) -> str:
    """The pattern of a key: a letter begins no word (有Disneyland), 左 is no direction (左右, 左邊), 主 no 主席.

    點 after a number is the hour (八點去), 邊 after a direction a side (左邊兩間);
    邊 before what is counted asks for which one (喺邊幾個).
    """
    ends = {"d": r"(?![A-Za-z0-9])", "左": "(?!右|[邊边](?![度個个間间啲科位]))", "主": "(?![席任管持教])"}
    after = ends.get(key[-1], "")
    if len(key) > 1 and key[-1] in "邊边" and key[0] not in "嗰呢":
        after = f"(?![{_COUNTED}])"
    is_side = key[0] in "邊边" and len(key) > 1 and key[1] not in _PLAIN
    before = _HOUR if key[0] in "點点" else _SIDE if is_side else ""
    return before + re.escape(key) + after


@cache
def cantonese() -> Cantonese:
    """The Cantonese table, longest keys first; words to keep shield the keys inside them."""
    table = _table("cantonese")
    replace = _with_variants(table["replace"], table["variants"])
    replacements = {convert_script(key, "hk2s"): written for key, written in replace.items()} | replace
    keep = _both_scripts(table["keep"]["words"])
    keys = sorted({*replacements, *keep}, key=len, reverse=True)
    which = {key for key in replace if key.startswith("邊") and len(key) == len("邊年")}
    words = map(_guarded, _both_scripts({*table["marks"]["words"], *which}))
    marks = [*words, *table["marks"]["patterns"], f"[{table['marks']['characters']}]"]
    patterns = tuple(re.escape(key) if key in keep else _guarded(key) for key in keys)
    return Cantonese(patterns, replacements, re.compile("|".join(marks)))


@dataclass(frozen=True)
class QuestionPatterns:
    """Words without topic, words that are not mended, what follows 邊個, things that have names, variants of a thing,
    what capitals stand for, the kinds of answer a question may want, the signs of follow-ups and of two things asked.

    A cue pairs what a question says with what a sentence that answers it says ("now" with "at present"), a contact what
    a question says with what it asks for, by language.
    """

    stopwords: frozenset[str]
    attributes: frozenset[str]
    spelled: frozenset[str]
    single: frozenset[str]
    who: frozenset[str]
    units: frozenset[str]
    namesakes: frozenset[str]
    variants: tuple[tuple[re.Pattern[str], ...], ...]
    capitals: Mapping[str, Mapping[Language, str]]
    types: tuple[tuple[str, re.Pattern[str]], ...]
    named: Mapping[str, re.Pattern[str]]
    followup: dict[str, re.Pattern[str]]
    cues: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    ranks: tuple[re.Pattern[str], ...]
    contacts: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]
    two_things: re.Pattern[str]
    either_way: re.Pattern[str]
    compared: re.Pattern[str]
    change: re.Pattern[str]
    to_come: re.Pattern[str]
    overview: re.Pattern[str]
    interrogative: re.Pattern[str]
    what: re.Pattern[str]
    outright: re.Pattern[str]
    figure: re.Pattern[str]
    full_name: re.Pattern[str]
    whether: re.Pattern[str]
    pronoun: re.Pattern[str]
    other: re.Pattern[str]
    clause: re.Pattern[str]
    time: re.Pattern[str]
    before: re.Pattern[str]
    formerly: re.Pattern[str]
    former: re.Pattern[str]
    anaphor: re.Pattern[str]
    these: re.Pattern[str]
    pair: re.Pattern[str]
    every: re.Pattern[str]
    new_topic: re.Pattern[str]
    correction: re.Pattern[str]
    not_meant: re.Pattern[str]
    now: re.Pattern[str]


@cache
def question_patterns() -> QuestionPatterns:
    """The tables of `questions.toml`, compiled; patterns are searched in folded text."""
    table = _table("questions")

    def words(name: str) -> frozenset[str]:
        return frozenset(word for language in ("en", "zh") for word in fold(table[name][language]).split())

    return QuestionPatterns(
        words("stopwords"),
        words("attribute"),
        frozenset(table["kept"]["en"].split()),
        frozenset(table["kept"]["zh"].split()),
        frozenset(table["who"]["verbs"].split()),
        frozenset(table["who"]["units"].split()),
        frozenset(table["namesakes"]["zh"].split()),
        tuple(tuple(map(re.compile, patterns)) for patterns in table["variants"].values()),
        table["capitals"],
        tuple((kind, re.compile("|".join(patterns))) for kind, patterns in table["types"].items()),
        {kind: re.compile("|".join(patterns)) for kind, patterns in table["named"].items()},
        {language: re.compile("|".join(patterns)) for language, patterns in table["followup"].items()},
        tuple((re.compile(asked), re.compile(said)) for asked, said in table["cues"].values()),
        tuple(map(re.compile, table["ranks"]["patterns"])),
        tuple((re.compile("|".join(contact.pop("patterns"))), contact) for contact in table["contact"].values()),
        *(re.compile("|".join(table[name]["patterns"]), re.I) for name in _PATTERNS),
    )


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about, as search terms: whole ones, and none without topic."""
    weights = weighted_tokens(text, question_patterns().stopwords)
    return frozenset(word for word, weight in weights.items() if weight >= 1)


@dataclass(frozen=True)
class HeadPatterns:
    """How one asks of a person, what names the body, how one asks who leads it (matched whole, with `body` for its
    names), and the post of a head, with the name of what it is the head of where it says; `who` begins the question
    for the post."""

    person: re.Pattern[str]
    named: re.Pattern[str]
    asked: re.Pattern[str]
    post: re.Pattern[str]
    body: Mapping[Language, str]
    who: Mapping[Language, str]


@cache
def head_patterns() -> HeadPatterns:
    """The table `head` of `questions.toml`; the patterns are matched in folded text."""
    table = _table("questions")["head"]
    person, named, asked, post = ("|".join(table[name]) for name in ("person", "named", "asked", "post"))
    for place, words in table["around"].items():
        asked = asked.replace(f"<{place}>", words)
    return HeadPatterns(
        re.compile(person), re.compile(named), re.compile(asked), re.compile(post), table["body"], table["who"]
    )


@cache
def smalltalk() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str]]:
    """Patterns of small talk by kind (matched whole), and of attempts to steer the assistant (searched)."""
    table = _table("smalltalk")
    steering = re.compile("|".join(table.pop("steering")), re.S)
    return {kind: re.compile("|".join(f"(?:{p})" for p in patterns)) for kind, patterns in table.items()}, steering


class Words:
    """Many words, each found in a text where none begins before it there, and none that is longer at the same place.

    A pattern of them all would do the same, and takes longer to be compiled than a first question to be answered.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """`words` are folded. A Latin one is found as a whole: there is no app in apply."""
        self._from: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._from.setdefault(word[0], []).append(word)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they stand, start and end; in capitals or not."""
        lower = "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)
        at = 0
        while at < len(lower):
            word = next((word for word in self._from.get(lower[at], ()) if _stands(word, lower, at)), None)
            if word is not None:
                yield at, at + len(word)
            at += len(word or " ")


def _stands(word: str, text: str, at: int) -> bool:
    end = at + len(word)
    if not text.startswith(word, at):
        return False
    return not word.isascii() or not (_LETTER.match(text[at - 1 : at]) or _LETTER.match(text[end : end + 1]))


@dataclass(frozen=True)
class Synonyms:
    """Words that official reports use for everyday ones, likeliest first."""

    words: Mapping[str, tuple[str, ...]]
    tables: tuple[Words, ...]

    def of(self, folded: str) -> dict[str, tuple[str, ...]]:
        """The everyday words that stand in `folded`, each with the official ones."""
        found = [folded[start:end] for table in self.tables for start, end in table.places(folded)]
        return {word: self.words[word] for word in found}

    def put_as(self, question: str, text: str) -> str:
        """`question` in the words of `text` (folded): official ones that stand there, for everyday ones that do not."""
        for table in self.tables:
            said, at = [], 0
            for start, end in table.places(question):
                said += [question[at:start], self._official(question[start:end], text)]
                at = end
            question = "".join([*said, question[at:]])
        return question

    def _official(self, everyday: str, text: str) -> str:
        word = fold(everyday)
        if is_said(word, text):
            return everyday
        return next((other for other in self.words.get(word, ()) if is_said(other, text)), everyday)


def is_said(word: str, text: str) -> bool:
    """Whether a folded text holds a folded word or name; a Latin one as a whole, plural or not."""
    start = text.find(word)
    while start >= 0:
        after = _PLURAL.sub("", text[start + len(word) : start + len(word) + 3])
        if not word.isascii() or not (_LETTER.match(text[start - 1 : start]) or _LETTER.match(after)):
            return True
        start = text.find(word, start + 1)
    return False


@cache
def synonyms() -> Synonyms:
    """The tables of `synonyms.json`; the longest entry wins.

    Everyday words, folded, and the words that official reports use for the same thing. A question that holds the first
    gains the others, as weaker terms. They are language: no name, figure or programme stands there. As TOML they took
    40 times as long to be read.
    """
    table = json.loads((files(__name__) / "synonyms.json").read_text(encoding="utf-8"))
    words = {word: tuple(others) for language in ("en", "zh") for word, others in table[language].items()}
    return Synonyms(words, (Words(table["en"]), Words(table["zh"])))


@dataclass(frozen=True)
class Places:
    """Places by their names in both languages."""

    pattern: re.Pattern[str]
    numbers: Mapping[str, int]

    def named(self, folded: str) -> frozenset[int]:
        """The numbers of the places that a folded text names."""
        return frozenset(self.numbers[name] for name in self.pattern.findall(folded))

    def is_named(self, place: int, folded: str) -> bool:
        """Whether a folded text names one place; quick where it does not."""
        return any(number == place and name in folded for name, number in self.numbers.items()) and (
            place in self.named(folded)
        )


@cache
def places() -> Places:
    """The tables of `places.toml`; the longest name wins."""
    places = [names for table in _table("places").values() for names in table["names"]]
    numbers = {name: number for number, names in enumerate(places) for name in names}
    names = "|".join(_whole(name) for name in sorted(numbers, key=len, reverse=True))
    return Places(re.compile(names), numbers)


def _whole(name: str) -> str:
    return rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name)


@dataclass(frozen=True)
class OtherLanguages:
    """The signs of languages that are neither English nor Chinese, by their two-letter codes."""

    words: dict[str, frozenset[str]]
    letters: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def other_languages() -> OtherLanguages:
    """The tables of `languages.toml`; words are folded, patterns are searched in folded text."""
    table = _table("languages")
    return OtherLanguages(
        {code: frozenset(fold(words).split()) for code, words in table["words"].items()},
        tuple((code, re.compile(pattern, re.S)) for code, pattern in table["letters"].items()),
    )
