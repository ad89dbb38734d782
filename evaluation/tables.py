"""Figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.ablation import AblationRow
from evaluation.compare import Comparison
from evaluation.figures import Figure
from evaluation.metrics.base import Metric

BREAKDOWN = ("right", "correct", "contains_answer", "refusal_recall", "recall@1", "recall@5", "latency_p50")
"""The metrics that are shown by register and by category; the rest is in `results.json`."""
_WIDTH = 120
NONE = "–"


def show(parts: Iterable[Table | str]) -> None:
    """Prints tables and titles on standard output; 120 columns wide where it is no terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    for part in parts:
        console.print(Text(part) if isinstance(part, str) else part)


def figures_table(figures: Mapping[str, Figure], metrics: Sequence[Metric[Any]]) -> Table:
    """Every metric with its interval and n."""
    table = _table(("metric", "figure", "95 % interval", "n"))
    for metric in metrics:
        figure = figures[metric.name]
        table.add_row(metric.label, number(figure.value), interval(figure), str(figure.n))
    return table


def breakdown_table(figures: Mapping[str, Mapping[str, Figure]], metrics: Sequence[Metric[Any]], by: str) -> Table:
    """The main metrics of every subset of one kind (`register`, `category`), each with its n."""
    shown = [metric for metric in metrics if metric.name in BREAKDOWN]
    table = _table((by, *(metric.label for metric in shown)))
    for subset, found in figures.items():
        if subset.startswith(f"{by}:"):
            cells = (f"{number(found[m.name].value)} [dim]({found[m.name].n})[/dim]" for m in shown)
            table.add_row(subset.removeprefix(f"{by}:"), *cells)
    return table


def comparison_table(comparisons: Sequence[Comparison]) -> Table:
    """Every metric of two runs, with what was won and lost."""
    table = _table(("metric", "before", "now", "difference", "95 % interval", "n", "won", "lost"))
    for c in comparisons:
        difference = c.difference
        table.add_row(
            c.label,
            number(c.old),
            number(c.new),
            f"{difference.value or 0:+.3f}",
            interval(difference),
            str(difference.n),
            str(len(c.won)),
            str(len(c.lost)),
        )
    return table


def ablation_table(rows: Sequence[AblationRow]) -> Table:
    """What every variant comes to, and its difference from the whole assistant."""
    names = list(rows[0].comparisons)
    table = _table(("without", *names))
    for row in rows:
        cells = [row.comparisons.get(name) for name in names]
        table.add_row(
            row.variant, *(f"{number(c.new)} [dim]{c.difference.value or 0:+.3f}[/dim]" if c else NONE for c in cells)
        )
    return table


def number(value: float | None) -> str:
    """A figure to three places; times, which are large, to one."""
    if value is None:
        return NONE
    return f"{value:.3f}" if abs(value) < 2 else f"{value:.1f}"


def interval(figure: Figure) -> str:
    """The interval of a figure."""
    if figure.low is None or figure.high is None:
        return NONE
    return f"{number(figure.low)} … {number(figure.high)}"


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=not place)
    return table
