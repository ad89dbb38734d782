"""The charts of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import get_args

import numpy as np
from matplotlib.patches import Rectangle

from evaluation.gold import Category, GoldRegister
from evaluation.report.decisions import Bin, Point
from evaluation.report.drawing import ACCENT, GRID, INK, SECOND, drawing, heat
from evaluation.results import QuestionRecord


def heat_map(questions: Sequence[QuestionRecord]) -> str:
    """The share of right answers by category and register, with its n."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for question in questions:
        cells[question.gold.category, question.gold.register].append(question.scores["right"][0])
    categories = [name for name in get_args(Category) if any(key[0] == name for key in cells)]
    registers = [name for name in get_args(GoldRegister) if any(key[1] == name for key in cells)]
    with drawing("heat", "Share right by category and register", 4.6, 0.7 + 0.42 * len(categories)) as drawn:
        axes = drawn.axes
        for (category, register), values in cells.items():
            share = sum(values) / len(values)
            x, y = registers.index(register), categories.index(category)
            axes.add_patch(Rectangle((x, y), 0.96, 0.94, facecolor=heat(share), linewidth=0))
            axes.text(x + 0.48, y + 0.42, f"{share:.0%}", ha="center", va="center", fontweight="bold")
            axes.text(x + 0.48, y + 0.76, f"n = {len(values)}", ha="center", va="center", fontsize=6.5)
        axes.set(xlim=(0, len(registers)), ylim=(len(categories), 0))
        axes.set_xticks(np.arange(len(registers)) + 0.48, registers)
        axes.set_yticks(np.arange(len(categories)) + 0.47, [name.replace("_", " ") for name in categories])
        axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    return drawn.svg


def risk_coverage_chart(points: Sequence[Point], threshold: float) -> str:
    """Risk over coverage, with the point of the threshold in use."""
    with drawing("risk", "Share of wrong answers over share of questions answered") as drawn:
        axes = drawn.axes
        axes.step([p.coverage for p in points], [p.risk for p in points], where="post", color=ACCENT)
        chosen = [point for point in points if point.threshold >= threshold]
        if chosen:
            now = chosen[-1]
            axes.plot(now.coverage, now.risk, "o", color=SECOND, label=f"threshold {threshold:g}")
            axes.legend(loc="upper left")
        highest = max((point.risk for point in points), default=0.0)
        axes.set(xlabel="share of questions answered", ylabel="share of answers wrong")
        axes.set(xlim=(0, 1.02), ylim=(0, max(0.1, 1.15 * highest)))
    return drawn.svg


def reliability_chart(bins: Sequence[Bin], threshold: float) -> str:
    """The share right over confidence, beside the diagonal of a perfect calibration; a dot's size is its n."""
    with drawing("reliability", "Share right over confidence") as drawn:
        axes = drawn.axes
        axes.plot([0, 1], [0, 1], color=GRID, linestyle="--")
        axes.axvline(threshold, color=SECOND, linewidth=1, label=f"threshold {threshold:g}")
        axes.plot([b.confidence for b in bins], [b.right for b in bins], color=ACCENT, linewidth=1)
        sizes = [12 + 2 * found.n for found in bins]
        axes.scatter([b.confidence for b in bins], [b.right for b in bins], s=sizes, color=ACCENT)
        axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(-0.03, 1.05))
        axes.legend(loc="upper left")
    return drawn.svg


def latency_chart(latencies: Sequence[float]) -> str:
    """How many questions took how long, with median and 95th percentile."""
    with drawing("latency", "Number of questions by milliseconds to the answer") as drawn:
        axes = drawn.axes
        axes.hist(latencies, bins=30, color=ACCENT)
        for percent, style in ((50, "-"), (95, "--")):
            value = float(np.percentile(latencies, percent))
            axes.axvline(value, color=SECOND, linestyle=style, linewidth=1.2, label=f"p{percent}: {value:.0f} ms")
        axes.set(xlabel="milliseconds to the answer", ylabel="questions")
        axes.set_xlim(left=0)
        axes.legend(labelcolor=INK)
    return drawn.svg
