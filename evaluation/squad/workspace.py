"""The folder of a run over a SQuAD-format file: paragraphs as documents, their index, and the answers so far.

It is removed when the run is done; a run that was interrupted finds it and goes on.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from filelock import FileLock, Timeout
from pydantic import ValidationError

from bot.ingestion import configured_embeddings
from bot.settings import Settings
from evaluation.squad.dataset import SquadDataset
from evaluation.squad.record import SquadRecord
from evaluation.squad.vectors import RememberedEmbeddings
from ingest.pipeline import ingest
from vectorstore.errors import IndexBusyError, InputError

Progress = Callable[[str, int, int], None]


class Workspace:
    """The folder of one dataset and one configuration inside `REPORTQA_HOME`."""

    def __init__(self, dataset: SquadDataset, settings: Settings, answering: str) -> None:
        """`answering` stands for what answers depend on beside the index: those of another way are not taken over."""
        self._dataset = dataset
        self._settings = settings
        self.embedding = configured_embeddings(settings).fingerprint
        key = _key(dataset.sha256, self.embedding, str(settings.passage_tokens))
        self._folder = settings.home / "squad" / key
        self._records = self._folder / f"records-{_key(settings.language, settings.reader, answering)}.jsonl"

    @property
    def settings(self) -> Settings:
        """The settings of an assistant over the temporary index."""
        return self._settings.model_copy(update={"home": self._folder / "home", "chroma_url": None})

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The folder, for this run alone; it is removed when the block ends well.

        Raises:
            IndexBusyError: another run is at work in it.
            InputError: it cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / "run.lock", timeout=0):
                yield
                shutil.rmtree(self._folder, ignore_errors=True)
        except Timeout as error:
            raise IndexBusyError(f"Another run over {self._dataset.name} is at work; wait until it is done.") from error
        except OSError as error:
            raise InputError(f"Cannot write into {self._folder}: {error.strerror}. Set REPORTQA_HOME.") from error

    def ingest(self, progress: Progress) -> None:
        """Make the index, going on from where an interrupted run stopped.

        Raises:
            ReportQAError: see `ingest.pipeline.ingest`.
        """
        documents = self._folder / "paragraphs"
        documents.mkdir(parents=True, exist_ok=True)
        for number, paragraph in enumerate(self._dataset.paragraphs):
            (documents / document_name(number)).write_text(paragraph, encoding="utf-8", newline="")
        settings = self.settings
        memory = RememberedEmbeddings(configured_embeddings(settings), self._folder / "vectors.sqlite3")
        with closing(memory):
            ingest([documents], settings.home, memory, None, settings.passage_tokens, progress=progress)

    def append(self, records: Sequence[SquadRecord]) -> None:
        """Add answers to those so far."""
        # Each on a line that it begins itself: what an interruption left of the line before does not spoil it.
        with self._records.open("ab") as file:
            file.write(b"".join(b"\n" + record.model_dump_json().encode("utf-8") for record in records))

    def records(self) -> Iterator[SquadRecord]:
        """The answers so far; a line that an interruption cut short is left out."""
        if not self._records.exists():
            return
        with self._records.open("rb") as file:
            for line in file:
                try:
                    yield SquadRecord.model_validate_json(line)
                except ValidationError:
                    continue


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:16]


def document_name(number: int) -> str:
    """The file that holds a paragraph."""
    return f"p{number:06}.txt"


def paragraph_number(document: str) -> int:
    """The paragraph that a file holds."""
    return int(document[1:7])
