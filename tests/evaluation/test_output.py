"""Writing a run's files: all or none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from evaluation.output import check_folder, write_files
from vectorstore.errors import InputError


def test_files_are_replaced_and_their_folder_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    write_files(folder, {"x": b"1", "y": b"2"})
    write_files(folder, {"x": b"3"})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"x": b"3", "y": b"2"}


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_when_one_cannot_be_written_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    folder = tmp_path / "run"
    write_files(folder, {"x": b"old", "y": b"old"})
    written = Path.write_bytes

    def fail_at_second(self: Path, data: bytes) -> int:
        if self.name.startswith(".y"):
            written(self, data[:1])
            raise error
        return written(self, data)

    monkeypatch.setattr(Path, "write_bytes", fail_at_second)
    with pytest.raises(InputError if isinstance(error, OSError) else KeyboardInterrupt):
        write_files(folder, {"x": b"new", "y": b"new"})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"x": b"old", "y": b"old"}


def test_a_folder_made_for_nothing_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(InputError, match="No space left"):
        write_files(tmp_path / "run", {"x": b"1"})
    assert not (tmp_path / "run").exists()


def test_a_folder_that_is_a_file_is_refused_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="not a folder"):
        check_folder(tmp_path / "file" / "run")
    check_folder(tmp_path / "new" / "run")
    assert not (tmp_path / "new").exists()
