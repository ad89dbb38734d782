"""The names of a text (people, posts, organisations, schemes, places), and whether evidence holds them.

English shows a name by its capitals. Chinese does not: there a name is a word that the report knows as one (terms,
titles, people, posts, quoted names, words whose translation has a capital), that the dictionary marks as a person,
place or organisation, or that ends as names do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.lexicon import question_patterns
from ingest.sentences import clean
from vectorstore.corpus import Corpus
from vectorstore.quantities import MONTH_NUMBERS
from vectorstore.tokens import chinese_words, convert_script, fold, stem

_HAN = "\u3400-\u9fff\U00020000-\U0002ffff"
_LATIN_WORD = re.compile(r"[A-Za-z0-9À-ÿ]+(?:[-&+'’.][A-Za-z0-9À-ÿ]+)*\+?")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;•\n。！？：；][\"'”’)\]」』]*\s*|^[\"'“‘(「『]+)$")
_HAN_RUN = re.compile(rf"[{_HAN}·]+")
_SUFFIX = re.compile(
    "(?:计划|条例|办事处|管制站|管制组|委员会|办公室|大学|学院|协会|公司|中心|公署|小组|机场|口岸|大桥|号码头|总部|领事馆|法庭|法院"
    "|警察|海关|部队|警务处|事务处|署|局|科|处(?![理境于罚分置所长])|组(?!织|成|合|别|长)|部(?!分|门|署|长|队))"
)
_HEADLESS = set(
    "的该本有关各此这个等两和及与或为由于在是设总新旧某其多每向到从经被将把而同以对并至所后前内外中上下，、"
)
_RANKS = "处长|局长|署长|司长|部长|主任|院长|校长|会长|主席|队长|行政长官|总理|主管|市长|省长|厅长|总裁|经理"
_POST = re.compile(f"((?:署理|候任|前任|时任|副|助理|首席|高级|总|常务|前)*)({_RANKS})")
_TITLED = re.compile(rf"[{_HAN}]{{1,3}}(?=先生|女士|太太|小姐|博士|教授|议员)")
_PROPER = frozenset(["nr", "nrt", "nrfg", "ns", "nt", "nz"])
_CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
LEAST_DICE = 0.8
"""Least association of a Chinese word with a capitalised English one that makes it a name; 1 is always together."""
_COMMON_ENDING = re.compile(r".{3}(?:ies|tions?|ments?|ers|ing|ly|ed)$")
_PROPER_SINGLE = frozenset(["ns", "nz", "zg"])
"""Marks of a single character that is left of a place name which the dictionary lacks (红磡, 将军澳)."""
_QUALIFIERS = frozenset("deputy assistant vice acting former senior principal chief associate".split())
_TITLES = frozenset("mr mrs ms miss dr prof professor sir madam".split())
_OPENERS = frozenset(
    "however additionally furthermore moreover overall yes no both each every all some many most several these "
    "those this that during while when where since after before although though because if as an a the there here "
    "it its they their such other another under within by through throughout with without for from to on in at "
    "between among across according based besides also meanwhile therefore thus hence finally then currently "
    "people persons members visitors travellers passengers applicants residents eligible compared unlike like "
    "about over more less up one two three four five six seven eight nine ten eleven twelve twenty thirty forty "
    "fifty sixty i we our you your he she his her nearly approximately around almost only not neither either "
    "using anyone everyone who what which monday tuesday wednesday thursday friday saturday sunday".split()
)
_COMMON_ZH = frozenset("中国人 国人 本地 华人 外国 内地人 国家 世界 全球 国际 香港人 港人 市民 居民".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text, `start` to `end`, and the groups of strings any of which bears it out."""

    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """A text as names are compared in: folded, without white space between Han characters."""
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", fold(text))


@lru_cache(maxsize=8192)
def latin_words(folded: str) -> frozenset[str]:
    """The words of a folded text and their stems, hyphened ones whole and in parts."""
    words: set[str] = set()
    for match in _LATIN_WORD.finditer(folded):
        word = re.sub(r"['’]s$", "", match.group())
        parts = [word, *re.split(r"[-&+'’.]", word)]
        words.update(parts)
        words.update(stem(part) for part in parts)
    return frozenset(words)


@lru_cache(maxsize=8192)
def posts(folded: str) -> frozenset[str]:
    """The Chinese posts of a folded text with what qualifies them: 副处长 is no 处长."""
    return frozenset(match.group() for match in _POST.finditer(folded))


