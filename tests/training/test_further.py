"""Further training of seconds, with real parts; only where torch is installed (`make torch`)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

import training.adapting
from bot.readers.e5file import E5File
from bot.readers.patch import patched
from bot.readers.spans import MODEL, MODEL_FILE, PATCH, SpanReader
from bot.readers.tokenizer import Tokenizer, pack
from bot.readers.wordtable import WordTable
from training.__main__ import main
from training.further import train_further
from training.lowrank import AdaptedNetwork, QuantisedModel, averaged
from training.settings import SMOKE, FurtherSettings

SETTINGS = FurtherSettings(
    rank=2,
    kept_rank=3,
    steps=(4, 2),
    questions_a_step=2,
    warmup=1,
    replayed=4,
    practised=0.0,
    checkpoint_seconds=0.0,
    encyclopedias=("cmrc2018",),
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


def test_the_network_says_what_the_shipped_model_says(tmp_path: Path) -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    network = AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank)
    shutil.copy(MODEL / MODEL_FILE, tmp_path)
    model.write_patch(network, 2, tmp_path)
    manifest = json.loads((tmp_path / "reader.json").read_text(encoding="utf-8"))
    assert manifest["patched_sha256"] == manifest["sha256"]
    assert agreement(network, file, tmp_path) > 0.9


def test_the_patch_moves_the_model_as_the_network_moved(tmp_path: Path) -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    network = AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.endswith(".left"):
                value.normal_(std=0.5)
            elif name.endswith(".bias"):
                value.add_(torch.randn_like(value) * 0.02)
    shutil.copy(MODEL / MODEL_FILE, tmp_path)
    model.write_patch(network, 2, tmp_path)
    (tmp_path / MODEL_FILE).write_bytes(patched((MODEL / MODEL_FILE).read_bytes(), (tmp_path / PATCH).read_bytes()))
    changed = QuantisedModel(tmp_path)
    for part in ("attention_in", "narrow"):
        linear, now = getattr(network.layers[7], part), changed.linear(7, part, 1)
        moved = (now.steps - linear.steps).flatten()
        wanted = (linear.left @ linear.right).detach().flatten()
        assert abs(float((moved - wanted).mean())) < 0.01
        assert float((moved - wanted).abs().mean()) < 0.5
        assert float(torch.corrcoef(torch.stack([moved, wanted]))[0, 1]) > 0.6
        bias = model.linear(7, part, 1).bias
        assert torch.allclose(now.bias - bias, linear.bias - bias, atol=0.01)


def test_the_mean_of_two_networks_changes_by_the_mean_of_their_changes() -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    networks = [AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank) for _ in range(2)]
    linears = [network.layers[3].widen for network in networks]
    with torch.no_grad():
        for number, linear in enumerate(linears):
            linear.left.normal_()
            linear.bias.add_(number)
    wanted = sum(linear.left @ linear.right for linear in linears) / 2
    both = averaged(networks).layers[3].widen
    assert torch.allclose(both.left @ both.right, wanted, atol=1e-5)
    assert torch.allclose(both.bias, linears[0].bias + 0.5)
    assert linears[0].left.shape[1] == SETTINGS.rank


def test_a_run_writes_a_patch_that_the_reader_takes_and_an_interrupted_one_the_same(
    data: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_further(data, tmp_path / "whole", tmp_path / "one", SETTINGS, SMOKE, reports)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training.adapting, "_show", _interrupt)
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
    settings = replace(SETTINGS, steps=(24,))
    train_further(data, tmp_path / "work", tmp_path / "out", settings, SMOKE, reports)
    losses = json.loads((tmp_path / "work" / "further-1.json").read_text(encoding="utf-8"))["losses"]
    assert sum(losses[-6:]) < sum(losses[:6])


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--further", "--data", str(tmp_path), "--work", str(tmp_path / "work"), "--out", str(tmp_path)]) == 2
    assert "is missing; name the data" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def agreement(network: AdaptedNetwork, file: E5File, folder: Path) -> float:
    """The correlation of the start logits of a network and of the model in a folder, over a few windows."""
    import onnxruntime

    patch = (folder / PATCH).read_bytes()
    session = onnxruntime.InferenceSession(patched((folder / MODEL_FILE).read_bytes(), patch))
    tokenizer, table = Tokenizer(file), WordTable(file)
    pairs = []
    for question, text in (
        ("何时启用？", "灯塔\n灯塔于1911年建成。它高38米。"),
        ("how tall", "It stands 38 metres above the sea."),
    ):
        ids, _ = pack(tokenizer, tokenizer.encode(question), tokenizer.encode(text))
        words = table.vectors(ids)[None]
        (theirs,) = session.run(["start"], {"words": words})
        with torch.no_grad():
            ours, _ = network(torch.from_numpy(words), torch.ones(words.shape[:2]), lambda same: same)
        pairs.append((theirs[0], ours[0].numpy()))
    theirs, ours = (np.concatenate(own) for own in zip(*pairs, strict=True))
    return float(np.corrcoef(theirs, ours)[0, 1])


def _interrupt(step: int, steps: int, losses: list[float], speed: float) -> None:
    if step == steps // 2:
        raise KeyboardInterrupt
