"""The card that ships beside the model: what it is, what it was made of, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from string import Template
from typing import Any

from training.entries import LOSSES, Entry
from training.scoring import Figures
from training.settings import FurtherSettings, Settings

_LAST = 50


def card(
    settings: Settings,
    entries: Sequence[Entry],
    measured: Mapping[str, Figures],
    counts: Mapping[str, tuple[int, int]],
    manifest: Mapping[str, Any],
) -> str:
    """The card as Markdown. `counts` are questions (trained on, held out) by source."""
    template = Template(Path(__file__).with_name("card.template.md").read_text(encoding="utf-8"))
    return template.substitute(
        counts="\n".join(f"| {source} | {trained:,} | {held:,} |" for source, (trained, held) in counts.items()),
        figures="\n".join(_row(source, own) for source, own in measured.items()),
        run=_run(settings, entries),
        bytes=f"{manifest['bytes']:,}",
        sha256=manifest["sha256"],
        word_vectors=manifest["word_vectors"],
    )


def patch_card(
    name: str,
    settings: FurtherSettings,
    losses: Mapping[str, Sequence[float]],
    measured: Mapping[str, Figures],
    counts: Mapping[str, int],
    manifest: Mapping[str, Any],
) -> str:
    """The card of the patch `name` as Markdown.

    `losses` are by run, `counts` `reports`, their `questions` and `patch_bytes`.
    """
    template = Template(Path(__file__).with_name("patch.template.md").read_text(encoding="utf-8"))
    told = [
        f"- {run}: {len(own):,} steps of {settings.questions_a_step} questions, mean loss of the last "
        f"{2 * _LAST} {fmean(own[-2 * _LAST :]):.2f}"
        for run, own in losses.items()
    ]
    return template.substitute(
        {key: f"{count:,}" for key, count in counts.items()},
        name=name,
        rank=settings.kept_rank,
        grid=settings.grid,
        taken=settings.taken,
        replayed=f"{settings.replayed:,}",
        practised=settings.practised,
        encyclopedias=" and ".join(settings.encyclopedias),
        figures="\n".join(_row(source, own) for source, own in measured.items()),
        runs="\n".join([*told, "", *_listed(settings)]),
        patched_sha256=manifest["patched_sha256"],
    )


def _row(source: str, own: Figures) -> str:
    numbers = (own.exact, own.f1, own.right_sentence, own.auroc_other, own.auroc_near_miss)
    return " | ".join([f"| {source}", str(own.questions), *(f"{number:.3f}" for number in numbers)]) + " |"


def _run(settings: Settings, entries: Sequence[Entry]) -> str:
    losses = ", ".join(f"{name} {fmean(getattr(entry, name) for entry in entries[-_LAST:]):.2f}" for name in LOSSES)
    windows = len(entries) * 2 * settings.pairs_a_step
    told = f"{len(entries):,} steps, {windows:,} windows. Mean losses of the last {_LAST} steps (nats): {losses}."
    return "\n".join([told, "", *_listed(settings)])


def _listed(settings: Settings | FurtherSettings) -> list[str]:
    return [f"- `{name}`: {value}" for name, value in asdict(settings).items()]
