"""The account of how a question was answered, for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Stage = Literal["answered", "understanding", "retrieval", "reading", "refusal", "smalltalk"]


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """One candidate sentence: ranks count from 1, `dense` is a cosine similarity, `lexical` BM25."""

    passage_id: str
    sentence: int
    text: str
    section: str
    dense_rank: int | None
    lexical_rank: int | None
    fused_rank: int
    dense: float | None
    lexical: float | None
    score: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The question as understood, what was found, and how the decision to answer fell.

    `signals` are what the decision rests on (empty where there was nothing to decide).
    `verdict_stage` names the stage at fault when there is no answer, else `answered`.
    """

    question: str
    standalone: str
    register: str
    script: str
    normalised: str
    terms: tuple[str, ...]
    answer_type: str
    candidates: tuple[CandidateScore, ...]
    confidence: float
    threshold: float
    reason: str | None
    signals: Mapping[str, float]
    verdict_stage: Stage
