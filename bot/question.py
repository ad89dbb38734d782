"""A question as it was typed → what is looked for: language, script, kind of answer, standalone form, terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from bot.answer import Register, Turn
from bot.follow_ups import Asked, Nearest, asked_after
from bot.lexicon import cantonese, content_words, is_said, question_patterns, smalltalk, synonyms
from bot.short_years import with_whole_years
from prompts import LanguageChoice
from vectorstore.abbreviations import Abbreviations
from vectorstore.quantities import Quantity, find_quantities
from vectorstore.schema import Language, Term
from vectorstore.tokens import chinese_words, convert_script, fold, is_chinese_noun, weighted_tokens

MAX_QUESTION = 1000
"""Code points; longer texts are not questions."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
_OTHER_SCRIPT = re.compile(r"[\u3040-\u30ff\uac00-\ud7af\u0e00-\u0e7f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f]")
_ENGLISH_FRAME = re.compile(
    r"\b(?:what|who|when|where|which|why|how|is|are|was|were|do|does|did|can|tell|explain|many|much|the|of|about)\b",
    re.I,
)
_CHINESE_FRAME = re.compile("[的了吗呢嘅咗㗎幾几多少谁誰哪邊边什么甚麼何是係有在喺]")
_WHO = re.compile(r"谁(?P<after>[\u4e00-\u9fff]{1,4}|\s?[A-Za-z]+)")
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}(?![A-Za-z0-9])")
Mended = Callable[[str], str]

NAMED_IN_PASSING = frozenset({"money", "website", "phone", "email", "clock", "duration", "date"})
"""Kinds that a question may name a thing of (a fee, the website) without asking for one."""
ADDRESSES = frozenset({"phone", "email", "website"})
"""Kinds that a question does not ask for which asks when, why or how many (calls to the hotline)."""
PREVIOUS_TURN_WEIGHT = 0.5
SYNONYM_WEIGHT = 0.7
NAME_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to the turn before: a sentence of the reports, the words of it that answered, and the `kind` of answer
    that was asked for."""

    passage_id: str
    number: int
    words: str
    kind: str = "other"


@dataclass(frozen=True)
class Question:
    """A question, understood.

    `text` is what was typed, cleaned; `standalone` is it with the conversation's topic added; `normalised` is the
    standalone form as the embedding sees it (Cantonese as written Chinese, Simplified). `terms` weighs the tokens to
    look for; `own` are those of the question itself, `alternatives` what says the same as one of them. `kind` is the
    kind of answer wanted. `smalltalk` names a kind of small talk or is None.
    `other` is the thing or time that a follow-up names in place of another (and X?), "" for none.
    `tentative` says that it leans on the conversation, and may well stand by itself, `corrects` that it takes back what
    was asked before (no, I meant …). `said` is what the turn that it
    leans on was answered with, None for nothing.
    """

    text: str
    register: Register
    script: Literal["latin", "zh-Hans", "zh-Hant"]
    standalone: str
    normalised: str
    kind: str
    terms: Mapping[str, float]
    quantities: tuple[Quantity, ...]
    names: tuple[str, ...] = ()
    own: Mapping[str, float] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    smalltalk: str | None = None
    steering: bool = False
    tentative: bool = False
    other: str = ""
    corrects: bool = False
    said: Said | None = None

    @property
    def leans(self) -> bool:
        """Whether it takes something of the turns before it."""
        return self.standalone != self.text

    def asks_again(self, before: Question) -> bool:
        """Whether it may ask the same as the turn before: it brings no new word, or asks in the other language."""
        new = {token for token, weight in self.own.items() if weight >= 1} - set(before.own)
        return not new or self.language != before.language

    @property
    def language(self) -> Language:
        """The side of the report that answers."""
        return "en" if self.register == "en" else "zh"


def sanitise(text: str) -> str:
    """What was typed without what cannot be shown (surrogates, control and format characters), white space folded."""
    kept = "".join(
        " "
        if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Zs")
        else ""
        if unicodedata.category(c) in ("Cf", "Cs", "Co", "Cn")
        else c
        for c in text
    )
    return " ".join(kept.split())


def is_chinese(text: str) -> bool:
    """Whether a text asks in Chinese: its Han characters are more than names in a text of another language."""
    han = len(_HAN.findall(text))
    if not han or _OTHER_SCRIPT.search(text):
        return False
    return bool(_CHINESE_FRAME.search(text)) or not _ENGLISH_FRAME.search(text)


def script_of(text: str) -> Literal["zh-Hans", "zh-Hant"] | None:
    """The Chinese script that most of the text's telling characters belong to; None when every character is both."""
    simplified = sum(a != b for a, b in zip(text, convert_script(text, "s2t"), strict=False))
    traditional = sum(a != b for a, b in zip(text, convert_script(text, "hk2s"), strict=False))
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def detect_register(text: str, history: Sequence[Turn] = ()) -> Register:
    """The register of a question; a text that both scripts share takes the conversation's, else Traditional."""
    if not is_chinese(text):
        return "en"
    script = script_of(text)
    if script is None:
        scripts = [script_of(turn.question) for turn in reversed(history) if is_chinese(turn.question)]
        script = next((found for found in scripts if found), "zh-Hant")
    if script == "zh-Hans":
        return "zh-Hans"
    return "yue" if cantonese().marks.search(text) else "zh-Hant"


