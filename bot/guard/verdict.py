"""What the guard is given and what it says: a draft statement, and whether and by which sentences it is borne out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.readers.base import Statement

ProblemKind = Literal[
    "number", "date", "share", "unit", "name", "quote", "url", "markup", "reversed", "unrelated", "uncited"
]
"""What a draft says that its passages do not.

`unit`: 5 days for 5 months. `url`: a link, an e-mail address or a telephone number. `markup`: HTML, Markdown, role
tags, loose markers. `reversed`: turned round (more for less, must for need not), or a number put to another thing of
the same sentence. `unrelated`: no sentence says this. `uncited`: no passage is named.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement as a chat model wrote it, without markers, and the passages that it says it rests on."""

    text: str
    passage_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a draft's passages do not bear out; `text` is verbatim from the draft, "" where it is the whole of it."""

    kind: ProblemKind
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`statements` are the fewest sentences that bear the draft out, in document order; none where it is not supported.

    They are in the asker's language where the pair has that side. `computed` holds the pieces of the draft that no
    sentence says as they stand: a difference, sum or ratio of two numbers that the draft shows, and a date whose year
    another of the statements gives.
    """

    supported: bool
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    computed: tuple[str, ...] = ()
