"""Everything that one question led to, and its two accounts: the `Answer` for scripts, the `Explanation` for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from bot.answer import Answer, Citation, Generation, ReaderName
from bot.explanation import CandidateScore, Explanation, Stage
from bot.question import Question
from bot.readers.base import Reading
from bot.refusal import READ, Decision
from vectorstore.retriever import Hit


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that one question led to."""

    question: Question
    hits: Sequence[Hit]
    reading: Reading
    decision: Decision
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    stage: Stage
    latency_ms: dict[str, float]
    generation: Generation | None = None
    reader: ReaderName = "sentence"


class Clock:
    """Stage times in milliseconds."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self._stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends a stage."""
        now = perf_counter()
        self._stages[stage] = round(1000 * (now - self._last), 3)
        self._last = now

    def total(self) -> dict[str, float]:
        """The time so far and that of the stages."""
        return {"total": round(1000 * (perf_counter() - self._began), 3), **self._stages}


def undecided(refused: bool) -> Decision:
    """The decision on what is said without the report."""
    return Decision(0.0 if refused else 1.0, READ.threshold, "outside" if refused else None, {})


def answer_of(typed: str, outcome: Outcome) -> Answer:
    """The contract's form of an outcome."""
    return Answer(
        question=typed.encode("utf-8", "replace").decode("utf-8"),
        language=outcome.question.register,
        answer=outcome.text,
        refused=outcome.refused,
        citations=outcome.citations,
        reader=outcome.reader,
        latency_ms=outcome.latency_ms,
        generation=outcome.generation,
    )


def explanation_of(outcome: Outcome) -> Explanation:
    """The account for staff of an outcome."""
    question = outcome.question
    chosen = {(s.passage.id, s.number) for s in outcome.reading.statements}
    return Explanation(
        question=question.text,
        standalone=question.standalone,
        register=question.register,
        script=question.script,
        normalised=question.normalised,
        terms=tuple(question.terms),
        answer_type=question.kind,
        candidates=tuple(
            CandidateScore(
                passage_id=candidate.hit.passage.id,
                sentence=candidate.hit.number,
                text=candidate.hit.text,
                section=" › ".join(title.in_language(question.language) for title in candidate.hit.passage.section),
                dense_rank=candidate.hit.dense_rank,
                lexical_rank=candidate.hit.lexical_rank,
                fused_rank=rank,
                dense=candidate.hit.dense,
                lexical=candidate.hit.lexical,
                score=candidate.score,
                chosen=not outcome.refused and (candidate.hit.passage.id, candidate.hit.number) in chosen,
            )
            for rank, candidate in enumerate(outcome.reading.candidates, 1)
        ),
        confidence=outcome.decision.confidence,
        threshold=outcome.decision.threshold,
        reason=outcome.decision.reason,
        signals=outcome.decision.signals,
        verdict_stage=outcome.stage,
    )
