"""Loaders: exact text, stable names and ids, one clear line for what cannot be read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders import LOADERS, load_documents, shipped_reports
from vectorstore.errors import InputError

ENGLISH = "Annual report\r\n\r\nFour people work here.\n"
CHINESE = "年报\n\n这里有四人工作。\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, "\ufeff" + CHINESE, "a\rb\u2028c\n"])
def test_the_text_is_the_file_decoded_and_nothing_else(tmp_path: Path, text: str) -> None:
    file = write(tmp_path / "report.txt", text)
    (document,) = load_documents([file])
    assert document.text == text
    assert document.name == "report.txt"
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_comes_back_or_is_refused_as_empty(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = write(tmp_path_factory.mktemp("any") / "report.md", text)
    try:
        (document,) = load_documents([file])
    except InputError:
        assert not text.strip().strip("\ufeff").strip()
    else:
        assert document.text.encode("utf-8") == file.read_bytes()


@pytest.mark.parametrize("name", ["report.txt", "年报.md", "Report.MARKDOWN"])
def test_a_document_keeps_its_id_when_its_text_changes_or_its_folder(tmp_path: Path, name: str) -> None:
    (before,) = load_documents([write(tmp_path / name, ENGLISH)])
    (after,) = load_documents([write(tmp_path / "elsewhere" / name, CHINESE)])
    assert (before.id, before.name) == (after.id, after.name)
    assert before.sha256 != after.sha256


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    files = [write(tmp_path / folder / "report.txt", ENGLISH) for folder in ("2023/a", "2024/a", "2024/b")]
    documents = load_documents([*files, write(tmp_path / "other.txt", CHINESE)])
    assert [d.name for d in documents] == ["2023/a/report.txt", "2024/a/report.txt", "b/report.txt", "other.txt"]
    assert len({d.id for d in documents}) == 4


def test_a_folder_gives_its_reports_in_sorted_order_without_readme_and_hidden_files(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a/README.md", "readme.txt", ".hidden.md", ".git/x.md", "picture.png"):
        write(tmp_path / name, CHINESE)
    assert [document.name for document in load_documents([tmp_path])] == ["z.txt", "b.md"]


def test_a_readme_that_is_named_is_read(tmp_path: Path) -> None:
    (document,) = load_documents([write(tmp_path / "README.md", ENGLISH)])
    assert document.name == "README.md"


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a" / "report.txt", ENGLISH)
    (tmp_path / "link.txt").symlink_to(file)
    documents = load_documents([file, tmp_path, tmp_path / "a" / ".." / "a" / "report.txt", tmp_path / "link.txt"])
    assert [document.name for document in documents] == ["report.txt"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (" \n\u3000\n".encode(), "is empty"),
        ("\ufeff\n".encode(), "is empty"),
        (b"text\0text", "binary"),
        ("年报".encode("gb18030"), "not UTF-8"),
        ("年报".encode("utf-16"), "not UTF-8"),
        ("annual report".encode("utf-16"), "binary"),
        ("年报".encode()[:-1], "not UTF-8"),
    ],
)
def test_an_unusable_file_is_named_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_documents([write(tmp_path / "good.txt", ENGLISH), file])
    message = str(caught.value)
    assert str(file) in message
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "reason"), [("missing.txt", "does not exist"), ("report.pdf", "kind"), ("d", "no report")]
)
def test_an_unusable_path_is_named_in_one_line(tmp_path: Path, name: str, reason: str) -> None:
    write(tmp_path / "report.pdf", ENGLISH)
    write(tmp_path / "d" / "README.md", ENGLISH)
    with pytest.raises(InputError) as caught:
        load_documents([tmp_path / name])
    assert str(tmp_path / name) in str(caught.value)
    assert reason in str(caught.value)


def test_no_path_at_all_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_documents([])
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        load_documents([tmp_path / "pipe.txt"])


def test_the_shipped_folder_holds_a_report() -> None:
    documents = load_documents([shipped_reports()])
    assert documents
    assert all(Path(document.name).suffix in LOADERS for document in documents)