def to_written_chinese(text: str) -> str:
    """A Chinese question as the report would write it: Cantonese words replaced, Simplified.

    邊個 asks who, and before a noun which one (邊個部門).
    """
    if not _HAN.search(text):
        return text  # what is English has no use for the tables, which take a while to load
    written = convert_script(cantonese().to_written(text), "hk2s").replace("甚么", "什么")
    return _WHO.sub(_which, written)


def _written(text: str, language: Language) -> str:
    """A question in written Chinese or English, without what stands for something else as it was typed."""
    capitals = question_patterns().capitals
    if text != text.upper() or _HAN.search(text):
        text = _CAPITALS.sub(lambda match: capitals.get(match.group(), {}).get(language, match.group()), text)
    return with_whole_years(to_written_chinese(text))


def _which(match: re.Match[str]) -> str:
    after, patterns = match["after"].strip(), question_patterns()
    if after.isascii():
        is_noun = after.lower() in patterns.units
    else:
        word = next(iter(chinese_words(after)), "")
        is_noun = word not in patterns.who and (word in patterns.units or is_chinese_noun(word))
    return f"哪个{match['after']}" if is_noun else match.group()


def _answer_kind(folded: str) -> str | None:
    patterns = question_patterns()
    kinds = (kind for kind, pattern in patterns.types if pattern.search(folded) or _names(kind, folded))
    kind = next((kind for kind in kinds if kind not in ADDRESSES or not patterns.figure.search(folded)), None)
    return "yesno" if kind in NAMED_IN_PASSING and patterns.whether.search(folded) else kind


def _names(kind: str, folded: str) -> bool:
    """Whether a question names a thing of a kind (a fee), and asks for nothing else outright."""
    patterns = question_patterns()
    named = patterns.named.get(kind)
    return named is not None and named.search(folded) is not None and not patterns.outright.search(folded)


def _kind_of_the_turn_before(folded: str, said: str) -> str | None:
    """The kind of answer that the turns before asked for, unless the question asks for something of its own."""
    return None if question_patterns().what.search(folded) else _answer_kind(fold(to_written_chinese(said)))


def _content(text: str) -> dict[str, float]:
    return weighted_tokens(text, question_patterns().stopwords)


def _asked(
    typed: str, history: Sequence[Turn], language: Language, nearest: Nearest, mended: Mended
) -> tuple[Asked, str]:
    """What is asked in the light of the turns before, and their text as far as the question leans on it."""
    earlier, said = "", ""
    for turn in history:
        text = sanitise(turn.question)[:MAX_QUESTION]
        written = mended(_written(text, language))
        asked = asked_after(earlier, written, language, nearest)
        earlier = asked.left_to(language)
        said = text if not said or not asked.leans or earlier == written else f"{said} {text}"
    written = mended(_written(typed, language))
    if not history:
        written = _contact_asked_for(written, language) or written
    asked = asked_after(earlier, written, language, nearest)
    return asked, said if asked.leans else ""


