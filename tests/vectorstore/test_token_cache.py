"""The token cache: what it gives is what tokenising gives, whatever state its file is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore.token_cache import cached_tokens
from vectorstore.tokens import tokenise

TEXTS = ["多功能 e-道共有 756 条", "a total of 756 e-Channels", ""]
TOKENS = [tokenise(text) for text in TEXTS]


def test_tokens_are_kept_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    assert cached_tokens(file, TEXTS) == TOKENS
    before = file.read_bytes()
    assert cached_tokens(file, TEXTS) == TOKENS
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_other_texts_replace_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    cached_tokens(file, TEXTS)
    assert cached_tokens(file, TEXTS[:1]) == TOKENS[:1]
    assert cached_tokens(file, TEXTS) == TOKENS


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', "null", "\ufeff"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(content, encoding="utf-8")
    assert cached_tokens(file, TEXTS) == TOKENS
    assert "tokens" in file.read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    assert cached_tokens(tmp_path / "not" / "there" / "tokens.json", TEXTS) == TOKENS
