"""Buttons under messages, and what a press of each carries: at most 64 bytes, the rest is in the store."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.rendering import citation_label, clipped
from bot.conversations import StoredTurn
from bot.question import MAX_QUESTION

SOURCE, FEEDBACK, LANGUAGE, FORGET, SECTION, EXAMPLE = "s", "f", "l", "x", "t", "q"
OPEN_MARK = " ▴"
_LABEL_UNITS = 60


def data(kind: str, *parts: object) -> str:
    """What a button carries."""
    return ":".join([kind, *(str(part) for part in parts)])


def button(label: str, kind: str, *parts: object) -> InlineKeyboardButton:
    """A button; a label too long for one line is clipped."""
    return InlineKeyboardButton(clipped(label, _LABEL_UNITS) or "…", callback_data=data(kind, *parts))


def answer_keyboard(turn: StoredTurn, opened: int | None = None) -> InlineKeyboardMarkup | None:
    """A button for every citation of an answer, the one whose source is shown marked; then thumbs up and down.

    None below small talk, and where the text was too long for a question.
    """
    answer = turn.answer
    if not answer.citations and (not answer.refused or len(turn.question) > MAX_QUESTION):
        return None
    rows = []
    for citation in answer.citations:
        label = citation_label(citation, answer.language)
        if citation.marker == opened:
            label = clipped(label, _LABEL_UNITS - len(OPEN_MARK)) + OPEN_MARK
        rows.append([button(label, SOURCE, turn.id, citation.marker)])
    verdicts = [button("👍", FEEDBACK, turn.id, "up"), button("👎", FEEDBACK, turn.id, "down")]
    return InlineKeyboardMarkup([*rows, verdicts])


def column(buttons: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Buttons one below the other."""
    return InlineKeyboardMarkup([[each] for each in buttons])
