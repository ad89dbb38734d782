"""Passage ↔ record: nothing is lost on the way through Chroma's metadata."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.records import passage_of, passage_records, sentence_records, split_sentence_id
from vectorstore.schema import Passage, PersonPost, Sentence, Span, Title

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SPANS = st.builds(Span, st.integers(0, 10**6), st.integers(0, 10**6))
SENTENCES = st.builds(Sentence, st.integers(0, 10**6), st.integers(0, 10**6), st.none() | SPANS)
PEOPLE = st.builds(PersonPost, *[st.none() | SPANS] * 6)
PASSAGES = st.builds(
    Passage,
    id=st.text("0123456789abcdef", min_size=1),
    document_id=TEXTS,
    document=TEXTS,
    start=st.integers(0, 10**6),
    end=st.integers(0, 10**6),
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    language=st.sampled_from(["zh", "en"]),
    section=st.lists(st.builds(Title, TEXTS, TEXTS), max_size=3).map(tuple),
    role=st.sampled_from(["heading", "body", "caption", "list", "person", "callout"]),
    tokens=st.integers(0, 10**4),
    sentences=st.lists(SENTENCES, max_size=4).map(tuple),
    counterpart_id=st.none() | st.text("0123456789abcdef", min_size=1),
    person=st.none() | PEOPLE,
)


@given(PASSAGES)
def test_a_passage_comes_back_from_its_record_as_it_was(passage: Passage) -> None:
    records = passage_records([passage], ["key"], np.ones((1, 2), np.float32))
    assert passage_of(records.ids[0], records.texts[0], records.metadatas[0]) == passage


@given(PASSAGES)
def test_metadata_holds_only_what_chroma_takes(passage: Passage) -> None:
    (metadata,) = passage_records([passage], ["key"], np.ones((1, 2), np.float32)).metadatas
    for value in metadata.values():
        assert isinstance(value, str | int) or (
            isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        )


@given(PASSAGES)
def test_every_sentence_has_its_record_with_its_verbatim_text(passage: Passage) -> None:
    count = len(passage.sentences)
    records = sentence_records([passage], ["key"] * count, np.ones((count, 2), np.float32))
    assert [split_sentence_id(record_id) for record_id in records.ids] == [(passage.id, i) for i in range(count)]
    assert records.texts == [passage.slice(s.start, s.end) for s in passage.sentences]
