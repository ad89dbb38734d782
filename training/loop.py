"""The training run: steps, checkpoints, and the log of losses."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from bot.readers.wordtable import WordTable
from training.batches import Batch, Steps
from training.compatible import known
from training.entries import Entry
from training.losses import span_losses
from training.network import Drop, SpanNetwork, dropout
from training.settings import Settings

log = logging.getLogger(__name__)
Progress = Callable[[int, int, Entry], None]
AHEAD = 6
"""Steps that each worker may cut ahead."""


@dataclass(slots=True)
class Run:
    """A run in progress: everything that a checkpoint keeps. `average` is of the weights, empty where none is kept."""

    network: SpanNetwork
    optimiser: torch.optim.AdamW
    step: int = 0
    entries: list[Entry] = field(default_factory=list)
    average: dict[str, Tensor] = field(default_factory=dict)


def device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Words:
    """Piece numbers → word vectors. On a GPU the whole table lies there (200 MB), else rows come from the file."""

    def __init__(self, table: WordTable, place: torch.device) -> None:
        self._table, self._place = table, place
        self._rows: Tensor | None = None
        if place.type == "cuda":
            blocks = torch.arange(len(table)).split(16384)
            self._rows = torch.cat([torch.from_numpy(table.vectors(block.numpy())).half() for block in blocks]).to(
                place
            )

    def __call__(self, ids: Tensor) -> Tensor:
        if self._rows is not None:
            return self._rows[ids.to(self._place)].float()
        return torch.from_numpy(self._table.vectors(ids.numpy().ravel())).view(*ids.shape, -1)


def train(
    network: SpanNetwork, steps: Steps, table: WordTable, settings: Settings, folder: Path, progress: Progress
) -> Run:
    """Train to the last step, from the checkpoint in `folder` where there is one. Raises OSError."""
    place = device()
    steps.parts = 1 if place.type == "cuda" else settings.threads
    run = _begin(network.to(place), settings, folder)
    words = Words(table, place)
    batches = _batches(steps, run.step, settings)
    began, first, saved = time.monotonic(), run.step, time.monotonic()
    with ThreadPoolExecutor(steps.parts, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        while run.step < settings.steps:
            losses, rate = _learn(run, next(batches), words, settings, pool)
            run.step += 1
            speed = (run.step - first) * 2 * settings.pairs_a_step / (time.monotonic() - began)
            run.entries.append(Entry(run.step, *losses, rate, round(speed, 2)))
            progress(run.step, settings.steps, run.entries[-1])
            if time.monotonic() - saved >= settings.checkpoint_seconds or run.step == settings.steps:
                _save(run, settings, folder)
                saved = time.monotonic()
    if run.average:
        run.network.load_state_dict(run.average)
    return run


def learning_rate(step: int, settings: Settings) -> float:
    """Linear warm-up, then linear decay to zero at the last step."""
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    return settings.learning_rate * max(0.0, (settings.steps - step) / max(1, settings.steps - settings.warmup))


def _batches(steps: Steps, first: int, settings: Settings) -> Iterator[list[Batch]]:
    loader: DataLoader[list[Batch]] = DataLoader(
        steps,
        batch_size=None,
        sampler=range(first, settings.steps),
        num_workers=settings.workers,
        prefetch_factor=AHEAD if settings.workers else None,
        collate_fn=_as_they_are,
        multiprocessing_context="fork" if settings.workers else None,
    )
    return iter(loader)


def _as_they_are(batches: list[Batch]) -> list[Batch]:
    return batches


def _learn(
    run: Run, batches: list[Batch], words: Words, settings: Settings, pool: ThreadPoolExecutor
) -> tuple[tuple[float, float, float, float], float]:
    """One step. The pairs are dealt to threads of one core each: no thread waits for another inside a layer."""
    rate = learning_rate(run.step, settings)
    for group in run.optimiser.param_groups:
        group["lr"] = rate * group["factor"]
    pairs = sum(len(batch.starts) for batch in batches)
    weights = [len(batch.starts) / pairs for batch in batches]

    def part(number: int) -> tuple[list[Tensor], Tensor]:
        generator = torch.Generator(device()).manual_seed((settings.seed * 100_003 + run.step) * 64 + number)
        drop = dropout(settings.dropout, generator)
        return _gradients(run.network, batches[number], words, settings, drop, weights[number])

    parts = list(pool.map(part, range(len(batches))))
    for parameter, *gradients in zip(run.network.parameters(), *(own for own, _ in parts), strict=True):
        parameter.grad = torch.stack(gradients).sum(0) if len(gradients) > 1 else gradients[0]
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), settings.clip)
    run.optimiser.step()
    if run.average:
        _average(run, settings)
    total = sum((weight * own for weight, (_, own) in zip(weights, parts, strict=True)), start=torch.zeros(4))
    positive, negative, joint, sentence = total.tolist()
    return (positive, negative, joint, sentence), rate


def _average(run: Run, settings: Settings) -> None:
    """Moves the average towards the weights; at the run's beginning faster, or it would keep what they began as."""
    state = run.network.state_dict()
    kept = min(settings.averaging, (1 + run.step) / (10 + run.step))
    for name, value in run.average.items():
        value.lerp_(state[name].detach(), 1 - kept)


