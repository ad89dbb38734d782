"""What the guard of chat answers lets through, and what it stops: `python -m benchmarks.guard`.

Every sentence of the report is a draft of its own, in both scripts, and must pass; so must what says the same in other
figures. Every sentence is then falsified in each way that applies, and must not pass.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.answer import Register
from bot.assistant import Assistant
from bot.grounding import shown
from bot.guard import Draft, Guard
from bot.guard.claims import find_claims
from bot.guard.names import fold_same_length, normalise
from bot.question import Question, understand
from bot.settings import load_settings
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.schema import Language
from vectorstore.tokens import fold

Lie = Callable[[str, "Lies"], "str | None"]
"""A falsified form of a statement; None where the way does not apply."""

MOST_FALSE_REJECTIONS = 0.01
MOST_LET_THROUGH = {"number": 0.0, "digits": 0.0, "scale": 0.0, "year": 0.0, "month": 0.0, "name": 0.0}
_MONTHS = "January February March April May June July August September October November December".split()
_REVERSALS = {
    "en": "increase/decrease rise/fall rose/fell more than/less than approved/refused before/after at least/at most "
    "above/below arrival/departure",
    "zh": "增加/减少 上升/下跌 增幅/跌幅 超过/不足 批准/拒绝 之前/之后 至少/最多 以上/以下 入境/出境 "
    "增长/下降 延长/缩短",
}
_PLACES = (
    "罗湖 落马洲 皇岗 深圳湾 港珠澳大桥 屯门 将军澳 湾仔 红磡 广东 福建 广州 Lo_Wu Lok_Ma_Chau Huanggang Shenzhen_Bay "
    "Tuen_Mun Tseung_Kwan_O Wan_Chai Guangdong Fujian Guangzhou"
)
_NEGATIONS = (
    " is / is not | are / are not | was / was not | were / were not | has / has not | will / will not "
    "|已/并未|可/不可|均/均不|会/不会|無須/必須|无须/必须"
)


class Lies:
    """Ways to falsify a statement of a report, reproducible by seed."""

    def __init__(self, corpus: Corpus, terms: Sequence[Sequence[str]], seed: int = 1) -> None:
        self.random = random.Random(seed)
        self._terms = terms
        names = [n for group in terms for n in group if re.search(r"[A-Z]|[\u4e00-\u9fff]{3}", n)]
        for passage in corpus.passages.values():
            if passage.person is not None and passage.language == "zh":
                spans = [s for s in (passage.person.name_zh, passage.person.name_en) if s]
                names += [shown(corpus.person_text(passage, span), "en") for span in spans]
        every = {*names, *(place.replace("_", " ") for place in _PLACES.split())}
        self.names = sorted(every, key=lambda name: (-len(name), name))  # one order, whatever the hash seed

    def name(self, text: str, around: str = "") -> str | None:
        """A name of the statement replaced by another of the report, in the same language, that is not `around` it."""
        held = [n for n in self.names if re.search(rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])", text)]
        if not held:
            return None
        name = held[0]
        near = fold(f"{text} {around}")
        others = [
            n
            for n in self.names
            if n.isascii() == name.isascii() and not any(fold(o) in near for o in self._same(n)) and name not in n
        ]
        return text.replace(name, self.random.choice(others))

    def _same(self, name: str) -> Sequence[str]:
        return next((group for group in self._terms if name in group), (name,))

    def number(self, text: str) -> str | None:
        """One digit of a number changed."""
        return self._digits(text, lambda d: str((int(d[0]) % 9) + 1) + d[1:])

    def digits(self, text: str) -> str | None:
        """Two digits of a number exchanged."""
        return self._digits(text, lambda d: next((d[:i] + d[i + 1] + d[i] + d[i + 2 :] for i in range(len(d) - 1)
                                                  if d[i] != d[i + 1] and (i or d[1] != "0")), d))  # fmt: skip

    def _digits(self, text: str, change: Callable[[str], str]) -> str | None:
        numbers = [m for m in re.finditer(r"(?<![\d.,])\d[\d, ]*\d(?![\d.,])|(?<![\d.,])\d+(?![\d.,])", text)
                   if not re.fullmatch(r"(?:19|20)\d\d", m.group())]  # fmt: skip
        self.random.shuffle(numbers)
        for match in numbers:
            digits = re.sub(r"\D", "", match.group())
            if (other := change(digits)) != digits:
                return text[: match.start()] + other + text[match.end() :]
        return None

    def scale(self, text: str) -> str | None:
        """万 for 亿, million for billion, and the reverse."""
        pairs = [("亿", "万"), ("億", "萬"), ("million", "billion"), ("billion", "million"), ("万", "亿"), ("萬", "億")]
        for one, other in pairs:
            if re.search(rf"\d\s?{one}", text):
                return re.sub(rf"(\d\s?){one}", rf"\g<1>{other}", text, count=1)
        return None

    def year(self, text: str) -> str | None:
        """A year that the statement does not name in place of one that it does."""
        years = [c for c in find_claims(fold_same_length(normalise(text))) if re.match(r"date:\d{4}", c.value)]
        if not years:
            return None
        taken = {c.value[5:9] for c in years}
        other = next(str(y) for y in (2021, 2019, 2018, 2016) if str(y) not in taken)
        claim = self.random.choice(years)
        old = normalise(text)[claim.start : claim.end]
        spelled = "".join("零一二三四五六七八九"[int(d)] for d in other)
        new = re.sub(r"(?:19|20)\d\d", other, re.sub(r"[零一二三四五六七八九〇○]{4}", spelled, old))
        return normalise(text)[: claim.start] + new + normalise(text)[claim.end :]

    def month(self, text: str) -> str | None:
        """Another month in a date."""
        if match := re.search(rf"\b({'|'.join(_MONTHS)})\b", text):
            other = _MONTHS[(_MONTHS.index(match[1]) + 5) % 12]
            return None if other in text else text[: match.start()] + other + text[match.end() :]
        if match := re.search(r"(?<![十一二三四五六七八九\d])([一二三四五六七八九])月", text):
            other = "一二三四五六七八九"[("一二三四五六七八九".index(match[1]) + 4) % 9]
            return None if f"{other}月" in text else text[: match.start()] + f"{other}月" + text[match.end() :]
        return None

    def negated(self, text: str) -> str | None:
        """A negation put in, or taken out."""
        for pair in _NEGATIONS.split("|"):
            old, new = pair.split("/")
            if old in text:
                return text.replace(old, new, 1)
        return None

    def reversed(self, text: str) -> str | None:
        """A word of direction replaced by its opposite."""
        language: Language = "en" if text.isascii() or re.search(r"[a-z] [a-z]", text) else "zh"
        for one, other in [pair for p in _pairs(language) for pair in (p, p[::-1])]:
            one = rf"\b{one}" if language == "en" else one
            if re.search(one, text) and other not in text and not re.search(f"{one}(?:事|处|處|s? Control)", text):
                return re.sub(one, other, text, count=1)
        return None


def _pairs(language: Language) -> list[tuple[str, str]]:
    """The words of a language that turn a statement round, each with its opposite."""
    words = re.findall(r"((?:more |less |at )?[^\s/]+)/((?:less |at )?[^\s/]+)", _REVERSALS[language])
    return [(one, other) for one, other in words]


WAYS: dict[str, Lie] = {
    "number": lambda text, lies: lies.number(text),
    "digits": lambda text, lies: lies.digits(text),
    "scale": lambda text, lies: lies.scale(text),
    "year": lambda text, lies: lies.year(text),
    "month": lambda text, lies: lies.month(text),
    "name": lambda text, lies: lies.name(text),
    "negated": lambda text, lies: lies.negated(text),
    "reversed": lambda text, lies: lies.reversed(text),
}


def same_in_other_figures(text: str, language: Language) -> Iterator[str]:
    """The statement with its numbers and dates written another way."""
    if re.search(r"\d[ ,]\d{3}(?!\d)", text):
        yield re.sub(r"(?<=\d)[ ,](?=\d{3}(?!\d))", "", text)
        yield re.sub(r"(?<=\d)[ ,](?=\d{3}(?!\d))", ",", text)
    if language == "en" and re.search(r"\d per cent", text):
        yield re.sub(r"(\d) per cent", r"\1%", text)
    if language == "zh" and re.search(r"二零二[零一二三四五]年", text):
        digits = str.maketrans("零一二三四五六七八九", "0123456789")
        yield re.sub(r"[零一二三四五六七八九]{4}(?=年)", lambda m: m.group().translate(digits), text)
    dated = r"\b(\d{1,2}) (" + "|".join(_MONTHS) + r") (20\d\d)"
    if language == "en" and re.search(dated, text):
        yield re.sub(dated, r"\2 \1, \3", text)
        yield re.sub(dated, lambda m: f"{m[3]}-{_MONTHS.index(m[2]) + 1:02d}-{int(m[1]):02d}", text)
    if match := re.search(r"(?<![\d ,])(\d+(?:\.\d+)?)\s?万", text):
        yield text.replace(match.group(), f"{float(match[1]) * 10000:.0f}", 1)
    if match := re.search(r"(\d+(?:\.\d+)?) million", text):
        yield text.replace(match.group(), f"{float(match[1]) * 1e6:,.0f}", 1)


def places_of(corpus: Corpus) -> list[SentencePlace]:
    """The sentences that can be drafts: all but headings."""
    return [place for place in corpus.places if place.passage.role != "heading"]


def registers(place: SentencePlace) -> tuple[Register, ...]:
    """The registers in which a sentence is a draft."""
    return ("en",) if place.passage.language == "en" else ("zh-Hans", "zh-Hant")


QUESTIONS: dict[Register, Question] = {
    register: understand("?" if register == "en" else "？", language="auto")
    for register in ("en", "zh-Hans", "zh-Hant", "yue")
}
"""The guard judges a draft whatever was asked; its question is only there to be passed on."""


def count(
    guard: Guard, corpus: Corpus, lies: Lies, places: Sequence[SentencePlace], show: int = 0
) -> tuple[Counter[str], Counter[str]]:
    """How many drafts of each kind there were, and how many of those went wrong."""
    seen: Counter[str] = Counter()
    wrong: Counter[str] = Counter()

    def judge(kind: str, text: str, ids: tuple[str, ...], register: Register, expected: bool) -> None:
        seen[kind] += 1
        verdict = guard.check(Draft(text, ids), QUESTIONS[register], register)
        if verdict.supported != expected:
            wrong[kind] += 1
            if wrong[kind] <= show:
                print(f"  {kind}: {text} {[(p.kind, p.text) for p in verdict.problems]}")

    for place in places:
        passage, language = place.passage, place.passage.language
        others = {other.passage.id for other in corpus.counterparts_of(passage.id, place.number)}
        for register in registers(place):
            text = shown(place.text, register)
            judge("itself", text, (passage.id,), register, True)
            if len(others) == 1:
                judge("its counterpart cited", text, tuple(others), register, True)
        text = shown(place.text, "en" if language == "en" else "zh-Hans")
        register = registers(place)[0]
        for other in same_in_other_figures(text, language):
            judge("other figures", other, (passage.id,), register, True)
        around = _around(corpus, place)
        for way, lie in WAYS.items():
            false = lies.name(text, around) if way == "name" else lie(text, lies)
            if false is not None and false != text:
                judge(way, false, (passage.id,), register, False)
        if (elsewhere := _elsewhere(lies, places, place)) is not None:
            judge("another passage", text, (elsewhere.passage.id,), register, False)
    return seen, wrong


def _around(corpus: Corpus, place: SentencePlace) -> str:
    """The titles above a sentence, and its translation: a name from there makes no lie."""
    pair = corpus.counterparts_of(place.passage.id, place.number)
    titles = [text for title in place.passage.section for text in (title.zh, title.en)]
    return " ".join([*titles, *(other.text for other in pair)])


def _elsewhere(lies: Lies, places: Sequence[SentencePlace], place: SentencePlace) -> SentencePlace | None:
    other = lies.random.choice(places)
    return None if other.passage.section == place.passage.section else other


TRUE_KINDS = ("itself", "its counterpart cited", "other figures")


def main(show: int = 0) -> int:
    """Print the shares beside their bounds; 1 when one falls short."""
    assistant = Assistant.open(load_settings())
    corpus = Corpus(assistant.passages())
    terms = assistant.manifest.terms
    seen, wrong = count(Guard(corpus, terms), corpus, Lies(corpus, [t.names for t in terms]), places_of(corpus), show)
    failed = False
    for kind, number in seen.items():
        share = wrong[kind] / number
        bound = MOST_FALSE_REJECTIONS if kind in TRUE_KINDS else MOST_LET_THROUGH.get(kind)
        failed |= bound is not None and share > bound
        what = "rejected" if kind in TRUE_KINDS else "let through"
        print(
            f"{kind:22} {wrong[kind]:5} of {number:5} {what} {share:.4f}"
            + (f"  (bound {bound})" if bound is not None else "")
        )
    assistant.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
