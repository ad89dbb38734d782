"""The loss curves as an SVG picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import cycle

WIDTH, HEIGHT, MARGIN = 720, 360, 44
_COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#8250df")
_SMOOTHED_OVER = 25


def loss_plot(losses: Mapping[str, Sequence[float]]) -> str:
    """A picture of the losses (one a step) by their names, each the mean of the 25 steps before."""
    curves = {name: _smooth(own) for name, own in losses.items()}
    top = max((max(curve) for curve in curves.values() if curve), default=1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(max(map(len, curves.values())), top),
    ]
    for number, ((name, curve), colour) in enumerate(zip(curves.items(), cycle(_COLOURS), strict=False)):
        points = " ".join(f"{_x(at, len(curve)):.1f},{_y(value, top):.1f}" for at, value in enumerate(curve))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>')
        last = f"{name} {curve[-1]:.2f}" if curve else name
        parts.append(f'<text x="{WIDTH - 160}" y="{24 + 18 * number}" fill="{colour}">{escape(last)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(steps: int, top: float) -> list[str]:
    bottom = HEIGHT - MARGIN
    return [
        f'<path d="M{MARGIN} {MARGIN / 2}V{bottom}H{WIDTH - MARGIN / 2}" fill="none" stroke="#888"/>',
        f'<text x="{MARGIN - 8}" y="{_y(top, top) + 4:.0f}" text-anchor="end">{top:.1f}</text>',
        f'<text x="{MARGIN - 8}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{WIDTH - MARGIN / 2}" y="{bottom + 18}" text-anchor="end">step {steps}</text>',
        f'<text x="{MARGIN}" y="{bottom + 18}">loss (nats), mean of {_SMOOTHED_OVER} steps</text>',
    ]


def _smooth(values: Sequence[float]) -> list[float]:
    smoothed = []
    for end in range(1, len(values) + 1):
        part = values[max(0, end - _SMOOTHED_OVER) : end]
        smoothed.append(sum(part) / len(part))
    return smoothed


def _x(at: int, count: int) -> float:
    return MARGIN + at / max(1, count - 1) * (WIDTH - 1.5 * MARGIN)


def _y(value: float, top: float) -> float:
    return HEIGHT - MARGIN - value / top * (HEIGHT - 1.5 * MARGIN)
