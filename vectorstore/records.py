"""Passage ↔ Chroma record: what of a passage is stored where."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.schema import Passage, PersonPost, SectionPath, Sentence, Span, Title

Vectors = NDArray[np.float32]
"""One row a text."""

Metadata = dict[str, Any]
"""Chroma metadata: strings, numbers, and non-empty lists of strings."""


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of one collection: verbatim texts with their vectors."""

    ids: list[str]
    texts: list[str]
    metadatas: list[Metadata]
    vectors: Vectors


def title_key(title: str) -> str:
    """The form in which section titles are compared: lower case, single spaces."""
    return " ".join(title.split()).casefold()


def title_keys(section: SectionPath) -> list[str]:
    """The keys of all titles of a path, both languages, without repetition."""
    keys = (title_key(text) for title in section for text in (title.zh, title.en))
    return list(dict.fromkeys(key for key in keys if key))


def sentence_id(passage_id: str, number: int) -> str:
    """The record id of a passage's sentence, counted from 0."""
    return f"{passage_id}:{number}"


def split_sentence_id(record_id: str) -> tuple[str, int]:
    """The passage id and the sentence number of a sentence record."""
    passage_id, _, number = record_id.rpartition(":")
    return passage_id, int(number)


def passage_records(passages: Sequence[Passage], keys: Sequence[str], vectors: Vectors) -> Records:
    """Records of passages in document order; `keys` name the texts that the vectors were made from."""
    metadatas = [
        _passage_metadata(passage, order) | {"key": key}
        for order, (passage, key) in enumerate(zip(passages, keys, strict=True))
    ]
    return Records([passage.id for passage in passages], [passage.text for passage in passages], metadatas, vectors)


def sentence_records(passages: Sequence[Passage], keys: Sequence[str], vectors: Vectors) -> Records:
    """Records of all sentences of `passages`, in the same order as `keys` and `vectors`."""
    places = [(passage, number) for passage in passages for number in range(len(passage.sentences))]
    spans = [passage.sentences[number] for passage, number in places]
    return Records(
        [sentence_id(passage.id, number) for passage, number in places],
        [passage.slice(span.start, span.end) for (passage, _), span in zip(places, spans, strict=True)],
        [
            _filter_keys(passage) | {"passage_id": passage.id, "number": number, "key": key}
            for (passage, number), key in zip(places, keys, strict=True)
        ],
        vectors,
    )


def passage_of(record_id: str, text: str, metadata: Mapping[str, Any]) -> Passage:
    """The passage that `passage_records` stored."""
    person = metadata.get("person")
    return Passage(
        id=record_id,
        document_id=metadata["document_id"],
        document=metadata["document"],
        start=metadata["start"],
        end=metadata["end"],
        text=text,
        language=metadata["language"],
        section=tuple(Title(zh, en) for zh, en in json.loads(metadata["section"])),
        role=metadata["role"],
        tokens=metadata["tokens"],
        sentences=tuple(_sentence_of(numbers) for numbers in json.loads(metadata["sentences"])),
        counterpart_id=metadata.get("counterpart_id"),
        person=None if person is None else _person_of(json.loads(person)),
    )


def _passage_metadata(passage: Passage, order: int) -> Metadata:
    metadata = _filter_keys(passage) | {
        "order": order,
        "document_id": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "section": _json([[title.zh, title.en] for title in passage.section]),
        "role": passage.role,
        "tokens": passage.tokens,
        "sentences": _json([_sentence_numbers(sentence) for sentence in passage.sentences]),
    }
    if passage.counterpart_id is not None:
        metadata["counterpart_id"] = passage.counterpart_id
    if passage.person is not None:
        metadata["person"] = _json({name: getattr(passage.person, name) for name in PersonPost.__slots__})
    return metadata


def _filter_keys(passage: Passage) -> Metadata:
    titles = title_keys(passage.section)
    # Chroma refuses an empty list.
    return {"document": passage.document} | ({"titles": titles} if titles else {})


def _sentence_numbers(sentence: Sentence) -> list[int]:
    return [sentence.start, sentence.end, *(sentence.counterpart or ())]


def _sentence_of(numbers: Sequence[int]) -> Sentence:
    start, end, *counterpart = numbers
    return Sentence(start, end, Span(*counterpart) if counterpart else None)


def _person_of(spans: Mapping[str, Sequence[int] | None]) -> PersonPost:
    return PersonPost(**{name: None if span is None else Span(*span) for name, span in spans.items()})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
