"""Further training of seconds, with real parts; only where torch is installed (`make torch`)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

import training.adapting
from bot.readers.e5file import E5File
from bot.readers.spans import MODEL, SpanReader, read_manifest, read_model
from bot.readers.tokenizer import Tokenizer, pack
from bot.readers.wordtable import WordTable
from training.__main__ import main
from training.adapting import Read, Run, grids_of
from training.further import train_further
from training.loop import Words
from training.lowrank import AdaptedNetwork, LowRankLinear, QuantisedModel, averaged, narrowed
from training.settings import SMOKE, FurtherSettings

SETTINGS = FurtherSettings(
    rank=2,
    kept_rank=3,
    grid=0.3,
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
    patch = model.write_patch(narrowed(network, 2), evenly(network, 1.0), 1.0, tmp_path)
    manifest, shipped = read_manifest(tmp_path), read_manifest(MODEL)
    assert manifest["patches"] == [*shipped["patches"], patch.name]
    assert manifest["patched_sha256"] == shipped["patched_sha256"]
    assert agreement(network, file, tmp_path) > 0.9


def test_the_patch_moves_the_model_half_as_far_as_the_network_moved(tmp_path: Path) -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    network = moved(AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank))
    model.write_patch(narrowed(network, 2), evenly(network, 0.2), 0.5, tmp_path)
    changed = QuantisedModel(tmp_path)
    for part in ("attention_in", "narrow"):
        linear, now = getattr(network.layers[7], part), changed.linear(7, part, 1)
        moves = (now.steps - linear.steps).flatten()
        wanted = (linear.left @ linear.right).detach().flatten() / 2
        assert abs(float((moves - wanted).mean())) < 0.01
        assert float((moves - wanted).abs().mean()) < 0.5
        assert float(torch.corrcoef(torch.stack([moves, wanted]))[0, 1]) > 0.6
        before = model.linear(7, part, 1).bias
        both = torch.stack([now.bias - before, linear.bias.detach() - before])
        assert float(torch.corrcoef(both)[0, 1]) > 0.8


def test_a_coarser_grid_makes_a_smaller_patch_that_still_says_most_of_it(tmp_path: Path) -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    network = moved(AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank))
    fine, coarse = (
        model.write_patch(network, evenly(network, grid), 1.0, tmp_path / str(grid)).stat().st_size
        for grid in (0.2, 0.8)
    )
    assert coarse < 0.8 * fine
    linear, now = network.layers[7].narrow, QuantisedModel(tmp_path / "0.8").linear(7, "narrow", 1)
    both = torch.stack([(now.steps - linear.steps).flatten(), (linear.left @ linear.right).detach().flatten()])
    assert float(torch.corrcoef(both)[0, 1]) > 0.5


def test_a_narrowed_network_keeps_most_of_its_change() -> None:
    model, file = QuantisedModel(MODEL), E5File.open()
    before = moved(AdaptedNetwork(model, file.heads, file.epsilon, 4))
    same, half = narrowed(before, 4).layers[3].widen, narrowed(before, 2).layers[3].widen
    wanted = (before.layers[3].widen.left @ before.layers[3].widen.right).detach()
    assert torch.allclose(same.left @ same.right, wanted, atol=1e-4)
    assert float(same.left.detach().norm()) == pytest.approx(float(same.right.detach().norm()), rel=1e-3)
    missed = float((half.left @ half.right - wanted).norm() / wanted.norm())
    assert 0 < missed < 0.8


def evenly(network: AdaptedNetwork, grid: float) -> dict[str, float]:
    """The same grid for all matrices."""
    return {name: grid for name, module in network.named_modules() if isinstance(module, LowRankLinear)}


def test_grids_are_finer_where_more_turns_on_a_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.adapting, "MEASURED", 1)
    model, file = QuantisedModel(MODEL), E5File.open()
    tokenizer = Tokenizer(file)
    text = "It stands 38 metres above the sea."
    ids, first = pack(tokenizer, tokenizer.encode("how tall"), tokenizer.encode(text))
    read = Read(np.array(ids, np.int32), first, (first + 2, first + 3), (first, len(ids) - 1))
    network = moved(AdaptedNetwork(model, file.heads, file.epsilon, SETTINGS.rank))
    idle = network.layers[5].widen
    with torch.no_grad():
        idle.step.mul_(0.01)  # a hundredth of what it says: hardly anything turns on it
    words = Words(WordTable(file), torch.device("cpu"))
    grids = grids_of(network, ([(read,)] * 2, []), words, Run(SETTINGS, 1, 1))
    assert np.exp(np.mean(np.log(list(grids.values())))) == pytest.approx(SETTINGS.grid)
    assert grids["layers.5.widen"] > 10 * grids["layers.4.widen"]


def moved(network: AdaptedNetwork) -> AdaptedNetwork:
    """A network that has learnt something, whatever it is."""
    torch.manual_seed(1)
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.endswith(".left"):
                value.normal_(std=0.5)
            elif name.endswith(".bias") or name.startswith("heads."):
                value.add_(torch.randn_like(value) * 0.02)
    return network


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
        patch.setattr(training.adapting, "SHOWN", 1)
        patch.setattr(training.adapting, "_show", _interrupt)
        train_further(data, tmp_path / "parts", tmp_path / "two", SETTINGS, SMOKE, reports)
    train_further(data, tmp_path / "parts", tmp_path / "two", SETTINGS, SMOKE, reports)
    manifest = read_manifest(tmp_path / "one")
    name = manifest["patches"][-1]
    assert name not in read_manifest(MODEL)["patches"]
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    card = next((tmp_path / "one").glob("patch.*.md")).read_text(encoding="utf-8")
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


def test_a_lever_that_there_is_not_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", "label_smoothing=0.1", "--data", str(tmp_path), "--work", str(tmp_path)]) == 2
    assert "is missing; name the data" in capsys.readouterr().err
    assert main(["--set", "colour='red'", "--data", str(tmp_path)]) == 2
    assert "--set names no setting" in capsys.readouterr().err


def agreement(network: AdaptedNetwork, file: E5File, folder: Path) -> float:
    """The correlation of the start logits of a network and of the model in a folder, over a few windows."""
    import onnxruntime

    session = onnxruntime.InferenceSession(read_model(folder))
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


def _interrupt(step: int, steps: int, losses: torch.Tensor, speed: float) -> None:
    if step == steps // 2:
        raise KeyboardInterrupt
