"""What one question has used of the chat model."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.answer import Generation


@dataclass(slots=True)
class Account:
    """Calls and tokens, what became of the statements, and until when (by `time.monotonic`) the question may go on.

    `admitted` says that the breaker let the question through. The other fields are those of `Generation`.
    """

    deadline: float
    admitted: bool = False
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    passages_sent: int = 0
    statements: int = 0
    repaired: int = 0
    dropped: int = 0
    cached: bool = False
    fallback: str | None = None

    @property
    def left_s(self) -> float:
        """Seconds left; none below zero."""
        return max(0.0, self.deadline - time.monotonic())

    def generation(self, model: str, prompt: str) -> Generation:
        """The account as it goes into the answer."""
        return Generation(
            model=model,
            prompt=prompt,
            passages_sent=self.passages_sent,
            calls=self.calls,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            statements=self.statements,
            repaired=self.repaired,
            dropped=self.dropped,
            cached=self.cached,
            fallback=self.fallback,
        )
