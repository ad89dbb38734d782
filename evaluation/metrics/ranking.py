"""The ranking of candidate sentences as ir-measures judges it.

The ranking is the one that the answer is chosen from. A sentence is relevant where it overlaps a piece of evidence, in
the language of the answer (in the other one where there is no such evidence). The measures apply to questions that are
answerable and have evidence in the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import ir_measures
from ir_measures import Qrel, ScoredDoc

from evaluation.documents import Place
from evaluation.metrics.base import Score
from evaluation.record import Record

Measure = ir_measures.measures.Measure


def of_evidence(measure: Measure) -> Callable[[Sequence[Record]], dict[str, Score]]:
    """The scores of a measure, all sentences that state any of the facts being relevant."""

    def judged(record: Record) -> list[tuple[Place, ...]]:
        return [tuple(dict.fromkeys(place for places in record.facts for place in places))]

    return _scores(measure, judged)


def of_facts(measure: Measure) -> Callable[[Sequence[Record]], dict[str, Score]]:
    """The scores of a measure, averaged over the facts that a right answer must hold."""
    return _scores(measure, lambda record: list(record.facts))


def _scores(
    measure: Measure, judged: Callable[[Record], list[tuple[Place, ...]]]
) -> Callable[[Sequence[Record]], dict[str, Score]]:
    def scores(records: Sequence[Record]) -> dict[str, Score]:
        asked = {r.gold.id: [places for places in judged(r) if places] for r in records if r.gold.answerable}
        rankings = {record.gold.id: record.ranking for record in records}
        qrels = [qrel for key, needs in asked.items() for qrel in _qrels(key, needs)]
        run = [doc for key, needs in asked.items() for doc in _run(key, len(needs), rankings[key])]
        values: dict[str, list[float]] = defaultdict(list)
        for found in ir_measures.iter_calc([measure], qrels, run):
            values[found.query_id.rsplit("|", 1)[0]].append(found.value)
        return {key: Score(sum(v) / len(v)) for key, v in values.items()}

    return scores


def _qrels(key: str, needs: Sequence[Sequence[Place]]) -> Iterator[Qrel]:
    return (Qrel(f"{key}|{n}", _name(place), 1) for n, places in enumerate(needs) for place in places)


def _run(key: str, needs: int, ranking: Sequence[Place]) -> Iterator[ScoredDoc]:
    # The measures sort by score: the place in the ranking is the score.
    return (ScoredDoc(f"{key}|{n}", _name(place), -rank) for n in range(needs) for rank, place in enumerate(ranking))


def _name(place: Place) -> str:
    return f"{place.document}:{place.start}-{place.end}"
