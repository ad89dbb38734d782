"""A sentence (or a few that follow one another) as evidence: what it bears out of a piece, in both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files

from bot.guard.claims import Claim, find_claims, held_keys
from bot.guard.contacts import unheld_contacts
from bot.guard.cover import THRESHOLD, Cover
from bot.guard.meaning import crossed, turned_round
from bot.guard.names import Evidence, Names
from bot.guard.pieces import Piece, stated_pairs
from bot.guard.verdict import Problem
from bot.readers.times import stated_years
from ingest.sentences import clean
from vectorstore.corpus import Corpus, SentencePlace
from vectorstore.schema import Language
from vectorstore.tokens import fold


@dataclass(frozen=True)
class Unit:
    """Sentences of one passage that are shown, and the texts that count: theirs and their counterparts'."""

    places: tuple[SentencePlace, ...]
    texts: dict[Language, str]
    titles: Evidence
    around: Evidence

    @cached_property
    def evidence(self) -> Evidence:
        """Both languages, folded."""
        return Evidence(self.texts.values())

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every value that the unit bears out."""
        return frozenset().union(*(held_keys(text) for text in self.folded.values()))

    @cached_property
    def folded(self) -> dict[Language, str]:
        """The text of each language, folded."""
        return {language: Evidence([text]).text for language, text in self.texts.items()}

    @cached_property
    def units_of(self) -> dict[str, frozenset[str]]:
        """For each value the units that it stands with; an empty one where it stands with none."""
        found: dict[str, set[str]] = {}
        for text in self.folded.values():
            for claim in find_claims(text):
                found.setdefault(claim.value, set()).add(claim.unit)
        return {value: frozenset(units) for value, units in found.items()}

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that the unit gives figures of, without those it only compares with."""
        return frozenset().union(*(stated_years(text) for text in self.folded.values()))

    def holds(self, claim: Claim) -> bool:
        """Whether the unit states a claim as it is."""
        return bool(claim.keys & self.keys) or any(
            key.startswith("text:") and key[5:] in self.evidence.text for key in claim.keys
        )

    def leaves_year_open(self, claim: Claim) -> bool:
        """Whether the unit says as much as a dated claim but for its year, of which it names none."""
        year, _, rest = claim.value.removeprefix("date:").partition("-")
        if claim.kind != "date" or not year.isdigit() or self.years:
            return False
        key = f"month:{rest}" if len(rest) == 2 else f"date:--{rest}"
        return not rest or key in self.keys


@dataclass(frozen=True)
class Fit:
    """How well a unit bears out a piece: what it does not, how much of the wording it shares, dates it leaves open."""

    unit: Unit
    problems: tuple[Problem, ...]
    cover: float
    open_dates: tuple[Claim, ...] = field(default=())

    @property
    def rank(self) -> tuple[int, float]:
        """Smaller is better."""
        return len(self.problems), -self.cover


class Judge:
    """Sets pieces against units."""

    def __init__(self, names: Names, cover: Cover) -> None:
        self._names = names
        self._cover = cover

    def fit(self, piece: Piece, unit: Unit, verified: bool = False, about: bool = True) -> Fit:
        """What the unit leaves of the piece.

        `verified`: the piece's comparison is worked out; `about`: the unit must share its wording.
        """
        problems: list[Problem] = []
        open_dates: list[Claim] = []
        for claim in piece.claims:
            if unit.holds(claim):
                units = unit.units_of.get(claim.value, frozenset())
                if claim.unit and units and claim.unit not in units:
                    problems.append(Problem("unit", claim.text))
            elif unit.leaves_year_open(claim):
                open_dates.append(claim)
            else:
                problems.append(Problem(claim.kind, claim.text))
        problems += [Problem("name", name) for name in piece.names if not self._named(name, unit)]
        problems += [Problem("quote", quote) for quote in piece.quotes if not _quoted(quote, unit, self._names)]
        problems += unheld_contacts(piece.text, unit.evidence.text)
        cover = self._cover.of(piece.folded, unit.evidence.text, unit.titles.text, unit.around.text)
        if about:
            own = self._side(piece, unit)
            beyond = unit.evidence.text if own != unit.evidence.text else ""
            problems += turned_round(piece.folded, own, beyond, verified)
            if not problems and self._crosses(piece, unit):
                problems.append(Problem("reversed", piece.text))
            if cover < THRESHOLD:
                problems.append(Problem("unrelated", ""))
        return Fit(unit, tuple(dict.fromkeys(problems)), cover, tuple(open_dates))

    def _crosses(self, piece: Piece, unit: Unit) -> bool:
        """Whether the piece puts a number to another name than the unit does."""
        if not piece.names or not any(claim.kind in ("number", "share") for claim in piece.claims):
            return False
        raw = unit.texts.get(_language(piece.text), "")
        said = stated_pairs(piece.text, self._names, ("number", "share"))
        return crossed(said, stated_pairs(clean(raw), self._names, ("number", "share")))

    def _named(self, name: str, unit: Unit) -> bool:
        return self._names.holds(name, unit.evidence) or self._names.holds(name, unit.titles)

    @staticmethod
    def _side(piece: Piece, unit: Unit) -> str:
        """The unit's text in the piece's language; both where it lacks that side."""
        return unit.folded.get(_language(piece.text)) or unit.evidence.text


