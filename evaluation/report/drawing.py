"""Matplotlib figures as inline SVG whose colours are the page's, so that one drawing serves light and dark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, GRID, ACCENT, SECOND = "#000001", "#000002", "#000003", "#000004"
"""Stand-ins for the colours that the page's style sheet defines."""
HEAT_LEVELS = 11
_NAMES = {INK: "ink", GRID: "grid", ACCENT: "accent", SECOND: "second"}
_HEAT = "#0001"
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "legend.frameon": False,
}


def heat(share: float) -> str:
    """The stand-in for the colour of a share, 0 to 1."""
    return f"{_HEAT}{round(share * (HEAT_LEVELS - 1)):02x}"


class Drawing:
    """One chart being drawn; `svg` is there when the `with` block of `drawing` has ended."""

    def __init__(self, figure: Figure, axes: Axes) -> None:
        self.figure = figure
        self.axes = axes
        self.svg = ""


@contextmanager
def drawing(name: str, label: str, width: float = 4.6, height: float = 3.2) -> Iterator[Drawing]:
    """A chart of so many inches; `name` keeps its ids apart from those of others, `label` says what it shows."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        drawn = Drawing(figure, figure.add_subplot())
        yield drawn
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawn.svg = _inline(buffer.getvalue(), name, label)


def _inline(svg: str, name: str, label: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:width|height)="[\d.]+pt"', "", svg, count=2)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    svg = re.sub(r'\sid="([^"]+)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", svg)
    for stand_in, variable in _NAMES.items():
        svg = svg.replace(stand_in, f"var(--{variable})")
    svg = re.sub(rf"{_HEAT}([0-9a-f]{{2}})", lambda found: f"var(--heat-{int(found[1], 16)})", svg)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)
