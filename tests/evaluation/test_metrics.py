"""Every metric on numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from evaluation.metrics import METRICS
from evaluation.metrics.language_match import language_of
from evaluation.metrics.script_match import script_of
from evaluation.record import Record
from tests.evaluation.conftest import MakeRecord

BY_NAME = {metric.name: metric for metric in METRICS}
UNANSWERABLE: dict[str, Any] = {"answerable": False, "category": "unanswerable", "evidence": ()}
FALSE_PREMISE: dict[str, Any] = {**UNANSWERABLE, "category": "false_premise", "correction": ("no annual quota",)}


def scores(name: str, *records: Record) -> dict[str, float]:
    return {unit: score.mean for unit, score in BY_NAME[name].scores(records).items()}


def score(name: str, record: Record) -> float | None:
    return scores(name, record).get(record.gold.id)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1.0),
        ({"text": "It takes 19 minutes [1]"}, 0.0),
        ({"refused": True}, 0.0),
        ({"cited": ((20, 30),)}, 0.0),
        ({"cited": ((20, 30), (19, 20))}, 1.0),
        ({"text": "9 seconds " + "x" * 410}, 1.0),
        ({"text": "9 seconds " + "x" * 411}, 0.0),
        ({"text": "9 seconds " + "x" * 411, "category": "list"}, 1.0),
        ({"text": "只需九秒[1]", "language": "zh-Hant", "answers": ("九秒",)}, 1.0),
        ({"text": "九秒" + "长" * 168, "language": "yue", "answers": ("九秒",)}, 1.0),
        ({"text": "九秒" + "长" * 169, "language": "yue", "answers": ("九秒",)}, 0.0),
        ({"all_of": (("9 seconds",), ("12", "twelve"))}, 0.0),
        ({"text": "9 seconds, not twelve", "all_of": (("9 seconds",), ("12", "twelve"))}, 1.0),
        ({**UNANSWERABLE, "refused": True}, None),
    ],
)
def test_correct_asks_for_the_answer_the_length_and_the_evidence(
    make_record: MakeRecord, changes: dict[str, Any], expected: float | None
) -> None:
    assert score("correct", make_record(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1.0),
        ({"refused": True}, 0.0),
        ({**UNANSWERABLE, "refused": True}, 1.0),
        (UNANSWERABLE, 0.0),
        ({**FALSE_PREMISE, "text": "It has no annual quota."}, 1.0),
        ({**FALSE_PREMISE, "text": "The quota is 4,000."}, 0.0),
        ({**FALSE_PREMISE, "refused": True}, 1.0),
    ],
)
def test_right_gives_every_question_a_verdict(
    make_record: MakeRecord, changes: dict[str, Any], expected: float
) -> None:
    assert score("right", make_record(**changes)) == expected


def test_contains_answer_looks_at_the_words_alone(make_record: MakeRecord) -> None:
    assert score("contains_answer", make_record(text="9 seconds " + "x" * 999, cited=())) == 1.0
    assert score("contains_answer", make_record(text="nine")) == 0.0
    assert score("contains_answer", make_record(text="9 seconds", refused=True)) == 0.0
    assert score("contains_answer", make_record(**UNANSWERABLE)) is None


def test_concise_does_not_judge_a_refusal(make_record: MakeRecord) -> None:
    assert score("concise", make_record(text="x" * 421)) == 0.0
    assert score("concise", make_record(text="x" * 421, refused=True)) is None


def _decisions(make: MakeRecord) -> Sequence[Record]:
    """Two rightly refused, one wrongly refused, one wrongly answered, one answered, one put right."""
    return [
        make(id="a", **UNANSWERABLE, refused=True),
        make(id="b", **UNANSWERABLE, refused=True),
        make(id="c", refused=True),
        make(id="d", **UNANSWERABLE),
        make(id="e"),
        make(id="f", **FALSE_PREMISE, text="no annual quota"),
    ]


def test_refusal_precision_judges_what_was_refused(make_record: MakeRecord) -> None:
    assert scores("refusal_precision", *_decisions(make_record)) == {"a": 1.0, "b": 1.0, "c": 0.0}


def test_refusal_recall_judges_what_has_no_answer_and_was_not_put_right(make_record: MakeRecord) -> None:
    assert scores("refusal_recall", *_decisions(make_record)) == {"a": 1.0, "b": 1.0, "d": 0.0}


def test_refusal_f1_is_the_harmonic_mean(make_record: MakeRecord) -> None:
    found = BY_NAME["refusal_f1"].scores(_decisions(make_record)).values()
    # Precision 2/3 and recall 2/3.
    assert sum(s.value for s in found) / sum(s.weight for s in found) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("changes", "precision", "recall"),
    [
        ({"cited": ((0, 10), (30, 40))}, 0.5, 1.0),
        ({"cited": ((0, 5), (30, 40))}, 0.0, 0.0),
        (
            {
                "all_of": (("9 seconds",), ("12 seconds",)),
                "evidence_texts": ("only 9 seconds", "once 12 seconds"),
                "evidence": (((5, 20),), ((50, 60),)),
                "cited": ((0, 10),),
            },
            1.0,
            0.5,
        ),
        ({"refused": True}, None, None),
        ({**UNANSWERABLE}, None, None),
    ],
)
def test_citations_are_held_against_the_evidence(
    make_record: MakeRecord, changes: dict[str, Any], precision: float | None, recall: float | None
) -> None:
    texts = changes.pop("evidence_texts", None)
    record = make_record(**changes)
    if texts:
        record = make_record_with(record, texts)
    assert score("citation_precision", record) == precision
    assert score("citation_recall", record) == recall


def make_record_with(record: Record, texts: tuple[str, ...]) -> Record:
    """The record with other evidence texts, whose places it has."""
    from dataclasses import replace

    return replace(record, gold=replace(record.gold, evidence=texts))


def test_one_quote_that_is_not_verbatim_spoils_an_answer(make_record: MakeRecord) -> None:
    assert score("citations_verbatim", make_record(verbatim=(True, True))) == 1.0
    assert score("citations_verbatim", make_record(verbatim=(True, False))) == 0.0
    assert score("citations_verbatim", make_record(refused=True)) is None


@pytest.mark.parametrize(
    ("text", "register", "expected"),
    [
        ("It takes 9 seconds at 將軍澳.", "en", 1.0),
        ("只需 9 秒（Flight Token）", "en", 0.0),
        ("只需 9 秒（Flight Token）", "mixed", 1.0),
        ("It takes 9 seconds.", "yue", 0.0),
    ],
)
def test_language_is_read_off_the_text(make_record: MakeRecord, text: str, register: str, expected: float) -> None:
    assert score("language_match", make_record(text=text, register=register)) == expected


@pytest.mark.parametrize(
    ("text", "register", "expected"),
    [
        ("處理簽證", "zh-Hant", 1.0),
        ("处理签证", "zh-Hant", 0.0),
        ("处理签证", "zh-Hans", 1.0),
        ("處理簽證", "yue", 1.0),
        ("人口", "yue", None),
        ("visa", "en", None),
    ],
)
def test_script_is_read_off_the_text(make_record: MakeRecord, text: str, register: str, expected: float | None) -> None:
    assert score("script_match", make_record(text=text, register=register)) == expected


def test_a_mixed_question_is_answered_in_its_own_script(make_record: MakeRecord) -> None:
    assert score("script_match", make_record(text="處理簽證", register="mixed", question="e-Channel有几多条")) == 0.0
    assert score("script_match", make_record(text="處理簽證", register="mixed", question="e-Channel有幾多條")) == 1.0


def test_text_without_telling_signs_has_no_script() -> None:
    assert script_of("人口 42") is None
    assert (language_of("人口"), language_of("42")) == ("zh", "en")


def test_parity_wants_every_register_of_a_group_right(make_record: MakeRecord) -> None:
    records = [
        make_record(id="a1", group="a"),
        make_record(id="a2", group="a", register="yue"),
        make_record(id="b1", group="b"),
        make_record(id="b2", group="b", register="yue", refused=True),
        make_record(id="c1", group="c"),
        make_record(id="d"),
    ]
    assert scores("parity", *records) == {"a": 1.0, "b": 0.0}


RANKING = tuple((10 * n, 10 * n + 9) for n in range(12))
"""Twelve candidates: the third stands at 20 to 29."""


@pytest.mark.parametrize(
    ("facts", "at_1", "at_5", "at_10", "rr", "ndcg"),
    [
        ((((20, 29),),), 0.0, 1.0, 1.0, 1 / 3, 0.5),
        ((((0, 9), (900, 909)),), 1.0, 1.0, 1.0, 1.0, 1 / (1 + 0.6309297535714575)),
        ((((0, 9),), ((60, 69),)), 0.5, 0.5, 1.0, 1.0, (1 + 1 / 3) / (1 + 0.6309297535714575)),
        ((((110, 119),),), 0.0, 0.0, 0.0, 1 / 12, 0.0),
        ((((900, 909),),), 0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_the_ranking_is_measured_by_facts_and_by_sentences(
    make_record: MakeRecord, facts: Any, at_1: float, at_5: float, at_10: float, rr: float, ndcg: float
) -> None:
    record = make_record(facts=facts, ranking=RANKING)
    assert [score(f"recall@{k}", record) for k in (1, 5, 10)] == [at_1, at_5, at_10]
    assert score("mrr", record) == pytest.approx(rr)
    assert score("ndcg@10", record) == pytest.approx(ndcg)


def test_an_answerable_question_without_candidates_scores_nothing_and_others_are_not_judged(
    make_record: MakeRecord,
) -> None:
    found = make_record(id="a", facts=(((0, 9),),), ranking=RANKING)
    empty = make_record(id="b", facts=(((0, 9),),))
    unanswerable = make_record(id="c", **UNANSWERABLE)
    assert scores("recall@5", found, empty, unanswerable) == {"a": 1.0, "b": 0.0}
    assert scores("mrr", found, empty, unanswerable) == {"a": 1.0, "b": 0.0}


def test_latency_is_the_assistants_own(make_record: MakeRecord) -> None:
    assert score("latency_p50", make_record(latency=12.5)) == 12.5
