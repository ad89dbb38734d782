"""A file → `Document`: its text exactly as decoded, its name and its hash."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from vectorstore.errors import InputError
from vectorstore.schema import Document

_BOM = "\ufeff"


class Loader(Protocol):
    """Turns one file into text. A loader of another format (PDF, DOCX, HTML) joins `LOADERS` under its suffix."""

    def __call__(self, path: Path) -> str:
        """The text of the file.

        Raises:
            InputError: the file cannot be read as this format; the text names the path and the mend.
        """
        ...


def load_text(path: Path) -> str:
    """The file decoded as UTF-8, nothing changed: `text.encode("utf-8")` gives the file's bytes again.

    Raises:
        InputError: unreadable, binary (holds a NUL) or not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error
    if b"\0" in data:
        raise InputError(f"{path} is a binary file, not text; give a report saved as UTF-8 text or Markdown.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and try again.") from error


LOADERS: Mapping[str, Loader] = MappingProxyType({".txt": load_text, ".md": load_text, ".markdown": load_text})
"""The loader of each file suffix, in lower case."""


def load_documents(paths: Sequence[Path]) -> list[Document]:
    """The reports in `paths`: files as given; folders recursively, in sorted order.

    A folder's README files, hidden files and files of unknown kind are skipped; a file that is named itself is
    read whatever its name. A file that is reached twice is read once. A document is named after its file; where
    two files share a name, both get as many of their folders' names as it takes to tell them apart. Ids are
    made from these names alone.

    Raises:
        InputError: nothing to read, or something that cannot be read; one line names the path and the mend.
    """
    if not paths:
        raise InputError("No report was named; give a file or a folder.")
    unique: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path):
            unique.setdefault(file.resolve(), file)
    files = list(unique.values())
    return [_document(file, name) for file, name in zip(files, _names(files), strict=True)]


def shipped_reports() -> Path:
    """The folder of the report that ships: inside the installed package, else the checkout's `data`."""
    installed = Path(__file__).parent / "data"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "data"


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return _reports_in(path)
    if not path.exists():
        raise InputError(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise InputError(f"{path} is neither a file nor a folder; give a report file.")
    if path.suffix.lower() not in LOADERS:
        raise InputError(f"{path} is of a kind that cannot be read; give one of {', '.join(LOADERS)}.")
    return [path]


def _reports_in(folder: Path) -> list[Path]:
    def wanted(file: Path) -> bool:
        inside = file.relative_to(folder)
        return (
            file.suffix.lower() in LOADERS
            and file.stem.lower() != "readme"
            and not any(part.startswith(".") for part in inside.parts)
            and file.is_file()
        )

    try:
        found = sorted(file for file in folder.rglob("*") if wanted(file))
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror}); check its permissions.") from error
    if not found:
        raise InputError(f"{folder} holds no report; put a file of kind {', '.join(LOADERS)} into it.")
    return found


def _names(files: Sequence[Path]) -> list[str]:
    parts = [file.absolute().parts for file in files]
    depths = [1] * len(files)
    while True:
        names = ["/".join(part[-depth:]) for part, depth in zip(parts, depths, strict=True)]
        counts = Counter(names)
        if len(counts) == len(names):
            return names
        depths = [depth + (counts[name] > 1) for name, depth in zip(names, depths, strict=True)]


def _document(path: Path, name: str) -> Document:
    text = LOADERS[path.suffix.lower()](path)
    if not text.strip().strip(_BOM).strip():
        raise InputError(f"{path} is empty; give a report with text in it.")
    encoded = name.encode("utf-8", "replace")
    return Document(
        id=hashlib.sha256(encoded).hexdigest()[:16],
        name=encoded.decode("utf-8"),
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
