"""Citation recall: of the facts that a right answer must hold, the share that a citation covers.

Never to be read without `correct`: an answer that copies a whole passage scores high here. A refusal cites nothing and
is not judged.
"""

from __future__ import annotations

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record
from evaluation.text import normalise


def _judge(record: Record) -> float | None:
    gold = record.gold
    if not gold.answerable or record.answer.refused:
        return None
    return sum(_is_covered(record, strings) for strings in gold.facts) / len(gold.facts)


def _is_covered(record: Record, strings: tuple[str, ...]) -> bool:
    wanted = [normalise(string) for string in strings]
    stating = [
        places
        for text, places in zip(record.gold.evidence, record.evidence, strict=True)
        if any(string in normalise(text) for string in wanted)
    ]
    return any(record.is_cited(places) for places in stating or record.evidence)


METRIC = Metric("citation_recall", "citation recall", of_each(_judge))
