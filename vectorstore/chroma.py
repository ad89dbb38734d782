"""Chroma, embedded or served: connecting, generations of collections, and its errors in plain words."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb import Collection, GetResult
from chromadb.api.client import Client
from chromadb.api.types import Include
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from vectorstore.errors import IndexMismatchError, IndexMissingError, InputError, ProviderError, ReportQAError
from vectorstore.manifest import Manifest
from vectorstore.schema import SCHEMA_VERSION

_PREFIX = "reportqa-"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of the index: a collection of passages and one of sentences.

    Its passages collection carries the manifest. It gets it last, in one call: a generation without a manifest
    is half-written and counts for nothing, and the newest one with a manifest is the current one.
    """

    number: int
    name: str
    schema_version: int | None
    manifest_json: str | None

    @property
    def complete(self) -> bool:
        """Whether it was written to its end."""
        return self.manifest_json is not None

    def manifest(self) -> Manifest:
        """The manifest.

        Raises:
            IndexMismatchError: it was written by another schema version.
        """
        if self.schema_version == SCHEMA_VERSION and self.manifest_json is not None:
            try:
                return Manifest.from_json(self.manifest_json)
            except ValueError:
                pass
        raise IndexMismatchError(
            f"The index has schema version {self.schema_version}, this program needs {SCHEMA_VERSION}; "
            "run `reportqa ingest --rebuild`."
        )


def passages_name(generation: str) -> str:
    """The name of the generation's collection of passages."""
    return f"{_PREFIX}{generation}-passages"


def sentences_name(generation: str) -> str:
    """The name of the generation's collection of sentences."""
    return f"{_PREFIX}{generation}-sentences"


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """Where the index is: the folder `home/index`, or a Chroma server."""

    home: Path
    chroma_url: str | None = None

    @property
    def folder(self) -> Path:
        """The folder of the embedded index."""
        return self.home / "index"

    def __str__(self) -> str:
        return self.chroma_url or str(self.folder)

    def exists(self) -> bool:
        """Whether there is something to connect to; a server is taken to exist."""
        return self.chroma_url is not None or (self.folder / "chroma.sqlite3").is_file()

    def connect(self) -> Client:
        """A client; makes an empty index where the embedded one does not exist.

        Raises:
            IndexMismatchError: the embedded index cannot be read.
            ProviderError: the server does not answer.
            InputError: the server's URL is unusable.
        """
        with self.reading():
            if self.chroma_url is None:
                return self._embedded()
            host, port, secure = _address(self.chroma_url)
            try:
                settings = Settings(anonymized_telemetry=False)
                return cast(Client, chromadb.HttpClient(host, port, secure, settings=settings))
            except ValueError as error:  # what HttpClient makes of a refused connection
                raise self._no_answer(error) from error

    def _embedded(self) -> Client:
        def start() -> Client:
            # One spelling of the path: Chroma shares a system by it, and demands equal settings.
            path = str(self.folder.resolve())
            return cast(Client, chromadb.PersistentClient(path, Settings(anonymized_telemetry=False)))

        try:
            return start()
        except ChromaError:
            # The system that failed to start stays under its path until a second attempt fails on it.
            with suppress(Exception):
                start().close()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Chroma's errors within are raised as errors of ours.

        Raises:
            IndexMissingError: the generation that was being read is gone.
            IndexMismatchError: the embedded index cannot be read.
            ProviderError: the Chroma server failed.
        """
        try:
            yield
        except NotFoundError as error:
            raise IndexMissingError(f"The index in {self} was written anew meanwhile; open it again.") from error
        except httpx.HTTPError as error:
            raise self._no_answer(error) from error
        except (ChromaError, OSError) as error:
            if self.chroma_url is not None:
                raise self._no_answer(error) from error
            raise IndexMismatchError(
                f"The index in {self} cannot be read ({_line(error)}); run `reportqa ingest --rebuild`."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Chroma's errors within are raised as `ReportQAError` (disk full, no permission) or `ProviderError`."""
        try:
            yield
        except httpx.HTTPError as error:
            raise self._no_answer(error) from error
        except (ChromaError, OSError, sqlite3.Error) as error:
            if self.chroma_url is not None:
                raise self._no_answer(error) from error
            raise ReportQAError(
                f"The index in {self} cannot be written ({_line(error)}); check permissions and free space, "
                "or set REPORTQA_HOME to another folder."
            ) from error

    def connect_anew(self) -> Client:
        """As `connect`, but an embedded index that cannot be read is removed first."""
        if self.chroma_url is None and self.folder.exists() and not _is_sound(self.folder):
            self._wipe()
        try:
            return self.connect()
        except IndexMismatchError:
            self._wipe()
            return self.connect()

    def _wipe(self) -> None:
        with self.writing():
            shutil.rmtree(self.folder)

    def sweep(self) -> None:
        """Remove the files that deleted collections of an embedded index leave behind."""
        if self.chroma_url is not None:
            return
        with closing(sqlite3.connect(self.folder / "chroma.sqlite3")) as database:
            live = _segments(database)
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name not in live:
                shutil.rmtree(folder, ignore_errors=True)

    def _no_answer(self, error: Exception) -> ProviderError:
        return ProviderError(f"The Chroma server at {self} failed ({_line(error)}); see that it runs, then try again.")


def pages(client: Client, collection: Collection, include: Include) -> Iterator[GetResult]:
    """All records of a collection, in pages: a longer answer asks SQLite for too many variables."""
    size = client.get_max_batch_size()
    offset = 0
    while (page := collection.get(limit=size, offset=offset, include=include))["ids"]:
        yield page
        offset += size


def generations(client: Client) -> list[Generation]:
    """All generations, oldest first, half-written ones too."""
    found: dict[str, Generation] = {}
    offset = 0
    while page := client.list_collections(limit=_PAGE, offset=offset):
        offset += len(page)
        for collection in page:
            if not collection.name.startswith(_PREFIX):
                continue
            name, _, kind = collection.name.removeprefix(_PREFIX).rpartition("-")
            metadata = (collection.metadata or {}) if kind == "passages" else {}
            if kind == "passages" or name not in found:
                found[name] = _generation(name, metadata.get("schema_version"), metadata.get("manifest"))
    return sorted(found.values(), key=lambda generation: generation.number)


def current_generation(client: Client) -> Generation | None:
    """The newest complete generation."""
    return next((generation for generation in reversed(generations(client)) if generation.complete), None)


def _generation(name: str, schema_version: object, manifest: object) -> Generation:
    number = name.partition("-")[0]
    return Generation(
        number=int(number) if number.isdecimal() else 0,
        name=name,
        schema_version=schema_version if isinstance(schema_version, int) else None,
        manifest_json=manifest if isinstance(manifest, str) else None,
    )


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port and whether to use TLS."""
    try:
        parts = urlsplit(url)
        secure, host, port = parts.scheme == "https", parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise InputError(f"{url} is no URL of a Chroma server; give one such as http://localhost:8000.")
    return host, port or (443 if secure else 8000), secure


def _is_sound(folder: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'chroma.sqlite3'}?mode=ro", uri=True)) as database:
            _segments(database)
            return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _segments(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT id FROM segments")}


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
