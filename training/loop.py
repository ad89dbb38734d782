"""The training run: steps, checkpoints, and the log of losses."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.batches import Batch, Batcher
from training.entries import Entry
from training.losses import span_losses
from training.network import Drop, SpanNetwork, dropout
from training.sampling import Sampler
from training.settings import Settings

log = logging.getLogger(__name__)
Progress = Callable[[int, int, Entry], None]


@dataclass(slots=True)
class Run:
    """A run in progress: everything that a checkpoint keeps."""

    network: SpanNetwork
    optimiser: torch.optim.AdamW
    step: int = 0
    entries: list[Entry] = field(default_factory=list)


def device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(
    network: SpanNetwork, sampler: Sampler, batcher: Batcher, settings: Settings, folder: Path, progress: Progress
) -> Run:
    """Train to the last step, from the checkpoint in `folder` where there is one. Raises OSError."""
    run = _begin(network.to(device()), settings, folder)
    began, first, saved = time.monotonic(), run.step, time.monotonic()
    workers = 1 if device().type == "cuda" else settings.threads
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        while run.step < settings.steps:
            losses, rate = _learn(run, sampler, batcher, settings, pool, workers)
            run.step += 1
            speed = (run.step - first) * 2 * settings.pairs_a_step / (time.monotonic() - began)
            run.entries.append(Entry(run.step, *losses, rate, round(speed, 2)))
            progress(run.step, settings.steps, run.entries[-1])
            if time.monotonic() - saved >= settings.checkpoint_seconds or run.step == settings.steps:
                _save(run, settings, folder)
                saved = time.monotonic()
    return run


def learning_rate(step: int, settings: Settings) -> float:
    """Linear warm-up, then linear decay to zero at the last step."""
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    return settings.learning_rate * max(0.0, (settings.steps - step) / max(1, settings.steps - settings.warmup))


def _learn(
    run: Run, sampler: Sampler, batcher: Batcher, settings: Settings, pool: ThreadPoolExecutor, workers: int
) -> tuple[tuple[float, float, float, float], float]:
    """One step. The pairs are dealt to threads of one core each: no thread waits for another inside a layer."""
    budget, examples = sampler.step(run.step)
    rate = learning_rate(run.step, settings)
    for group in run.optimiser.param_groups:
        group["lr"] = rate * group["factor"]
    shares = [examples[number::workers] for number in range(workers) if examples[number::workers]]
    weights = [len(share) / len(examples) for share in shares]

    def part(number: int) -> tuple[list[Tensor], list[float]]:
        generator = torch.Generator(device()).manual_seed((settings.seed * 100_003 + run.step) * 64 + number)
        batch = batcher.batch(shares[number], budget)
        return _gradients(run.network, batch, settings, dropout(settings.dropout, generator), weights[number])

    parts = list(pool.map(part, range(len(shares))))
    for parameter, *gradients in zip(run.network.parameters(), *(own for own, _ in parts), strict=True):
        parameter.grad = torch.stack(gradients).sum(0) if len(gradients) > 1 else gradients[0]
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), settings.clip)
    run.optimiser.step()
    positive, negative, joint, sentence = (
        sum(w * own[n] for w, (_, own) in zip(weights, parts, strict=True)) for n in range(4)
    )
    return (positive, negative, joint, sentence), rate


def _gradients(
    network: SpanNetwork, batch: Batch, settings: Settings, drop: Drop, weight: float
) -> tuple[list[Tensor], list[float]]:
    place = device()

    def tensor(array: Any) -> Tensor:
        return torch.from_numpy(array).to(place)

    with torch.autocast(place.type, dtype=torch.bfloat16):
        logits = network(tensor(batch.words), tensor(batch.mask), drop)
    labels = tensor(batch.starts), tensor(batch.ends)
    losses = span_losses(logits, labels, tensor(batch.readable), tensor(batch.sentences))
    total = losses.total(settings.negative_weight, settings.joint_weight, settings.sentence_weight) * weight
    gradients = list(torch.autograd.grad(total, list(network.parameters())))
    parts = (losses.positive, losses.negative, losses.joint, losses.sentence)
    return gradients, [float(part.detach()) for part in parts]


def _begin(network: SpanNetwork, settings: Settings, folder: Path) -> Run:
    heads = list(network.heads.parameters())
    body = [parameter for name, parameter in network.named_parameters() if not name.startswith("heads.")]
    groups = [
        {"params": [p for p in body if p.ndim > 1], "factor": 1.0, "weight_decay": settings.weight_decay},
        {"params": [p for p in body if p.ndim <= 1], "factor": 1.0, "weight_decay": 0.0},
        {"params": heads, "factor": settings.head_factor, "weight_decay": settings.weight_decay},
    ]
    run = Run(network, torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True))
    path = _checkpoint(folder)
    if path.exists():
        kept = torch.load(path, weights_only=True)
        network.load_state_dict(kept["network"])
        run.optimiser.load_state_dict(kept["optimiser"])
        run.step, run.entries = kept["step"], [Entry(**entry) for entry in kept["entries"]]
        log.info("taken up at step %d of %d", run.step, settings.steps)
    return run


def _save(run: Run, settings: Settings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = [asdict(entry) for entry in run.entries]
    state = {
        "network": run.network.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "step": run.step,
        "entries": entries,
    }
    path = _checkpoint(folder)
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
    (folder / "losses.json").write_text(
        json.dumps({"settings": asdict(settings), "entries": entries}), encoding="utf-8"
    )


def _checkpoint(folder: Path) -> Path:
    return folder / "checkpoint.pt"
