"""Names that a report uses for one thing, collected from its own definitions in both languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ingest.abbreviations import Definition, chinese_definitions, english_definitions, spelled_out
from ingest.bilingual import title_of
from ingest.characters import HAN, han_count
from ingest.sentences import clean
from vectorstore.schema import Language, Passage, Sentence, Term, Title

_BRACKETS = re.compile(r"\s*[（(]([^()（）]*)[）)]")
_ENDING = re.compile(rf"^[^()（）]+[（(]([A-Za-z{HAN} -]{{2,24}})[）)]$")
_CHINESE_QUOTE = re.compile("「([^「」，。！？；]{2,20})」")
_ENGLISH_QUOTE = re.compile(r"(?<!\w)['‘]([^'’,.!?;]{2,60})['’](?!\w)")
_NAME_IN_BRACKETS = re.compile(r"\(([A-Z][a-z]+(?: [A-Z][a-z]+)+)\)")
_ENTRY = re.compile(r"\|? ?([A-Z][A-Za-z&-]{1,8}) ?[|:：=—–-]* ?(.{4,120}?) ?\|?")
_HYPHENED = re.compile(rf"[A-Za-z]-[{HAN}]")


def collect_terms(text: str, passages: Sequence[Passage]) -> list[Term]:
    """The terms that `passages` of a document define, in order of their first definition.

    Definitions in aligned sentences and in the two titles of a section are joined, and so are those that share a name.
    """
    plain = re.sub(r"\s", "", text)
    groups: list[list[str]] = []
    for names in _definitions(passages, plain):
        _add(groups, names)
    return [Term(tuple(_with_spellings(names, text))) for names in groups]


def _definitions(passages: Sequence[Passage], plain: str) -> Iterator[list[str]]:
    """The names that each definition, each statement in both languages and each section's titles join."""
    english: dict[int, tuple[list[Definition], set[str]]] = {}
    for reading, _ in _sentences(passages, "en", "zh"):
        yield from _of_entry(reading)
    for reading, sentence in _sentences(passages, "en"):
        found = list(english_definitions(reading))
        english[sentence.start] = found, set(_ENGLISH_QUOTE.findall(reading) or _NAME_IN_BRACKETS.findall(reading))
        yield from ([d.full, *_singular(d.short)] for d in found)
    for reading, sentence in _sentences(passages, "zh"):
        chinese = list(chinese_definitions(reading, plain))
        yield from ([d.full, d.short] for d in chinese)
        if sentence.counterpart:
            start, end = sentence.counterpart
            other = [found for at, found in english.items() if start <= at < end]
            yield from _joined(chinese, [d for definitions, _ in other for d in definitions])
            yield from _quoted(set(_CHINESE_QUOTE.findall(reading)), {q for _, quotes in other for q in quotes})
    known = {_fold(d.full) for found, _ in english.values() for d in found}
    for title in dict.fromkeys(title for passage in passages for title in passage.section):
        yield from _of_title(title, known)


def _sentences(passages: Sequence[Passage], *languages: Language) -> Iterator[tuple[str, Sentence]]:
    """The reading text of every sentence that may define something."""
    for passage in passages:
        if passage.language in languages and passage.role != "person":
            for sentence in passage.sentences:
                yield clean(passage.slice(sentence.start, sentence.end)), sentence


def _of_entry(reading: str) -> Iterator[list[str]]:
    """What an entry of a list of abbreviations joins (`SOPC | 专科门诊 | Specialist out-patient clinic`)."""
    if match := _ENTRY.fullmatch(reading):
        title = _title_of_entry(match[2])
        if spelled_out(match[1], title.en):
            zh = _BRACKETS.sub("", title.zh)
            yield [title.en, match[1], *([zh] if zh else ())]


def _title_of_entry(text: str) -> Title:
    parts = sorted((part.strip() for part in re.split(r"[|/]", text) if part.strip()), key=han_count)
    return Title(parts[1], parts[0]) if len(parts) == 2 and not han_count(parts[0]) else title_of(" ".join(parts))


def _joined(chinese: Sequence[Definition], english: Sequence[Definition]) -> Iterator[list[str]]:
    """Definitions of one statement in both languages: as many, in the same order."""
    if len(chinese) == len(english):
        for zh, en in zip(chinese, english, strict=True):
            yield [en.full, *_singular(en.short), zh.full, zh.short]


def _quoted(chinese: set[str], english: set[str]) -> Iterator[list[str]]:
    """The one name that a statement sets in marks in both languages."""
    if len(chinese) == len(english) == 1 and chinese != english:
        yield [*english, *chinese]


def _of_title(title: Title, known: Collection[str]) -> Iterator[list[str]]:
    """What a section's two titles join: a defined name and its translation, and the short names that both end with."""
    zh, en = (_BRACKETS.sub("", part).strip() for part in (title.zh, title.en))
    endings = [match[1] for part in (title.zh, title.en) if (match := _ENDING.search(part))]
    shorts = endings if len(endings) == 2 else []
    if zh and en and (shorts or _fold(en) in known):
        yield [en, *(_singular(shorts[1]) if shorts else ()), zh, *shorts[:1]]


def _singular(short: str) -> list[str]:
    """A plural abbreviation (`HKICs`) is also known without its s."""
    return [short, short[:-1]] if re.fullmatch(r"[A-Z]{2,}s", short) else [short]


def _fold(name: str) -> str:
    return re.sub(r"\s", "", name).casefold()


def _add(groups: list[list[str]], names: Sequence[str]) -> None:
    """Adds names to the groups; groups that share one become one."""
    wanted = {_fold(name) for name in names}
    touched = [group for group in groups if wanted & {_fold(name) for name in group}]
    home = touched[0] if touched else []
    for group in touched[1:]:
        home += group
        groups.remove(group)
    if not touched:
        groups.append(home)
    first: dict[str, str] = {}
    for name in (*home, *names):
        first.setdefault(_fold(name), name)
    home[:] = first.values()


def _with_spellings(names: Sequence[str], text: str) -> Iterator[str]:
    """The names, and the spellings of a hyphened one (`e- 道`) that the text has as well."""
    for name in names:
        yield name
        if _HYPHENED.search(name):
            spaced = _HYPHENED.sub(lambda match: f"{match[0][:2]} {match[0][2:]}", name)
            if spaced in text:
                yield spaced