def _contact_asked_for(written: str, language: Language) -> str | None:
    """What a question asks for that only says how one wants to reach the body (電話), in full; None for any other."""
    bare = fold(written).strip(" ?？!！.。,，~～")
    return next((full[language] for asked, full in question_patterns().contacts if asked.fullmatch(bare)), None)


def _names_in(folded: str, terms: Sequence[Term], language: Language) -> dict[str, list[str]]:
    """The names that stand in a folded text, each with the thing's other names; in English, the English ones."""
    names: dict[str, list[str]] = {}
    for term in terms:
        named = next((name for name in term.names if is_said(_folded(name), folded)), None)
        if named is not None:
            names[named] = [name for name in term.names if name != named and (language == "zh" or name.isascii())]
    return names


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return fold(name)


def _search_terms(text: str, earlier: str, names: Sequence[str]) -> dict[str, float]:
    weights = _content(text)
    others = [" ".join(official) for official in synonyms().of(fold(f"{earlier} {text}")).values()]
    for part, factor in (
        (earlier, PREVIOUS_TURN_WEIGHT),
        *((other, SYNONYM_WEIGHT) for other in others),
        *((name, NAME_WEIGHT) for name in names),
    ):
        added = _content(part)
        # A name or synonym is one thing however many words it has; an earlier turn is as many as it has words.
        share = 1.0 if part == earlier else 1.0 / max(1.0, sum(added.values()))
        for token, weight in added.items():
            weights.setdefault(token, weight * factor * share)
    return weights


def _alternatives(folded: str, names: Mapping[str, Sequence[str]]) -> dict[str, tuple[frozenset[str], ...]]:
    """For every token of a question the sets of tokens that say the same: each official word, each other name."""
    found: dict[str, list[frozenset[str]]] = {}
    for said, others in (*synonyms().of(folded).items(), *names.items()):
        alternatives = [content_words(other) for other in others]
        for token in _content(said):
            found.setdefault(token, []).extend(alternative for alternative in alternatives if alternative)
    return {token: tuple(dict.fromkeys(sets)) for token, sets in found.items()}


def understand(
    typed: str,
    history: Sequence[Turn] = (),
    terms: Sequence[Term] = (),
    language: LanguageChoice = "auto",
    abbreviations: Abbreviations | None = None,
    nearest: Nearest = lambda text, phrases: 0,
    mended: Mended = lambda text: text,
) -> Question:
    """Read a question in the light of the conversation so far, and of the names and words of the reports.

    `nearest` finds the thing of an earlier question that a follow-up names another one for; by default the first.
    `mended` gives a text in written Chinese or English as it was meant (its mistyped words); by default as it is.
    """
    text = sanitise(typed)
    register = detect_register(text, history)
    side: Language = "en" if register == "en" else "zh"
    asked, said = _asked(text[:MAX_QUESTION], history, side, nearest, mended)
    written, topic, normalised = asked.text, asked.topic, asked.whole
    folded = fold(written)
    kinds, steering = smalltalk()
    bare = re.sub(r"[^\w\s]|_", "", folded).strip()
    named = _names_in(fold(normalised), terms, side)
    if abbreviations is not None:
        named |= abbreviations.spell_out(folded)
    names = tuple(dict.fromkeys(name for others in named.values() for name in others))
    named_of = question_patterns().either_way.sub(" ", written)
    own = {token: PREVIOUS_TURN_WEIGHT * weight for token, weight in _content(topic).items()}
    return Question(
        text=text,
        register=register if language == "auto" else language,
        script="latin" if register == "en" else (script_of(text) or "zh-Hant"),
        standalone=f"{said} {text}".strip(),
        normalised=normalised,
        kind=_answer_kind(folded) or _kind_of_the_turn_before(folded, said) or "other",
        terms=_search_terms(named_of, topic or asked.replaced, names),
        quantities=tuple(find_quantities(normalised)),
        names=names,
        own=own | _content(named_of),
        alternatives=_alternatives(fold(normalised), named),
        smalltalk=next((kind for kind, pattern in kinds.items() if pattern.fullmatch(bare)), None),
        tentative=asked.tentative,
        other=asked.other,
        corrects=asked.corrects,
        steering=bool(steering.search(fold(typed.encode("utf-8", "replace").decode())) or steering.search(folded)),
    )