def _language(text: str) -> Language:
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    return "zh" if 4 * han >= sum(c.isascii() and c.isalpha() for c in text) else "en"


def _quoted(quote: str, unit: Unit, names: Names) -> bool:
    wanted = Evidence([quote]).text.strip(".,;!?。、 ")
    return (
        wanted in unit.evidence.text
        or wanted in unit.titles.text
        or (not names.holds(quote, Evidence([])) and names.holds(quote, unit.evidence))
    )


class Units:
    """Makes units of the sentences of cited passages."""

    def __init__(self, corpus: Corpus, year: str | None) -> None:
        self._corpus = corpus
        self._year = year

    def of(self, passage_ids: Sequence[str], language: Language) -> list[Unit]:
        """One unit a sentence of the passages, shown in `language` where the pair has that side, in document order."""
        found: dict[tuple[str, int], Unit] = {}
        for passage_id in passage_ids:
            if passage_id not in self._corpus.passages:
                continue
            for place in self._corpus.siblings(passage_id):
                if instructs(place.text):
                    continue
                for shown in self._shown(place, language):
                    found.setdefault((shown.passage.id, shown.number), self._unit(shown))
        return sorted(found.values(), key=lambda unit: _position(unit.places[0]))

    def _shown(self, place: SentencePlace, language: Language) -> Sequence[SentencePlace]:
        if place.passage.language == language:
            return [place]
        return self._corpus.counterparts_of(place.passage.id, place.number) or [place]

    def _unit(self, place: SentencePlace) -> Unit:
        passage = place.passage
        others = self._corpus.counterparts_of(passage.id, place.number)
        texts = {passage.language: place.text}
        for other in others:
            side = other.passage.language
            texts[side] = f"{texts[side]}\n{other.text}" if side in texts else other.text
        titles = [text for title in passage.section for text in (title.zh, title.en)]
        counterpart = self._corpus.passages.get(passage.counterpart_id or "")
        around = [passage.text, *([counterpart.text] if counterpart else [])]
        return Unit((place,), texts, Evidence(titles), Evidence(around))

    def runs(self, units: Sequence[Unit], length: int) -> Iterator[Unit]:
        """Units of `length` sentences that follow one another in a passage."""
        for first in range(len(units) - length + 1):
            run = units[first : first + length]
            places = [place for unit in run for place in unit.places]
            numbers = [place.number for place in places]
            same = {place.passage.id for place in places} == {places[0].passage.id}
            if same and numbers == list(range(numbers[0], numbers[0] + length)):
                yield merged(run)

    def giving_year(self, unit: Unit, claim: Claim) -> SentencePlace | None:
        """The nearest sentence before (else after) in the unit's section that gives the year of a claim.

        None where there is none, or where the year is not the one that the report is about.
        """
        home = unit.places[0]
        year = claim.value.removeprefix("date:")[:4]
        if year != self._year:
            return None
        near = [
            place
            for place in self._corpus.places
            if place.passage.document_id == home.passage.document_id
            and place.passage.section == home.passage.section
            and place.passage.language == home.passage.language
            and year in stated_years(clean(place.text))
        ]
        return min(
            near,
            key=lambda p: (_position(p) > _position(home), abs(_position(p)[1] - _position(home)[1])),
            default=None,
        )


@cache
def _instructions() -> re.Pattern[str]:
    table = tomllib.loads((files("bot.lexicon") / "instructions.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in table["patterns"]))


def instructs(text: str) -> bool:
    """Whether a sentence tells a model what to say; planted in a report, it bears nothing out."""
    return _instructions().search(fold(clean(text))) is not None


def merged(units: Sequence[Unit]) -> Unit:
    """Several units as one."""
    places = tuple(dict.fromkeys(place for unit in units for place in unit.places))
    languages = {language for unit in units for language in unit.texts}
    texts: dict[Language, str] = {
        language: "\n".join(dict.fromkeys(unit.texts[language] for unit in units if language in unit.texts))
        for language in languages
    }
    return replace(units[0], places=tuple(sorted(places, key=_position)), texts=texts)


def _position(place: SentencePlace) -> tuple[str, int]:
    return place.passage.document_id, place.passage.sentences[place.number].start
