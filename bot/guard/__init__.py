"""What a chat model writes, held to the sentences that it cites."""

from bot.guard.guard import Guard
from bot.guard.verdict import Draft, Problem, ProblemKind, Verdict

__all__ = ["Draft", "Guard", "Problem", "ProblemKind", "Verdict"]
