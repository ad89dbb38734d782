"""Further training of seconds, with real parts; only where torch is installed (`make torch`)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

import training.further
from bot.readers.e5file import E5File
from bot.readers.spans import MODEL, PATCH, SpanReader
from training.__main__ import main
from training.further import train_further
from training.quantised import QuantisedModel, UpperLayers
from training.settings import SMOKE, FurtherSettings

SETTINGS = FurtherSettings(
    layers=1,
    steps=4,
    questions_a_step=2,
    warmup=1,
    replayed=4,
    practised=0.0,
    checkpoint_seconds=0.0,
    learning_rate=0.01,
)
REPORT = """灯塔管理处 Lighthouse Board

年内有 37 座灯塔翻新，工程费为 820 万元。处长是陈大文先生。

During the year 37 lighthouses were refurbished at a cost of $8.2 million. The Director is Mr Chan Tai-man.
"""
QUESTIONS = [
    {"id": "1", "register": "en", "category": "number", "question": "how many towers were done up", "answerable": True}
    | {"answers": ["37"], "evidence": ["During the year 37 lighthouses were refurbished at a cost of $8.2 million."]},
    {"id": "2", "register": "zh-Hans", "category": "number", "question": "翻新花了多少钱", "answerable": True}
    | {"answers": ["820 万元"], "evidence": ["年内有 37 座灯塔翻新，工程费为 820 万元。"]},
    {
        "id": "3",
        "register": "en",
        "category": "unanswerable",
        "question": "who painted the towers",
        "answerable": False,
    },
]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with one small report."""
    folder = tmp_path / "reports" / "lighthouses"
    folder.mkdir(parents=True)
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder.parent


def test_the_upper_layers_say_what_the_shipped_model_says(tmp_path: Path) -> None:
    model, file = QuantisedModel(MODEL / "reader.onnx"), E5File.open()
    whole, upper = UpperLayers(model, file, 12), UpperLayers(model, file, 1)
    states = torch.randn(1, 9, file.hidden, generator=torch.Generator().manual_seed(0))
    mask = torch.ones(1, 9)
    with torch.no_grad():
        for layer in list(whole.layers)[:-1]:
            states = layer(states, None, lambda same: same)
        expected = whole.heads(whole.layers[-1](states, None, lambda same: same))[..., 0]
        assert torch.allclose(upper(states, mask, lambda same: same)[0], expected, atol=1e-4)
    model.write_patch(upper, tmp_path)
    manifest = json.loads((tmp_path / "reader.json").read_text(encoding="utf-8"))
    assert manifest["patched_sha256"] == manifest["sha256"]


def test_a_run_writes_a_patch_that_the_reader_takes_and_an_interrupted_one_the_same(
    data: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_further(data, tmp_path / "whole", tmp_path / "one", SETTINGS, SMOKE, reports)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training.further, "_show", _interrupt)
        train_further(data, tmp_path / "parts", tmp_path / "two", SETTINGS, SMOKE, reports)
    train_further(data, tmp_path / "parts", tmp_path / "two", SETTINGS, SMOKE, reports)
    assert (tmp_path / "one" / PATCH).read_bytes() == (tmp_path / "two" / PATCH).read_bytes()
    manifest = json.loads((tmp_path / "one" / "reader.json").read_text(encoding="utf-8"))
    card = (tmp_path / "one" / "patch.md").read_text(encoding="utf-8")
    assert "| cmrc2018 |" in card
    assert "1 reports" in card
    assert manifest["patched_sha256"] in card
    trained, shipped = SpanReader.load(tmp_path / "one"), SpanReader.load()
    assert trained is not None and shipped is not None
    (one,), (other,) = (reader.read("谁？", ["张三。"]) for reader in (trained, shipped))
    assert one.null != other.null


def test_a_longer_run_learns_what_it_is_shown(data: Path, reports: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=24, learning_rate=1e-3)
    train_further(data, tmp_path / "work", tmp_path / "out", settings, SMOKE, reports)
    losses = json.loads((tmp_path / "work" / "further.json").read_text(encoding="utf-8"))["losses"]
    assert sum(losses[-6:]) < sum(losses[:6])


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--further", "--data", str(tmp_path), "--work", str(tmp_path / "work"), "--out", str(tmp_path)]) == 2
    assert "is missing; name the data" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def _interrupt(step: int, steps: int, losses: list[float], speed: float) -> None:
    if step == steps // 2:
        raise KeyboardInterrupt
