"""Definitions of short names in running text: `Full Name (ABBR)`, `全称（简称）`, `「全称」（简称）`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.characters import HAN

_SMALL_WORDS = frozenset("a an and at by for from in of on or the to with".split())
_MOST_WORDS = 16
_FEW = 3  # characters of a Chinese name before those of its short name
_BEHIND, _CHINESE_BEHIND = 240, 60  # characters before a bracket that the full name may take
_ENGLISH = re.compile(r"(?<=[\w'’\"”])\s\(([^()（）]{2,40})\)")
_ACRONYM = re.compile(r"(?:[A-Z][a-z]+ )?(?=\S*[A-Z]\S*[A-Z])[A-Z][A-Za-z&]*?(s?)(?: [A-Z][a-z]+)?")
_CHINESE = re.compile(rf"\s?[（(]「?([{HAN}A-Za-z-]{{2,12}})」?[）)]")
_CHINESE_NAME = re.compile(rf"(?:「([^「」]+)」|([{HAN}／—]+))$")
_BOUNDARY = re.compile("[的和及与與由对向在把]")
_LEADING = re.compile("^[和及与與由对向在把]")


@dataclass(frozen=True, slots=True)
class Definition:
    """A full name and the short name that the text gives it."""

    full: str
    short: str


def english_definitions(reading: str) -> Iterator[Definition]:
    """Definitions in English reading text, in order; brackets that shorten nothing before them are passed over."""
    for match in _ENGLISH.finditer(reading):
        before = re.split(r"[()（）.;:!?]", reading[max(0, match.start() - _BEHIND) : match.start()])[-1].lstrip()
        short = match[1].strip()
        acronym = _ACRONYM.fullmatch(short)
        if acronym:
            letters = re.sub("[^A-Za-z]", "", short[: len(short) - len(acronym[1])])
            full = _by_initials(before, letters) or _by_letters(before, letters)
        else:
            full = _by_words(before, short)
        if full and full.casefold() != short.casefold():
            yield Definition(full, short)


def spelled_out(short: str, full: str) -> bool:
    """Whether a name has the letters of an abbreviation as the initials of its words."""
    return _ACRONYM.fullmatch(short) is not None and _by_initials(full, re.sub("[^A-Za-z]", "", short)) == full


def _tail(text: str, words: int) -> str:
    """The last `words` words of `text`, without marks around them."""
    return " ".join(text.split()[-words:]).strip("'‘’\"“”, ")


def _by_initials(before: str, letters: str) -> str | None:
    """The fewest last words whose initials are the letters; small words may be passed over, hyphened ones split."""
    for count in range(1, _MOST_WORDS + 1):
        full = _tail(before, count)
        for parts in (full.split(), re.split(r"[\s-]+", full)):
            if parts and parts[0] not in _SMALL_WORDS and _are_initials(parts, letters.lower()):
                return full
    return None


def _are_initials(words: list[str], letters: str) -> bool:
    if not words or not letters:
        return not words and not letters
    word = words[0].lstrip("'‘“(")
    taken = word[:1].lower() == letters[0] and _are_initials(words[1:], letters[1:])
    return taken or (word in _SMALL_WORDS and _are_initials(words[1:], letters))


def _by_letters(before: str, letters: str) -> str | None:
    """The shortest ending of a capitalised name that has the letters in order, the first as a word's capital.

    After A. S. Schwartz and M. A. Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical
    Text", 2003.
    """
    text = _tail(before, _MOST_WORDS)
    at = len(text)
    for letter in reversed(letters[1:].lower()):
        at = text.lower().rfind(letter, 0, at)
        if at < 0:
            return None
    starts = [m.start() for m in re.finditer(rf"\b{letters[0]}", text[:at])]
    full = text[starts[-1] :] if starts else ""
    lower = [word for word in full.split() if word.islower() and word not in _SMALL_WORDS]
    return full if full and not lower else None


def _by_words(before: str, short: str) -> str | None:
    """The fewest last words that have the words of a short name of two or more capitalised words in order."""
    wanted = short.split()
    if len(wanted) < 2 or not all(word[0].isupper() for word in wanted):
        return None
    words = _tail(before, _MOST_WORDS).split()
    at = len(words)
    for word in reversed(wanted):
        at = next((k for k in range(at - 1, -1, -1) if words[k] == word), -1)
        if at < 0:
            return None
    return " ".join(words[at:])


def chinese_definitions(reading: str, whole_text: str) -> Iterator[Definition]:
    """Definitions in Chinese reading text, in order; `whole_text` (without spaces) shows where else a name stands."""
    for match in _CHINESE.finditer(reading):
        short = match[1]
        before = _CHINESE_NAME.search(reading[max(0, match.start() - _CHINESE_BEHIND) : match.start()])
        if before is None:
            continue
        quoted, run = before.groups()
        if quoted:
            full = quoted if _is_shortening(short, quoted) else None
        else:
            starts_sentence = len(run) == match.start() or reading[match.start() - len(run) - 1] in "。！？"
            full = _chinese_full(run, short, whole_text, starts_sentence)
        if full and full != short:
            yield Definition(full, short)


def _is_shortening(short: str, full: str) -> bool:
    """Whether the short name's characters stand in the full one in order."""
    at = -1
    for character in short:
        at = full.find(character, at + 1)
        if at < 0:
            return False
    return len(short) < len(full)


def _chinese_full(run: str, short: str, whole_text: str, starts_sentence: bool) -> str | None:
    """How much of the characters before the bracket is the name.

    At least what holds the short name's characters; more until the text has it in several surroundings. A short name
    that is just the end of the full one asks for the longest such, else for all from the nearest particle on. A few
    characters more at the start of a sentence belong to the name.
    """
    at = len(run)
    for letter, character in enumerate(reversed(short)):
        at = run.rfind(character, 0, at)
        if at < 0 or (letter == 0 and at < len(run) - 2):
            return None
    is_end = run[at:] == short
    starts = range(at) if is_end else range(at, -1, -1)
    whole = starts_sentence and at <= _FEW and not _BOUNDARY.search(run)
    full = next((run[k:] for k in starts if len(_surroundings(run[k:], whole_text)) > 1), run if whole else run[at:])
    full = _LEADING.sub("", full.rpartition("的")[2] or full)
    if not is_end or full != short:
        return full
    cut = max((m.end() for m in _BOUNDARY.finditer(run, 0, at)), default=0)
    return run[cut:] if cut < at else None


def _surroundings(name: str, text: str) -> set[str]:
    """The characters that stand before the name wherever the text has it."""
    found = set()
    at = text.find(name)
    while at >= 0:
        found.add(text[at - 1 : at])
        at = text.find(name, at + 1)
    return found
