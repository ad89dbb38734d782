"""Explains an answer or a refusal to staff: an `Explanation` as blocks of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from bot.channels.screen import Block, one_line

if TYPE_CHECKING:
    from bot.explanation import CandidateScore, Explanation
    from prompts import Messages

SHOWN = 10
"""Candidates that are always shown; those further down are shown where the answer uses them."""

_COLUMNS = ("why_fused", "why_dense", "why_lexical", "why_score")


def explanation_blocks(explanation: Explanation, messages: Messages) -> list[Block]:
    """The question as understood, the candidates, the decision, and a closing line for the stage at fault."""
    return [
        *_question_blocks(explanation, messages),
        Block(Text()),
        *_candidate_blocks(explanation, messages),
        Block(Text()),
        *_decision_blocks(explanation, messages),
        Block(Text(messages(f"stage_{explanation.verdict_stage}"), "bold")),
    ]


def _labelled(rows: list[tuple[str, str]]) -> list[Block]:
    """Rows of a label and its text, the texts one below the other."""
    width = max(cell_len(label) for label, _ in rows) + 2
    return [Block(Text.assemble((_pad(label, width), "dim"), one_line(text)), hanging=width) for label, text in rows]


def _pad(text: str, width: int, *, right: bool = False) -> str:
    space = " " * max(width - cell_len(text), 0)
    return space + text if right else text + space


def _question_blocks(explanation: Explanation, messages: Messages) -> list[Block]:
    register, script = messages(f"register_{explanation.register}"), messages(f"script_{explanation.script}")
    return _labelled(
        [
            (messages("why_question"), explanation.question),
            (messages("why_register"), f"{register} · {script}"),
            (messages("why_standalone"), explanation.standalone),
            (messages("why_normalised"), explanation.normalised),
            (messages("why_terms"), " · ".join(explanation.terms) or messages("why_none")),
            (messages("why_answer_type"), messages(f"kind_{explanation.answer_type}")),
        ]
    )


def _rank(rank: int | None, score: float | None) -> str:
    if rank is None:
        return "-"
    return str(rank) if score is None else f"{rank} ({score:.2f})"


def _cells(candidate: CandidateScore) -> tuple[str, ...]:
    return (
        f"{'*' if candidate.chosen else ''}{candidate.fused_rank}",
        _rank(candidate.dense_rank, candidate.dense),
        _rank(candidate.lexical_rank, candidate.lexical),
        f"{candidate.score:.3f}",
    )


def _candidate_blocks(explanation: Explanation, messages: Messages) -> list[Block]:
    """The table of candidates: ranks and score to the right in their columns, then the sentence."""
    heading = Block(Text(messages("why_candidates"), "bold"))
    shown = [candidate for number, candidate in enumerate(explanation.candidates) if number < SHOWN or candidate.chosen]
    if not shown:
        return [heading, Block(Text(messages("why_none")), 2)]
    rows = [tuple(messages(column) for column in _COLUMNS), *(_cells(candidate) for candidate in shown)]
    texts = [messages("why_sentence"), *(one_line(candidate.text) for candidate in shown)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    blocks = [heading]
    for row, text in zip(rows, texts, strict=True):
        ranks = "  ".join(_pad(cell, width, right=True) for cell, width in zip(row, widths, strict=True))
        style = "dim" if row is rows[0] else "bold" if row[0].startswith("*") else ""
        blocks.append(Block(Text(f"{ranks}  {text}", style), hanging=cell_len(ranks) + 2))
    left_out = len(explanation.candidates) - len(shown)
    if left_out:
        blocks.append(Block(Text(messages("why_more", count=left_out), "dim")))
    return [*blocks, Block(Text(messages("why_legend"), "dim"))]


def _decision_blocks(explanation: Explanation, messages: Messages) -> list[Block]:
    confidence = messages("why_confidence", confidence=explanation.confidence, threshold=explanation.threshold)
    rows = [(messages("why_decision"), confidence)]
    if explanation.reason:
        rows.append((messages("why_reason"), messages(f"reason_{explanation.reason}")))
    return _labelled(rows)