def _gradients(
    network: SpanNetwork, batch: Batch, words: Words, settings: Settings, drop: Drop, weight: float
) -> tuple[list[Tensor], Tensor]:
    place = device()

    def tensor(array: Any) -> Tensor:
        return torch.from_numpy(array).to(place)

    with torch.autocast(place.type, dtype=torch.bfloat16):
        logits = network(words(torch.from_numpy(batch.ids)), tensor(batch.mask), drop)
    labels = tensor(batch.starts), tensor(batch.ends)
    masks = tensor(batch.readable), tensor(batch.sentences)
    losses = span_losses(logits, labels, *masks, settings.label_smoothing)
    total = losses.total(settings.negative_weight, settings.joint_weight, settings.sentence_weight) * weight
    gradients = list(torch.autograd.grad(total, list(network.parameters())))
    parts = (losses.positive, losses.negative, losses.joint, losses.sentence)
    return gradients, torch.stack(parts).detach().cpu()


def _begin(network: SpanNetwork, settings: Settings, folder: Path) -> Run:
    heads = list(network.heads.parameters())
    body = [parameter for name, parameter in network.named_parameters() if not name.startswith("heads.")]
    groups = [
        {"params": [p for p in body if p.ndim > 1], "factor": 1.0, "weight_decay": settings.weight_decay},
        {"params": [p for p in body if p.ndim <= 1], "factor": 1.0, "weight_decay": 0.0},
        {"params": heads, "factor": settings.head_factor, "weight_decay": settings.weight_decay},
    ]
    run = Run(network, torch.optim.AdamW(groups, lr=settings.learning_rate, **known(torch.optim.AdamW, fused=True)))
    path = _checkpoint(folder)
    if path.exists():
        kept = torch.load(path, weights_only=True)
        network.load_state_dict(kept["network"])
        restore(run.optimiser, kept["optimiser"])
        run.step, run.entries = kept["step"], [Entry(int(row[0]), *row[1:]) for row in kept["entries"].tolist()]
        run.average = {name: value.to(device()) for name, value in kept["average"].items()}
        log.info("taken up at step %d of %d", run.step, settings.steps)
    elif settings.averaging:
        run.average = {name: value.clone() for name, value in network.state_dict().items()}
    return run


def _save(run: Run, settings: Settings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = [asdict(entry) for entry in run.entries]
    state = {
        "network": run.network.state_dict(),
        "optimiser": run.optimiser.state_dict()["state"],
        "average": run.average,
        "step": run.step,
        "entries": torch.tensor([list(entry.values()) for entry in entries], dtype=torch.float64),
    }
    path = _checkpoint(folder)
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
    (folder / "losses.json").write_text(
        json.dumps({"settings": asdict(settings), "entries": entries}), encoding="utf-8"
    )


def restore(optimiser: torch.optim.Optimizer, state: dict[int, Any]) -> None:
    """Give an optimiser the state that one like it had. A checkpoint holds tensors and whole numbers alone: older torch
    takes nothing else from a file that need not be trusted."""
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _checkpoint(folder: Path) -> Path:
    return folder / "checkpoint.pt"
