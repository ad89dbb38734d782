"""The manifest of an index generation: what it was made from, and how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from vectorstore.schema import Term


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document of the index: `sha256` of its text, and how many passages and sentences it became."""

    id: str
    name: str
    sha256: str
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one generation of the index holds.

    `embedding` is the fingerprint of the embedding model, `created_at` an ISO 8601 time in UTC, and `fingerprint`
    stands for everything that determines the index (see `index_fingerprint`).
    """

    generation: str
    schema_version: int
    embedding: str
    dimension: int
    passage_tokens: int
    documents: tuple[DocumentEntry, ...]
    terms: tuple[Term, ...]
    created_at: str
    fingerprint: str

    def to_json(self) -> str:
        """The manifest as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest that `to_json` wrote.

        Raises:
            ValueError: the text is no manifest of this schema version.
        """
        try:
            fields: dict[str, Any] = json.loads(text)
            fields["documents"] = tuple(DocumentEntry(**entry) for entry in fields["documents"])
            fields["terms"] = tuple(Term(tuple(term["names"])) for term in fields["terms"])
            return cls(**fields)
        except (KeyError, TypeError) as error:
            raise ValueError("not a manifest of this schema version") from error


def index_fingerprint(
    documents: dict[str, str], embedding: str, passage_tokens: int, parser: str, schema_version: int
) -> str:
    """SHA-256 over what determines the index.

    `documents` maps each name to the hash of its text, `parser` identifies the code that cuts the passages.
    """
    inputs = [sorted(documents.items()), embedding, passage_tokens, parser, schema_version]
    return hashlib.sha256(json.dumps(inputs, ensure_ascii=False).encode("utf-8")).hexdigest()
