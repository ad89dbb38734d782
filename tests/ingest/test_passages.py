"""Passages: true spans, the budget, counterparts, stable ids; on the report and on arbitrary text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.parse import parse
from ingest.passages import count_tokens, passage_embedding_text, sentence_embedding_text
from vectorstore.schema import Document, ParsedDocument, Passage

PAGE = "周兆光\n\nCHOW Siu-kwong\n\n处长\nDirector\n\n02 序言 FOREWORD\n\n06 人员 OFFICERS\n\n08 总部 OFFICES\n\n"
FRAGMENTS = [
    *("入境处", "香港 ", "二零二四年", "。", "，", "；", "「新总部」", "（学院）", "4 172 ", "e- 道", "𠮷"),
    *("The department ", "Hong Kong ", "ENFORCEMENT BRANCH", "Mr. Lee ", "3.8% ", ". ", ", ", "(ImmD) ", "'", "**"),
    *("\n", "\n\n", "\n\n\n\n", "\r\n", "\x00", "\x0c", "\u2028", "\u200b", "\ufeff", "\\$", "^[备注]"),
    *("# ", "- ", "1. ", "| a | b |", "http://a.b/c ", "↑ 25%\n\n", PAGE),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=60).map("".join)


def arbitrary_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors that mean nothing: what is true of spans must hold whatever the model says."""
    rows = [
        np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")).normal(size=16)
        for text in texts
    ]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def check(document: ParsedDocument, budget: int) -> None:
    text = document.document.text
    covered = np.zeros(len(text), dtype=bool)
    by_id = {passage.id: passage for passage in document.passages}
    assert len(by_id) == len(document.passages)
    for passage in document.passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.tokens == count_tokens(passage.text)
        assert passage.tokens <= budget or len(passage.sentences) == 1
        end = passage.start
        for sentence in passage.sentences:
            assert end <= sentence.start < sentence.end <= passage.end
            end = sentence.end
            covered[sentence.start : end] = True
        if passage.counterpart_id:
            other = by_id[passage.counterpart_id]
            assert other.counterpart_id == passage.id
            assert other.language != passage.language
    assert not any(character.isalnum() for at, character in enumerate(text) if not covered[at])
    starts = [passage.start for passage in document.passages]
    assert starts == sorted(starts)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([32, 64, 256]))
def test_any_text_gives_true_spans_that_hold_every_word(text: str, budget: int) -> None:
    check(parse(Document("id", "any.txt", text, ""), arbitrary_vectors, budget), budget)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_only_texts_of_final_sentences_are_embedded_and_each_once(text: str) -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return arbitrary_vectors(texts)

    document = parse(Document("id", "any.txt", text, ""), embed, 64)
    assert set(asked) <= {sentence_embedding_text(p, s) for p in document.passages for s in p.sentences}
    assert len(asked) == len(set(asked))


def test_the_report_has_true_spans_that_hold_every_word(parsed_report: ParsedDocument) -> None:
    check(parsed_report, 256)


def test_body_passages_of_the_report_have_their_translation(parsed_report: ParsedDocument) -> None:
    body = [passage for passage in parsed_report.passages if passage.role in ("body", "caption", "heading")]
    alone = [passage.text for passage in body if passage.counterpart_id is None]
    assert len(alone) <= 2
    assert any("A photograph showing a line of men" in text for text in alone)


def test_a_sentence_cut_by_a_page_turn_is_whole(parsed_report: ParsedDocument) -> None:
    sentences = [p.slice(s.start, s.end) for p in parsed_report.passages for s in p.sentences]
    assert any(s.startswith("On\n\nfostering") and s.endswith("the Mainland and the world.") for s in sentences)
    assert any("'Consular\n\nProtection Month'" in s for s in sentences)
    assert any("4 个主要范畴\n\n探讨" in s and s.startswith("本处于二零二四年四月") for s in sentences)


@pytest.mark.parametrize(
    "text",
    [
        "通行\n\n本处增设了十条通道。市民使用方便。\n\nPassage\n\nTen channels were added. They are handy.\n",
        "# 通行\n\n本处增设了十条通道。\n",
    ],
)
def test_text_before_a_passage_does_not_change_its_id(parse_text: Callable[[str], ParsedDocument], text: str) -> None:
    before = {passage.id for passage in parse_text(text).passages}
    after = {passage.id for passage in parse_text(f"前言\n\n这是新的一段。\n\n{text}").passages}
    assert before < after


def test_repeated_text_has_ids_of_its_own(parse_text: Callable[[str], ParsedDocument]) -> None:
    document = parse_text("谢谢各位的支持。\n\nHello to all of you.\n\n谢谢各位的支持。\n")
    assert len({passage.id for passage in document.passages}) == 3


def test_a_passage_is_embedded_with_its_title_in_its_own_language(parsed_report: ParsedDocument) -> None:
    def of(snippet: str) -> Passage:
        return next(p for p in parsed_report.passages if snippet in p.text)

    zh, en = of("现时，各管制站共设有 756"), of("At present, a total of 756")
    assert passage_embedding_text(zh).startswith("扩展 e-道服务\n现时，各管制站共设有 756 条多功能 e-道，")
    assert sentence_embedding_text(en, en.sentences[0]).startswith("Extension of the e-Channel Service\nAt present,")


def test_an_empty_document_has_no_passages() -> None:
    for text in ("", " \n\n\t", "\n---\n\n***\n"):
        assert parse(Document("id", "empty.txt", text, ""), arbitrary_vectors, 256).passages == ()
