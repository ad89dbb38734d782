"""How a metric of SQuAD-format questions looks at one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evaluation.metrics.base import Score
from evaluation.squad.record import SquadRecord


def of_each(judge: Callable[[SquadRecord], float]) -> Callable[[Sequence[SquadRecord]], dict[str, Score]]:
    """The scores of a metric that applies to every record, by the record's number."""
    return lambda records: {str(record.number): Score(judge(record)) for record in records}
