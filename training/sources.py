"""Question-answering data in SQuAD's format → paragraphs and questions, split by document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.gold import lot_of
from vectorstore.tokens import convert_script

FILES = {
    "cmrc2018": "cmrc2018-dev.json",
    "drcd": "drcd-dev.json",
    "qamr": "qamr-paragraphs.json",
    "fairytaleqa": "fairytaleqa-explicit.json",
    "policyqa": "policyqa-dev-test.json",
}
PRACTICE = "practice"
"""The source that `training.practice` makes of questions about the report."""
CHINESE = frozenset({"cmrc2018", "drcd"})
LONGEST_ANSWER = 160
"""Code points; the reader finds no longer ones."""
_SENTENCE = re.compile(r"[^。！？!?.\n]*(?:[。！？\n]+[”」』）]*|[.!?]+[\"'”’)]*(?=\s|$)|[.!?]+)\s*|[^。！？!?.\n]+$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A context of the data; `document` is what must not be on both sides of the split."""

    source: str
    document: str
    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and where its paragraph answers it: code points of the paragraph, end exclusive.

    A practice question brings the windows that were found for it and do not answer it (`others`); the report may not
    answer it at all (`start` is -1), and its paragraph is read whole.
    """

    paragraph: Paragraph
    question: str
    start: int
    end: int
    answers: tuple[str, ...]
    others: tuple[str, ...] = ()


def read_source(source: str, folder: Path) -> list[Pair]:
    """Every question of a source whose answer stands in its paragraph. Raises OSError, ValueError, KeyError."""
    data = json.loads((folder / FILES[source]).read_text(encoding="utf-8"))
    return [pair for article in data["data"] for pair in _pairs(source, article)]


def read_practice(path: Path) -> list[Pair]:
    """What `training.practice` wrote. Raises OSError, ValueError, KeyError."""
    return [
        Pair(
            Paragraph(PRACTICE, entry["group"], "", entry["window"], tuple((a, b) for a, b in entry["sentences"])),
            entry["question"],
            entry["start"],
            entry["end"],
            tuple(entry["answers"]),
            tuple(entry["others"]),
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def split(pairs: list[Pair], held_out: float) -> tuple[list[Pair], list[Pair]]:
    """(train, held-out) by document: the hash of its name decides, so a document never changes sides."""
    sides: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in pairs:
        sides[lot_of(pair.paragraph.document) < held_out].append(pair)
    return sides


def is_held_out(source: str, name: str, share: float) -> bool:
    """Whether the document of this name is on the held-out side of `split`."""
    return lot_of(_document(source, name)) < share


def cut_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences, without a gap between them; a full stop inside a number or a name ends none."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        closing = match.group().rstrip()
        if closing and (closing[-1] not in ".?!" or match.group() != closing or match.end() == len(text)):
            spans.append((start, match.end()))
            start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return tuple(spans)


def _pairs(source: str, article: Mapping[str, Any]) -> Iterator[Pair]:
    name = str(article["title"])
    # The assistant reads Chinese in Simplified characters, whatever was typed and printed.
    reading = _simplified if source in CHINESE else str
    title = reading(_title(source, name))
    document = _document(source, name)
    for entry in article["paragraphs"]:
        text = reading(entry["context"])
        paragraph = Paragraph(source, document, title, text, cut_sentences(text))
        for question in entry["qas"]:
            given = [(reading(answer["text"]), int(answer["answer_start"])) for answer in question["answers"]]
            place = _place(text, given)
            if place is not None and place[1] - place[0] <= LONGEST_ANSWER:
                asked = reading(question["question"].strip())
                yield Pair(paragraph, asked, *place, tuple(dict.fromkeys(wanted for wanted, _ in given)))


def _document(source: str, name: str) -> str:
    # Both Chinese sets come from one encyclopedia: an article must be on one side whatever its script.
    return f"zh:{_simplified(name)}" if source in CHINESE else f"{source}:{name}"


def _simplified(text: str) -> str:
    return convert_script(text, "hk2s")


def _place(text: str, answers: list[tuple[str, int]]) -> tuple[int, int] | None:
    for wanted, start in answers:
        if wanted and text[start : start + len(wanted)] == wanted:
            return start, start + len(wanted)
    for wanted, _ in answers:
        start = text.find(wanted) if wanted else -1
        if start >= 0:
            return start, start + len(wanted)
    return None


def _title(source: str, name: str) -> str:
    if source == "qamr":
        return ""  # a number: no title
    if source == "fairytaleqa":
        return Path(name).stem.removesuffix("-questions").replace("-", " ").strip()
    return name
