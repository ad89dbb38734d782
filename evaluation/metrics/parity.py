"""Parity: of the facts that are asked for in several registers, the share that is right in every one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evaluation.metrics.base import Metric, Score
from evaluation.metrics.right import is_right
from evaluation.record import Record


def _scores(records: Sequence[Record]) -> dict[str, Score]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.gold.group is not None:
            groups[record.gold.group].append(record)
    return {
        group: Score(float(all(is_right(record) for record in asked)))
        for group, asked in groups.items()
        if len({record.gold.register for record in asked}) > 1
    }


METRIC = Metric("parity", "parity", _scores)
