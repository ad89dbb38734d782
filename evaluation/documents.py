"""The text that citations and evidence point into, and where in it a piece of evidence stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.schema import Document, Passage

_MARK = re.compile(r"\*+|[-–•·▪●]")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document, in code points; `end` is exclusive."""

    document: str
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        """Whether the two have at least one code point in common."""
        return self.document == other.document and self.start < other.end and other.start < self.end


class DocumentTexts:
    """The texts of an index by document name: the report files where they are at hand, else what the passages hold.

    Text that no passage holds is white space then, so that offsets stay true.
    """

    def __init__(self, passages: Sequence[Passage], files: Iterable[Document] = ()) -> None:
        known = {file.name: file.text for file in files}
        rebuilt = _rebuilt(passage for passage in passages if passage.document not in known)
        self._texts: Mapping[str, str] = {**rebuilt, **known}
        self.find = lru_cache(maxsize=None)(self._find)

    def text(self, place: Place) -> str | None:
        """The verbatim text of a place; None where there is no such document."""
        text = self._texts.get(place.document)
        return None if text is None else text[place.start : place.end]

    def _find(self, evidence: str) -> tuple[Place, ...]:
        """Every place where a piece of evidence stands; white space may differ, bullets and emphasis be missing."""
        pattern = _pattern(evidence)
        return tuple(
            Place(name, match.start(), match.start() + len(match.group().rstrip()))
            for name, text in self._texts.items()
            for match in pattern.finditer(text)
        )


def _pattern(evidence: str) -> re.Pattern[str]:
    # No passage holds a list's bullets or the asterisks around a name, but who copies evidence copies them too. A line
    # that is broken between two Han characters has white space there that evidence may lack.
    parts = re.findall(r"\*+|[\u3400-\u9fff]|[^\s*\u3400-\u9fff]+", evidence)
    bare = [part for part in parts if not _MARK.fullmatch(part)]
    escaped = [rf"{re.escape(part)}\s*" for part in parts]
    return re.compile("".join(e if p in bare or not bare else f"(?:{e})?" for p, e in zip(parts, escaped, strict=True)))


def _rebuilt(passages: Iterable[Passage]) -> dict[str, str]:
    characters: dict[str, list[str]] = {}
    for passage in passages:
        text = characters.setdefault(passage.document, [])
        text.extend(" " * (passage.end - len(text)))
        text[passage.start : passage.end] = passage.text
    return {name: "".join(text) for name, text in characters.items()}
