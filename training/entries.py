"""What is noted of every step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One step's losses (nats), its learning rate, and the windows a second since the run was started or taken up."""

    step: int
    positive: float
    negative: float
    joint: float
    sentence: float
    rate: float
    windows_a_second: float


LOSSES = ("positive", "negative", "joint", "sentence")
