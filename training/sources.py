"""Question-answering data in SQuAD's format → paragraphs and questions, split by document."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.tokens import convert_script

FILES = {
    "cmrc2018": "cmrc2018-dev.json",
    "drcd": "drcd-dev.json",
    "qamr": "qamr-paragraphs.json",
    "fairytaleqa": "fairytaleqa-explicit.json",
    "policyqa": "policyqa-dev-test.json",
}
CHINESE = frozenset({"cmrc2018", "drcd"})
LONGEST_ANSWER = 160
"""Code points; the reader finds no longer ones. Of PolicyQA a third is longer."""
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
    """A question and where its paragraph answers it: code points of the paragraph, end exclusive."""

    paragraph: Paragraph
    question: str
    start: int
    end: int
    answers: tuple[str, ...]


def read_source(source: str, folder: Path) -> list[Pair]:
    """Every question of a source whose answer stands in its paragraph. Raises OSError, ValueError, KeyError."""
    data = json.loads((folder / FILES[source]).read_text(encoding="utf-8"))
    return [pair for article in data["data"] for pair in _pairs(source, article)]


def split(pairs: list[Pair], held_out: float) -> tuple[list[Pair], list[Pair]]:
    """(train, held-out) by document: the hash of its name decides, so a document never changes sides."""
    sides: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in pairs:
        digest = hashlib.sha256(pair.paragraph.document.encode()).digest()
        sides[int.from_bytes(digest[:4], "big") < held_out * 2**32].append(pair)
    return sides


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
    title = _title(source, name)
    # Both Chinese sets come from one encyclopedia: an article must be on one side whatever its script.
    document = "zh:" + convert_script(name, "t2s") if source in CHINESE else f"{source}:{name}"
    for entry in article["paragraphs"]:
        text = entry["context"]
        paragraph = Paragraph(source, document, title, text, cut_sentences(text))
        for question in entry["qas"]:
            answers = tuple(dict.fromkeys(answer["text"] for answer in question["answers"]))
            place = _place(text, question["answers"])
            if place is not None and place[1] - place[0] <= LONGEST_ANSWER:
                yield Pair(paragraph, question["question"].strip(), *place, answers)


def _place(text: str, answers: list[dict[str, Any]]) -> tuple[int, int] | None:
    for answer in answers:
        wanted, start = answer["text"], int(answer["answer_start"])
        if wanted and text[start : start + len(wanted)] == wanted:
            return start, start + len(wanted)
    for answer in answers:
        start = text.find(answer["text"]) if answer["text"] else -1
        if start >= 0:
            return start, start + len(answer["text"])
    return None


def _title(source: str, name: str) -> str:
    if source in ("qamr", "policyqa"):
        return ""  # a number, the name of a site: no title
    if source == "fairytaleqa":
        return Path(name).stem.removesuffix("-questions").replace("-", " ").strip()
    return name
