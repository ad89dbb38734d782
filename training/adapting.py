"""The runs of the further training: steps, checkpoints and losses of a network that changes by low-rank products."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, repeat
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from training.compatible import known
from training.loop import Words, device, restore
from training.lowrank import AdaptedNetwork, LowRankLinear
from training.network import dropout
from training.settings import FurtherSettings

SORTED = 8
"""Steps whose questions are sorted by length together, so that a step's windows are about as long."""
AVERAGED_FROM = 10
MEASURED = 24
"""Steps that show how much turns on each matrix."""
SHOWN = 25
"""Steps between two words about how it goes."""
MASKED = -10000.0


@dataclass(frozen=True, slots=True)
class Read:
    """A window as piece numbers, the place of its own first one, its answer (inclusive) and the answer's sentence."""

    ids: NDArray[np.int32]
    first: int
    answer: tuple[int, int]
    sentence: tuple[int, int]


Asked = tuple[Read, ...]
Rounds = tuple[list[Asked], list[Asked]]
"""The questions of every round, and those of which a round takes a share."""


@dataclass(frozen=True, slots=True)
class Run:
    """One of the runs whose changes are averaged."""

    settings: FurtherSettings
    seed: int
    steps: int


def learn(network: AdaptedNetwork, rounds: Rounds, words: Words, work: Path, run: Run) -> list[float]:
    """Train to the last step; the losses. At the end the network has the average of the last steps' weights."""
    settings = run.settings
    network.to(device())
    fused = known(torch.optim.AdamW, fused=True)
    optimiser = torch.optim.AdamW(_rates(network, settings), lr=settings.learning_rate, weight_decay=0.0, **fused)
    trained = {name: value for name, value in network.named_parameters() if value.requires_grad}
    average = {name: value.detach().clone() for name, value in trained.items()}
    checkpoint, first = work / f"further-{run.seed}.pt", 0
    losses = torch.zeros(run.steps, dtype=torch.float64, device=device())
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True, map_location=device())
        network.load_state_dict(kept["network"])
        restore(optimiser, kept["optimiser"])
        average, first = kept["average"], kept["step"]
        losses[:first] = kept["losses"]
    began = saved = time.monotonic()
    for step, asked in enumerate(islice(_plan(rounds, run), first, run.steps), first):
        for group in optimiser.param_groups:
            group["lr"] = group["factor"] * _rate(step, run)
        loss = _loss(network, asked, words, run, step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), settings.clip)
        optimiser.step()
        kept_share = min(settings.averaging, (1 + step) / (AVERAGED_FROM + step))
        with torch.no_grad():
            for name, value in trained.items():
                average[name].lerp_(value, 1 - kept_share)
            losses[step] = loss  # asking a GPU what it is would wait for the GPU
        if (step + 1) % SHOWN == 0 or step + 1 == run.steps:
            _show(step + 1, run.steps, losses[: step + 1], (step + 1 - first) / (time.monotonic() - began))
        if step + 1 == run.steps or time.monotonic() - saved >= settings.checkpoint_seconds:
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()["state"], "average": average}
            done = {"step": step + 1, "losses": losses[: step + 1].clone()}
            work.mkdir(parents=True, exist_ok=True)
            torch.save(state | done, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            saved = time.monotonic()
    told = [round(loss, 4) for loss in losses.tolist()]
    kept = {"settings": asdict(settings), "losses": told}
    (work / f"further-{run.seed}.json").write_text(json.dumps(kept), encoding="utf-8")
    network.load_state_dict(average, strict=False)
    return told


def grids_of(network: AdaptedNetwork, rounds: Rounds, words: Words, run: Run) -> dict[str, float]:
    """How coarse the factors of each matrix may be, by the name of its module: `grid` in the geometric mean, and finer
    where the loss turns more on them (by the mean square of its gradient; Hassibi and Stork, 1993)."""
    network.to(device())
    matrices = {name: module for name, module in network.named_modules() if isinstance(module, LowRankLinear)}
    squares = dict.fromkeys(matrices, 0.0)
    for step, asked in enumerate(islice(_plan(rounds, run), MEASURED)):
        network.zero_grad()
        _loss(network, asked, words, run, step).backward()
        for name, module in matrices.items():
            gradient = torch.cat([factor.grad.flatten() for factor in (module.left, module.right)])
            squares[name] += float(gradient.square().mean())
    mean = fmean(math.log(square) for square in squares.values())
    return {name: run.settings.grid * math.exp((mean - math.log(square)) / 2) for name, square in squares.items()}


def _plan(rounds: Rounds, run: Run) -> Iterator[list[Asked]]:
    """The questions of every step: each once a round, those of a step about as long."""
    settings = run.settings
    always, sometimes = rounds
    random = Random(run.seed)
    size = settings.questions_a_step

    def forever() -> Iterator[Asked]:
        for _ in repeat(None):
            share = random.sample(sometimes, round(settings.practised * len(sometimes)))
            yield from random.sample(always + share, len(always) + len(share))

    questions = forever()
    while True:
        drawn = sorted(islice(questions, SORTED * size), key=lambda asked: max(len(one.ids) for one in asked))
        steps = [drawn[first : first + size] for first in range(0, len(drawn), size)]
        yield from random.sample(steps, len(steps))


def _rates(network: AdaptedNetwork, settings: FurtherSettings) -> list[dict[str, object]]:
    """The factors count in steps of the int8 values, all else in what it means: its rate is a fraction of theirs."""
    trained = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    factors = [value for name, value in trained if name.endswith((".left", ".right"))]
    others = [value for name, value in trained if not name.endswith((".left", ".right"))]
    return [{"params": factors, "factor": 1.0}, {"params": others, "factor": settings.others_factor}]


def _rate(step: int, run: Run) -> float:
    return run.settings.learning_rate * min(1.0, (step + 1) / run.settings.warmup) * (1 - step / run.steps)


def _loss(network: AdaptedNetwork, asked: Sequence[Asked], words: Words, run: Run, step: int) -> Tensor:
    """Nats a question: that each window's span or "not here" is found, and that of a question's windows the sentence
    that answers stands out, each window's scores counted from its "not here" as the assistant counts them."""
    settings, place = run.settings, device()
    random = Random(f"{run.seed}:{step}")
    chosen = [_chosen(one, settings.others, random) for one in asked]
    reads = [read for own in chosen for read in own]
    count, length = len(reads), max(len(read.ids) for read in reads)
    ids, mask = np.zeros((count, length), np.int64), np.zeros((count, length), np.float32)
    readable, sentence = (np.zeros((count, length), np.bool_) for _ in range(2))
    for number, read in enumerate(reads):
        tokens = len(read.ids)
        ids[number, :tokens] = read.ids
        mask[number, :tokens] = 1
        readable[number, read.first : tokens - 1] = True
        sentence[number, slice(*read.sentence)] = True
    with_null = readable.copy()
    with_null[:, 0] = True
    together = np.full((len(chosen), max(map(len, chosen))), -1, np.int64)
    for number, last in enumerate(np.cumsum([len(own) for own in chosen])):
        own = len(chosen[number])
        together[number, :own] = range(last - own, last)
    answered = np.array([len(own) > 1 and any(read.answer[0] for read in own) for own in chosen])
    labels = np.array([read.answer for read in reads], np.int64).T
    pieces, wanted, numbers, counted, *masks = (
        _moved(array, place) for array in (ids, labels, together, answered, mask, readable, sentence, with_null)
    )
    weights = torch.where(wanted[0] > 0, 1.0, settings.negative_weight)
    generator = torch.Generator(place).manual_seed(run.seed * 100_003 + step)
    with torch.autocast(place.type, dtype=torch.bfloat16):
        logits = network(words(pieces), masks[0], dropout(settings.dropout, generator))
    total = torch.zeros((), device=place)
    for scores, answer in zip(logits, wanted, strict=True):
        found = cross_entropy(scores.masked_fill(~masks[3], MASKED), answer, reduction="none")
        total = total + (found * weights).sum()
        margins = scores - scores[:, :1]
        inside, everywhere = (
            _of_each(margins.masked_fill(~own, MASKED).logsumexp(1), numbers) for own in (masks[2], masks[1])
        )
        total = total + settings.sentence_weight * ((everywhere - inside) * counted).sum()
    return total / 2 / len(asked)


def _of_each(values: Tensor, together: Tensor) -> Tensor:
    """The logarithm of the sum of the exponentials of each question's windows; `together` has their numbers."""
    return values[together].masked_fill(together < 0, 2 * MASKED).logsumexp(1)


def _chosen(asked: Asked, others: int, random: Random) -> list[Read]:
    """Two windows that answer at most, and some of those that do not."""
    answering = [read for read in asked if read.answer[0] > 0]
    rest = [read for read in asked if read.answer[0] == 0]
    return answering[:2] + random.sample(rest, min(others, len(rest)))


def _moved(array: NDArray[Any], place: torch.device) -> Tensor:
    """An array on the device; a GPU takes it while it is still at the step before."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(place, non_blocking=True) if place.type == "cuda" else tensor


def _show(step: int, steps: int, losses: Tensor, speed: float) -> None:
    bar = "█" * (24 * step // steps)
    text = f"{bar:<24} {step}/{steps}  loss {float(losses[-SHOWN:].mean()):.3f}  {speed:.2f} steps/s"
    end = "\r" if sys.stderr.isatty() and step < steps else "\n"
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201
