"""The guard over the report that ships, and the ways to falsify its sentences."""

from __future__ import annotations

import pytest

from benchmarks.guard import Lies
from bot.assistant import Assistant
from bot.guard import Guard
from vectorstore.corpus import Corpus


@pytest.fixture(scope="session")
def corpus(assistant: Assistant) -> Corpus:
    """Every sentence of the report that ships."""
    return Corpus(assistant.passages())


@pytest.fixture(scope="session")
def guard(assistant: Assistant, corpus: Corpus) -> Guard:
    """The guard over it."""
    return Guard(corpus, assistant.manifest.terms)


@pytest.fixture(scope="session")
def lies(assistant: Assistant, corpus: Corpus) -> Lies:
    """Ways to falsify its sentences."""
    return Lies(corpus, [term.names for term in assistant.manifest.terms])
