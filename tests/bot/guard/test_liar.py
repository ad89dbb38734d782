"""A model that lies in more than fifty ways: none of its lies passes the guard."""

from __future__ import annotations

import pytest

from benchmarks.guard import QUESTIONS, places_of
from benchmarks.liar import WAYS, Way
from bot.answer import Register
from bot.grounding import shown
from bot.guard import Draft, Guard
from vectorstore.corpus import Corpus

MOST_TRIED = 6
"""Sentences that each way is tried on, where it applies to as many."""


def test_there_are_more_than_fifty_ways() -> None:
    assert len({way.name for way in WAYS}) > 50


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name.replace(" ", "-"))
def test_no_lie_passes(guard: Guard, corpus: Corpus, way: Way) -> None:
    tried = 0
    for place in sorted(places_of(corpus), key=lambda p: (p.passage.sentences[p.number].start * 7919) % 10007):
        register: Register = "en" if place.passage.language == "en" else "zh-Hans"
        true = shown(place.text, register)
        false = way.falsify(true)
        if false is None or len(true) < 12:
            continue
        verdict = guard.check(Draft(false, (place.passage.id,)), QUESTIONS[register], register)
        assert not verdict.supported, false
        tried += 1
        if tried == MOST_TRIED:
            break
    assert tried >= 1
