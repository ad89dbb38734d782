"""A draft, read: its claims, names and quoted words; and the pieces that one sentence each may bear out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.guard.claims import Claim, find_claims
from bot.guard.names import Name, Names, fold_same_length, normalise

_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,60})[”\"」』》]|(?<![\w'’])['‘]([^'’\n]{2,60})['’](?!\w)")
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|(?<=[a-z0-9)]\.)\s(?=[A-Z])")
_CLAUSE = re.compile(
    r"(?<=[。！？!?；;])|(?<=[,，])(?!\d)|(?<=[a-z)]\.)\s|\s(?=(?:and|while|whereas|but|compared|against)\s)|(?=而|以及|并)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to bear out. `text` is normalised; `folded` has the same offsets; claims may be fewer than it states."""

    text: str
    folded: str
    claims: tuple[Claim, ...]
    names: tuple[str, ...]
    quotes: tuple[str, ...]


def read_piece(text: str, names: Names) -> Piece:
    """What of a text is to be checked."""
    text = normalise(text)
    folded = fold_same_length(text)
    terms = [name for name in names.terms_in(text) if any(c.isupper() for c in name.text) or not name.text.isascii()]
    found = [name for name in names.find(text) if not _inside(name, terms)]
    quotes = [first or second for first, second in _QUOTED.findall(text)]
    return Piece(
        text,
        folded,
        tuple(replace(claim, text=text[claim.start : claim.end]) for claim in find_claims(folded)),
        tuple(dict.fromkeys(name.text for name in [*terms, *found])),
        tuple(quotes),
    )


def _inside(name: Name, terms: Sequence[Name]) -> bool:
    return any(term.start <= name.start and name.end <= term.end for term in terms)


def sentences_of(piece: Piece, names: Names) -> list[Piece]:
    """The piece, sentence by sentence; what a sentence leaves unsaid (who, when) it has from the one before."""
    return _carried([read_piece(part, names) for part in _SENTENCE.split(piece.text) if part and part.strip()])


def clauses_of(piece: Piece, names: Names) -> list[Piece]:
    """The piece, clause by clause, likewise; a clause that states no value goes with the one before."""
    parts: list[str] = []
    for part in (part for part in _CLAUSE.split(piece.text) if part and part.strip()):
        valued = any(claim.kind != "date" for claim in find_claims(fold_same_length(normalise(part))))
        if parts and (not valued or not any(c.kind != "date" for c in find_claims(fold_same_length(parts[-1])))):
            parts[-1] = f"{parts[-1]} {part}" if part.isascii() else parts[-1] + part
        else:
            parts.append(normalise(part))
    return _carried([read_piece(part, names) for part in parts])


def _carried(pieces: Sequence[Piece]) -> list[Piece]:
    carried: list[Piece] = []
    who: tuple[str, ...] = ()
    when: tuple[Claim, ...] = ()
    for piece in pieces:
        dates = tuple(claim for claim in piece.claims if claim.kind == "date")
        numbers = any(claim.kind != "date" for claim in piece.claims)
        carried.append(
            replace(
                piece,
                names=piece.names or (who if numbers else ()),
                claims=piece.claims + (when if numbers and not dates else ()),
            )
        )
        who, when = piece.names or who, dates or when
    return carried


def numbers_of(piece: Piece) -> list[Piece]:
    """One piece a number of the text, with the date that goes with it and all its names."""
    dates = dates_of(piece)
    numbers = [claim for claim in piece.claims if claim.kind != "date"]
    return [replace(piece, claims=(n, dates[n]) if n in dates else (n,)) for n in numbers]


def dates_of(piece: Piece) -> dict[Claim, Claim]:
    """The date that goes with each number: 187 in 2023, 二零二三年的 187 个; else the nearest, else the last before."""
    dates = [claim for claim in piece.claims if claim.kind == "date"]
    numbers = [claim for claim in piece.claims if claim.kind != "date"]
    pairs = sorted(
        (
            (_distance(number, date, piece.folded), number.start, number, date)
            for number in numbers
            for date in dates
            if not any(min(number.end, date.end) <= other.start < max(number.start, date.start) for other in numbers)
        ),
        key=lambda pair: pair[:2],
    )
    found: dict[Claim, Claim] = {}
    for _, _, number, date in pairs:
        if number not in found and date not in found.values():
            found[number] = date
    for number in numbers:
        before = [date for date in dates if date.start < number.start] or (dates if len(dates) == 1 else [])
        if number not in found and before:
            found[number] = before[-1]
    return found


def _distance(number: Claim, date: Claim, folded: str) -> int:
    if date.start > number.end:
        between = folded[number.end : date.start]
        return 0 if re.fullmatch(r"\s(?:\w+\s)?(?:in|of|for|during|on)\s", between) else len(between)
    between = folded[date.end : number.start]
    return 0 if re.fullmatch(r"年?的?(?:约|有|则有)?\s?", between) and between else len(between)


def stated_pairs(text: str, names: Names, kinds: Sequence[str]) -> list[tuple[str, int, bool]]:
    """The names and the numbers of a text in order, a run of capitals as one name, a term as its first."""
    text = normalise(text)
    folded = fold_same_length(text)
    terms = names.terms_in(text)
    found = [(names.canonical(term.text), term.start, term.end) for term in terms]
    for name in names.find(text):
        if _inside(name, terms):
            continue
        if found and found[-1][2] == name.start - 1 and text[name.start - 1] == " " and found[-1][1] >= 0:
            found[-1] = (f"{found[-1][0]} {fold_same_length(name.text)}", found[-1][1], name.end)
        else:
            found.append((fold_same_length(name.text), name.start, name.end))
    numbers = [(c.value, c.start, False) for c in find_claims(folded) if c.kind in kinds]
    firsts = {key: (key, start, True) for key, start, _ in sorted(found, key=lambda f: -f[1])}
    return sorted([*firsts.values(), *numbers], key=lambda item: item[1])
