"""Ingestion as the command runs it: with the settings of this process and a progress bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.progress import progress_bars
from bot.settings import Settings

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport
    from vectorstore.embeddings import ReportEmbeddings


def configured_embeddings(settings: Settings) -> ReportEmbeddings:
    """The embeddings that the settings name.

    Raises:
        InputError: see `vectorstore.embeddings.make_embeddings`.
    """
    from vectorstore.embeddings import EmbeddingConfig, make_embeddings

    key = settings.embedding_api_key
    return make_embeddings(
        EmbeddingConfig(
            provider=settings.embedding_provider,
            model=settings.embedding_model,
            base_url=settings.embedding_base_url,
            api_key=key.get_secret_value() if key else None,
            threads=settings.embedding_threads,
        )
    )


def ingest_reports(settings: Settings, paths: Sequence[Path], *, rebuild: bool = False) -> IngestReport:
    """Makes the index hold exactly the reports in `paths`; without any, the report that ships.

    Raises:
        ReportQAError: see `ingest.pipeline.ingest`.
    """
    from ingest.loaders import shipped_reports
    from ingest.pipeline import ingest

    with progress_bars() as progress:
        return ingest(
            list(paths) or [shipped_reports()],
            settings.home,
            configured_embeddings(settings),
            settings.chroma_url,
            settings.passage_tokens,
            rebuild=rebuild,
            progress=progress,
        )


def summary(report: IngestReport) -> list[str]:
    """What an ingestion did, in lines for a person."""
    lines = [
        f"{change}: {name}"
        for change in ("added", "changed", "removed", "unchanged")
        for name in getattr(report, change)
    ]
    lines.append(f"The index holds {report.passages} passages, {report.sentences} sentences.")
    if report.written:
        seconds = sum(report.seconds.values())
        lines.append(f"{report.embedded} texts embedded, {report.reused} reused, in {seconds:.1f} s.")
    else:
        lines.append("Nothing to do.")
    return lines