class Names:
    """Finds names by what the reports themselves name."""

    def __init__(self, corpus: Corpus, terms: Sequence[Sequence[str]] = ()) -> None:
        self._corpus = corpus
        self._passages = list(corpus.passages.values())
        self._terms = [tuple(dict.fromkeys(plain(name) for name in names)) for names in terms]

    @cached_property
    def _chinese(self) -> re.Pattern[str]:
        """Names in Chinese that the reports set apart, longest first."""
        found = {name for names in self._terms for name in names} | set(self._titles()) | self._paired_with_capitals()
        for passage in self._passages:
            text = plain(clean(passage.text))
            found.update(re.findall(rf"[「《『“]([{_HAN}·]{{2,20}})[」》』”]", text))
            if passage.person is not None and passage.language == "zh":
                person = passage.person
                spans = [s for s in (person.name_zh, person.post_zh) if s and passage.start <= s.start < passage.end]
                found.update(plain(passage.slice(*span)) for span in spans)
        kept = sorted({n for n in found if re.fullmatch(rf"[{_HAN}·]{{2,}}", n)}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, kept)) or r"(?!)")

    def _titles(self) -> Iterator[str]:
        for section in {passage.section for passage in self._passages}:
            yield from (plain(title.zh) for title in section if _SUFFIX.search(title.zh[-4:]))

    def _paired_with_capitals(self) -> set[str]:
        """Chinese words that stand where, and only where, the English side has one capitalised word (皇岗, Huanggang).

        Association is measured by Dice's coefficient over aligned sentences, two or more.
        """
        chinese: Counter[str] = Counter()
        english: Counter[str] = Counter()
        both: Counter[tuple[str, str]] = Counter()
        for place in self._corpus.places:
            if place.passage.language != "zh" or place.passage.role == "heading":
                continue
            pair = self._corpus.counterparts_of(place.passage.id, place.number)
            words = {w for run in _HAN_RUN.findall(plain(clean(place.text))) for w in chinese_words(run) if len(w) > 1}
            capitals = {w for other in pair for w in _CAPITALISED.findall(clean(other.text))}
            chinese.update(words)
            english.update(capitals)
            both.update((word, capital) for word in words for capital in capitals)
        return {
            word
            for (word, capital), count in both.items()
            if count > 1 and 2 * count >= LEAST_DICE * (chinese[word] + english[capital]) and word not in _COMMON_ZH
        }

    @cached_property
    def _lower(self) -> frozenset[str]:
        """English words that the reports write in small letters."""
        words: set[str] = set()
        for passage in self._passages:
            for match in _LATIN_WORD.finditer(clean(passage.text)):
                if match.group().islower():
                    words |= {match.group(), stem(match.group())}
        return frozenset(words)

    def find(self, text: str) -> list[Name]:
        """The names of a text in the form that `plain` keeps offsets of: NFKC, white space folded, case kept."""
        return sorted({*self._english(text), *self._han(text)}, key=lambda name: (name.start, name.end))

    def _english(self, text: str) -> Iterator[Name]:
        chinese = len(_HAN_RUN.findall(text)) > 0 and not _is_mostly_latin(text)
        for match in _LATIN_WORD.finditer(text):
            word = re.sub(r"['’]s$", "", match.group())
            if word.isdigit() or fold(word) in MONTH_NUMBERS or fold(word) in _TITLES:
                continue
            if chinese or self._is_name(word, text, match):
                yield Name(word, match.start(), match.start() + len(word))

    def _is_name(self, word: str, text: str, match: re.Match[str]) -> bool:
        if not any(c.isupper() for c in word) or word == "I":
            return False
        if not _SENTENCE_END.search(text[: match.start()]) or any(c.isupper() for c in word[1:]):
            return fold(word) not in question_patterns().stopwords or (word.isupper() and len(word) > 1)
        folded = fold(word)
        if {folded, folded.split("-")[0]} & _OPENERS or folded in question_patterns().stopwords:
            return False
        return not (folded in self._lower or stem(folded) in self._lower or _COMMON_ENDING.search(folded))

    def _han(self, text: str) -> Iterator[Name]:
        folded = fold_same_length(text)
        if not _is_mostly_latin(text):
            for pattern in (self._chinese, _POST, _TITLED):
                yield from (Name(text[m.start() : m.end()], *m.span()) for m in pattern.finditer(folded))
            yield from self._tagged(text, folded)
            yield from _suffixed(text, folded)
        else:
            yield from (Name(m.group(), *m.span()) for m in _HAN_RUN.finditer(text))

    def _tagged(self, text: str, folded: str) -> Iterator[Name]:
        import rjieba

        at = 0
        for word, tag in rjieba.tag(folded, hmm=False):
            proper = tag in _PROPER if len(word) > 1 else tag in _PROPER_SINGLE
            if proper and word not in _COMMON_ZH:
                yield Name(text[at : at + len(word)], at, at + len(word))
            at += len(word)

    def holds(self, name: str, evidence: Evidence) -> bool:
        """Whether evidence names it, in either language, by this or by another of its names in the reports."""
        wanted = plain(name)
        if _POST.fullmatch(wanted):
            return wanted in evidence.posts
        if re.search(f"[{_HAN}]", wanted):
            return wanted in self._without_longer(wanted, evidence.text) or self._goes_by_another(wanted, evidence)
        parts = [part for part in re.split(r"[-&+'’.]", wanted) if part]
        words = evidence.words
        if wanted in words or stem(wanted) in words or all(part in words or stem(part) in words for part in parts):
            return True
        return self._goes_by_another(wanted, evidence)

    def _goes_by_another(self, wanted: str, evidence: Evidence) -> bool:
        groups = (names for names in self._terms if wanted in names)
        return any(_stands_in(name, self._without_longer(name, evidence.text)) for names in groups for name in names)

    def others(self, name: str) -> Sequence[str]:
        """All names of the thing that a name names, folded; at least this one."""
        wanted = plain(name)
        return next((names for names in self._terms if wanted in names), (wanted,))

    def _without_longer(self, name: str, text: str) -> str:
        """The text without the longer terms that hold a name: the department's youth corps is not the department."""
        for longer in self._holding.get(name, ()):
            text = text.replace(longer, "\n")
        return text

    @cached_property
    def _holding(self) -> dict[str, list[str]]:
        every = {name for names in self._terms for name in names}
        return {name: [other for other in every if name in other and name != other] for name in every}

    def canonical(self, name: str) -> str:
        """The first of a term's names; a name of no term as it is, folded."""
        wanted = plain(name)
        return next((names[0] for names in self._terms if wanted in names), wanted)

    def terms_in(self, text: str) -> list[Name]:
        """The terms of the reports that a text names, the longest where several begin at one place."""
        folded = fold_same_length(text)
        found: list[Name] = []
        for names in self._terms:
            for name in names:
                start = folded.find(name)
                while start >= 0:
                    if _whole_word(folded, start, start + len(name)):
                        found.append(Name(text[start : start + len(name)], start, start + len(name)))
                    start = folded.find(name, start + 1)
        found.sort(key=lambda name: (name.start, -name.end))
        kept: list[Name] = []
        for term in found:
            if not kept or term.start >= kept[-1].end:
                kept.append(term)
        return kept


