"""Writes the files of a run: all of them, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from vectorstore.errors import InputError


def check_folder(folder: Path) -> None:
    """Raises InputError where files cannot be written into `folder`; it is not made yet."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir():
        raise InputError(f"Cannot write into {folder}: {existing} is not a folder. Name another with --out.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(f"Cannot write into {folder}: {existing} is read-only. Name another folder with --out.")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replaces the named files of a folder, which is made where missing; if one cannot be written, none is.

    Raises:
        InputError: the disk is full, or the folder cannot be written.
    """
    made = not folder.exists()
    parts = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, part in parts.items():
            part.write_bytes(files[file.name])
        for file, part in parts.items():
            part.replace(file)
    except BaseException as error:
        for part in parts.values():
            part.unlink(missing_ok=True)
        if made and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        if isinstance(error, OSError):
            raise InputError(f"Cannot write into {folder}: {error.strerror}. Name another with --out.") from error
        raise
