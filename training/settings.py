"""Every number of a training run, in one place; the card of the shipped model repeats them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are those of the shipped model. Rates and shares are fractions; lengths are tokens."""

    seed: int = 20241
    steps: int = 1000
    pairs_a_step: int = 8
    learning_rate: float = 1.5e-4
    head_factor: float = 5.0
    warmup: int = 120
    weight_decay: float = 0.01
    clip: float = 1.0
    dropout: float = 0.1
    window_tokens: tuple[int, ...] = (100, 120, 140, 160, 180, 220)
    question_tokens: int = 40
    negative_weight: float = 0.5
    joint_weight: float = 0.5
    sentence_weight: float = 0.0
    held_out: float = 0.09
    scored: int = 300
    """Held-out questions of a source that the figures are taken on."""
    checkpoint_seconds: float = 180.0
    threads: int = 2
    shares: dict[str, float] = field(
        default_factory=lambda: {"cmrc2018": 0.28, "drcd": 0.28, "qamr": 0.22, "fairytaleqa": 0.22}
    )
    titled: float = 0.5
    """Windows that carry their document's title in front, as the assistant's passages carry their sections."""
    to_simplified: float = 0.5
    to_traditional: float = 0.25
    question_other_script: float = 0.08
    cantonese: float = 0.10
    worded_otherwise: float = 0.0
    word_dropped: float = 0.12
    """Questions that lose words, and the chance of each of their words."""
    exchanged: float = 0.6
    """Negatives with another year or number in the question, where it has one."""
    answer_removed: float = 0.30
    same_document: float = 0.25
    """Of the other negatives: the same paragraph without the answer's sentence; another paragraph of the document."""


SECOND = Settings(
    seed=20242,
    steps=450,
    learning_rate=1e-4,
    warmup=30,
    window_tokens=(64, 80, 96, 112, 128, 160),
    sentence_weight=0.25,
    shares={"cmrc2018": 0.27, "drcd": 0.26, "qamr": 0.25, "fairytaleqa": 0.13, "policyqa": 0.09},
    worded_otherwise=0.30,
)
"""A second run, from a model of the first on. It came out no better (`docs/reader.md`) and does not ship."""

SMOKE = Settings(
    scored=4,
    steps=6,
    pairs_a_step=2,
    warmup=2,
    window_tokens=(60,),
    checkpoint_seconds=0.0,
    shares={"cmrc2018": 0.5, "qamr": 0.5},
)
"""A run that shows that every part works; the model that comes out can do nothing."""
