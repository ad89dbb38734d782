"""Every number of a training run, in one place; the card of the shipped model repeats them."""

from __future__ import annotations

from dataclasses import dataclass, field

from evaluation.gold import PRACTICE_HELD_OUT
from training.sources import PRACTICE


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are those of the shipped model. Rates and shares are fractions; lengths are tokens."""

    seed: int = 20243
    steps: int = 2500
    pairs_a_step: int = 64
    learning_rate: float = 2e-4
    head_factor: float = 5.0
    warmup: int = 200
    weight_decay: float = 0.01
    clip: float = 1.0
    dropout: float = 0.1
    window_tokens: tuple[int, ...] = (64, 80, 100, 120, 140, 160, 180, 220)
    question_tokens: int = 40
    negative_weight: float = 0.5
    joint_weight: float = 0.5
    sentence_weight: float = 0.25
    label_smoothing: float = 0.0
    """What an answer leaves of the chances to all tokens of its window, in equal parts (Szegedy et al., 2016)."""
    held_out: float = 0.09
    practice_held_out: float = PRACTICE_HELD_OUT
    """Of the questions about the report, which the refusal is fitted on as well."""
    scored: int = 300
    """Held-out questions of a source that the figures are taken on."""
    checkpoint_seconds: float = 180.0
    threads: int = 2
    workers: int = 15
    """Processes that cut windows ahead of the steps; 0 cuts them between the steps."""
    averaging: float = 0.998
    """How much of the average of the weights a step keeps; 0 ships the weights of the last step."""
    shares: dict[str, float] = field(
        default_factory=lambda: {"cmrc2018": 0.26, "drcd": 0.24, "qamr": 0.20, "fairytaleqa": 0.12, PRACTICE: 0.18}
    )
    titled: float = 0.5
    """Windows that carry their document's title in front, as the assistant's passages carry their sections."""
    cantonese: float = 0.10
    worded_otherwise: float = 0.25
    word_dropped: float = 0.12
    """Questions that lose words, and the chance of each of their words."""
    exchanged: float = 0.6
    """Negatives with another year or number in the question, where it has one."""
    answer_removed: float = 0.30
    same_document: float = 0.25
    """Of the other negatives: the same paragraph without the answer's sentence; another paragraph of the document."""


SMALL = Settings(
    steps=1000,
    pairs_a_step=8,
    learning_rate=1.5e-4,
    warmup=120,
    window_tokens=(100, 120, 140, 160, 180, 220),
    averaging=0.0,
    workers=0,
)
"""A run for two cores without a GPU: an hour."""

SMOKE = Settings(
    workers=2,
    scored=4,
    steps=6,
    pairs_a_step=2,
    warmup=2,
    window_tokens=(60,),
    checkpoint_seconds=0.0,
    shares={"cmrc2018": 0.5, "qamr": 0.5},
)
"""A run that shows that every part works; the model that comes out can do nothing."""


@dataclass(frozen=True, slots=True)
class FurtherSettings:
    """Defaults are those of a model that is made anew, whole; `patch.1.md` and `patch.2.md` have those of what ships.

    `steps` are those of each run; a run has the seed after that of the one before, and what the runs changed is
    averaged. `rank` is that of a change in training, `kept_rank` that of what ships, in steps of `grid`; the share
    `taken` of it is added.

    `others` are the windows without an answer that a question brings to a step, `replayed` the questions out of
    `training.sources`, `practised` the share of the questions about the report that ships which a round through all
    questions takes, `encyclopedias` the sources that are read as the assistant would have them read.
    """

    seed: int = 1
    steps: tuple[int, ...] = (1418,)
    rank: int = 32
    kept_rank: int = 32
    grid: float = 0.8
    taken: float = 0.8
    questions_a_step: int = 256
    others: int = 3
    learning_rate: float = 0.025
    others_factor: float = 0.02
    warmup: int = 100
    clip: float = 1.0
    dropout: float = 0.1
    negative_weight: float = 0.5
    sentence_weight: float = 0.5
    averaging: float = 0.998
    replayed: int = 4000
    practised: float = 0.7
    encyclopedias: tuple[str, ...] = ("cmrc2018", "drcd")
    checkpoint_seconds: float = 180.0
    threads: int = 2
