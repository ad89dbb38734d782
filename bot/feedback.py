"""What readers thought of answers → candidates for gold questions, for a person to look through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.answer import Citation
from bot.conversations import Conversations, Feedback
from bot.question import understand

_CATEGORIES = {
    "number": "number",
    "share": "number",
    "money": "number",
    "duration": "number",
    "date": "date",
    "person": "name",
    "organisation": "name",
    "place": "place",
    "list": "list",
    "how": "how",
    "yesno": "yesno",
}
"""Kinds of answers as the gold format names them; a person corrects what is guessed wrongly."""


def gold_candidates(store: Conversations) -> Iterator[str]:
    """A line of JSON for every verdict, oldest first: a gold question, and under `candidate` what was said of it.

    Where the reader was content, the answering words and the cited sentences stand as answer and evidence; where not,
    they are left to be filled in. No line says who asked.
    """
    for verdict in store.feedback():
        yield json.dumps(_candidate(verdict), ensure_ascii=False)


def _candidate(feedback: Feedback) -> dict[str, Any]:
    turn = feedback.turn
    answer, content = turn.answer, feedback.verdict == "up"
    history = [{"question": earlier.question} for earlier in feedback.history]
    kind = _CATEGORIES.get(understand(turn.question).kind, "definition")
    category = "unanswerable" if answer.refused else "followup" if history else kind
    return {
        "id": f"feedback-{turn.id}",
        "register": answer.language,
        "category": category,
        "question": turn.question,
        "history": history,
        "answerable": not answer.refused,
        "answers": [_words(answer.citations[0])] if content and answer.citations else [],
        "evidence": list(dict.fromkeys(_quotes(answer.citations))) if content else [],
        "candidate": {
            "verdict": feedback.verdict,
            "answer": answer.answer,
            "index": turn.fingerprint,
            "given_at": datetime.fromtimestamp(feedback.given_at, UTC).isoformat(timespec="seconds"),
        },
    }


def _words(citation: Citation) -> str:
    """The answering words where the reader knew them, else the quote."""
    return citation.quote[citation.answer_start or 0 : citation.answer_end]


def _quotes(citations: tuple[Citation, ...]) -> Iterator[str]:
    for citation in citations:
        yield citation.quote
        if citation.counterpart is not None:
            yield citation.counterpart.quote