class Evidence:
    """A stretch of text that may bear a name out, folded once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.text = "\n".join(plain(clean(text)) for text in texts)

    @cached_property
    def words(self) -> frozenset[str]:
        """Latin words and stems."""
        return latin_words(self.text)

    @cached_property
    def posts(self) -> frozenset[str]:
        """Chinese posts."""
        return posts(self.text)


def fold_same_length(text: str) -> str:
    """`fold`, but every character keeps its place; text is NFKC already."""
    folded = convert_script(text.lower(), "hk2s")
    return folded if len(folded) == len(text) else "".join(_one(c) for c in text)


def _one(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


def normalise(text: str) -> str:
    """The form that drafts are read in: NFKC, white space folded, none between Han characters."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return re.sub(rf"(?<=[{_HAN}]) (?=[{_HAN}])", "", text)


def _suffixed(text: str, folded: str) -> Iterator[Name]:
    """Words that end as names of schemes, offices and places do, with the two characters before the ending."""
    for match in _SUFFIX.finditer(folded):
        start = match.start()
        while start > max(0, match.start() - 2) and re.match(f"[{_HAN}]", folded[start - 1]):
            if folded[start - 1] in _HEADLESS:
                break
            start -= 1
        if match.start() - start == 2:
            yield Name(text[start : match.end()], start, match.end())


def _is_mostly_latin(text: str) -> bool:
    han = sum(len(run) for run in _HAN_RUN.findall(text))
    return 4 * han < len(re.findall(r"[A-Za-z]", text))


def _whole_word(text: str, start: int, end: int) -> bool:
    if not text[start].isascii():
        return True
    before, after = text[start - 1 : start], text[end : end + 2]
    return not re.match(r"[a-z0-9]", before) and not re.match(r"(?!s\b|s$)[a-z0-9]", after)


def shares_a_word(name: str, text: str) -> bool:
    """Whether a folded text has a word of a folded name: in Chinese, two characters that follow one another."""
    words = latin_words(name)
    if any(len(word) > 2 and word in latin_words(text) for word in words):
        return True
    return any(name[i : i + 2] in text for i in range(len(name) - 1) if re.fullmatch(f"[{_HAN}]{{2}}", name[i : i + 2]))


def _stands_in(name: str, text: str) -> bool:
    start = text.find(name)
    while start >= 0:
        if _whole_word(text, start, start + len(name)):
            return True
        start = text.find(name, start + 1)
    return False
