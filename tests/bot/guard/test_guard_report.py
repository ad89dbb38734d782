"""The guard over the whole report: every sentence passes as itself, no falsified one passes; and any text is borne."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.guard import MOST_LET_THROUGH, QUESTIONS, TRUE_KINDS, Lies, count, places_of
from bot.grounding import shown
from bot.guard import Draft, Guard
from vectorstore.corpus import Corpus

STRIDE = 8
"""One sentence in so many is tried here; `python -m benchmarks.guard` tries all."""


@pytest.fixture(scope="module")
def counts(guard: Guard, corpus: Corpus, lies: Lies) -> tuple[Counter[str], Counter[str]]:
    return count(guard, corpus, lies, places_of(corpus)[::STRIDE])


def test_every_sentence_passes_as_itself_and_in_other_figures(counts: tuple[Counter[str], Counter[str]]) -> None:
    seen, wrong = counts
    assert all(seen[kind] > 30 for kind in TRUE_KINDS)
    assert {kind: wrong[kind] for kind in TRUE_KINDS} == dict.fromkeys(TRUE_KINDS, 0)


def test_no_falsified_number_date_or_name_passes(counts: tuple[Counter[str], Counter[str]]) -> None:
    seen, wrong = counts
    for kind, most in MOST_LET_THROUGH.items():
        assert seen[kind] > 0
        assert wrong[kind] <= most * seen[kind], kind


def test_a_name_is_taken_from_the_sentences_before_not_from_those_after(guard: Guard, corpus: Corpus) -> None:
    text = "Located in the IC town centre, the new Immigration Headquarters comprises the Administration Tower"
    ids = [p.id for p in corpus.passages.values() if text.replace("IC", "Tseung Kwan O") in p.text]
    assert any("identity cards" in corpus.passages[passage_id].text for passage_id in ids)
    assert not any(guard.check(Draft(text, (each,)), QUESTIONS["en"], "en").supported for each in ids)


def test_a_name_from_before_must_stand_for_a_word_of_the_sentence(guard: Guard, corpus: Corpus) -> None:
    text = "新总部由行政大楼及执法大楼组成"
    place = next(p for p in places_of(corpus) if text in p.text and p.number > 0)
    assert "将军澳" in place.passage.text
    true = shown(place.text, "zh-Hans")
    ids = (place.passage.id,)
    assert guard.check(Draft(true, ids), QUESTIONS["zh-Hans"], "zh-Hans").supported
    false = true.replace("新总部", "将军澳")
    assert not guard.check(Draft(false, ids), QUESTIONS["zh-Hans"], "zh-Hans").supported


def test_statements_are_sentences_of_the_cited_passage_or_its_pair(guard: Guard, corpus: Corpus) -> None:
    for place in places_of(corpus)[::37]:
        verdict = guard.check(Draft(place.text.replace("**", ""), (place.passage.id,)), QUESTIONS["en"], "en")
        for statement in verdict.statements:
            sentence = statement.passage.sentences[statement.number]
            assert (statement.start, statement.end) == (sentence.start, sentence.end)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), place=st.integers(0, 1000))
def test_any_text_gets_a_verdict_and_no_invented_one_passes(
    guard: Guard, corpus: Corpus, text: str, place: int
) -> None:
    passage = corpus.places[place % len(corpus.places)].passage
    verdict = guard.check(Draft(text, (passage.id,)), QUESTIONS["en"], "en")
    assert verdict.supported == bool(verdict.statements) == (not verdict.problems)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(2, 10**9), place=st.integers(0, 1000))
def test_no_number_passes_that_the_sentence_lacks(guard: Guard, corpus: Corpus, number: int, place: int) -> None:
    home = corpus.places[place % len(corpus.places)]
    both = [home, *corpus.counterparts_of(home.passage.id, home.number)]
    around = " ".join(p.passage.text for p in both)
    written = f"{number:,}"
    if str(number) in "".join(c for c in around if c.isdigit()) or number < 100:
        return
    text = f"{home.text.replace('**', '')} {written} persons."
    assert not guard.check(Draft(text, (home.passage.id,)), QUESTIONS["en"], "en").supported
