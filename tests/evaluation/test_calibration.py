"""Calibration: the fit finds what separates, and the AUROC is that of the textbook."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.assistant import Assistant
from bot.refusal import ONE_LANGUAGE, READ
from bot.settings import Settings
from evaluation.calibration import (
    Samples,
    as_of_one_language,
    auroc,
    fit,
    gathered,
    held_out_confidence,
    one_language_samples,
    samples_of,
)
from evaluation.gold import GOLD_QUESTIONS, PRACTICE_QUESTIONS, load_gold
from evaluation.squad.dataset import load_squad
from vectorstore.schema import Document


def test_the_fit_separates_what_one_signal_separates() -> None:
    rows = np.array([[1.0, x] for x in (-2, -1, -0.5, 0.5, 1, 2)] * 5)
    labels = np.array([0.0, 0, 0, 1, 1, 1] * 5)
    bias, weight = fit(rows, labels)
    assert weight > 1
    assert bias == pytest.approx(0, abs=1e-3)
    fitted = np.ones(30, np.bool_)
    given = Samples(["bias", "x"], rows, labels, fitted, np.ones(30), np.arange(30) // 2, ("x",) * 30)
    assert ((held_out_confidence(given) > 0.5) == (labels > 0)).all()


def test_what_counts_twice_is_as_if_it_stood_there_twice() -> None:
    rows = np.array([[1.0, 2], [1, -1], [1, 1], [1, -2]])
    labels = np.array([1.0, 0, 0, 1])
    twice = fit(np.vstack([rows, rows[:1]]), np.append(labels, 1.0))
    assert fit(rows, labels, np.array([2.0, 1, 1, 1])) == pytest.approx(twice, abs=1e-4)


def test_what_the_fit_leaves_out_does_not_move_it() -> None:
    rows = np.array([[1.0, x] for x in (-2, -1, -0.5, 0.5, 1, 2)] * 5)
    labels = np.array([0.0, 0, 0, 1, 1, 1] * 5)
    wrong = np.vstack([rows, [[1.0, -50.0]] * 10])
    samples = Samples(
        ["bias", "x"],
        wrong,
        np.append(labels, np.ones(10)),
        np.append(np.ones(30, np.bool_), np.zeros(10, np.bool_)),
        np.ones(40),
        np.arange(40) // 2,
        ("x",) * 40,
    )
    confidence = held_out_confidence(samples)
    assert ((confidence[:30] > 0.5) == (labels > 0)).all()
    assert (confidence[30:] < 0.01).all()


def test_a_question_whose_best_candidate_does_not_answer_is_left_out_of_the_fit(assistant: Assistant) -> None:
    questions = [q for q in load_gold(GOLD_QUESTIONS, "dev") if q.answerable and q.category == "number"][:12]
    (elsewhere,) = next(
        q for q in load_gold(GOLD_QUESTIONS, "dev") if q.category == "name" and len(q.evidence) == 1
    ).evidence
    astray = [replace(question, evidence=(elsewhere,)) for question in questions]
    assert any(sample.fitted for sample in samples_of(assistant, "dev", 1.0, questions))
    assert not any(sample.fitted for sample in samples_of(assistant, "dev", 1.0, astray))


def test_auroc_of_hand_worked_scores() -> None:
    labels = np.array([1.0, 1, 0, 0])
    assert auroc(np.array([4.0, 2, 3, 1]), labels) == 0.75
    assert auroc(np.array([1.0, 1, 1, 1]), labels) == 0.5


def test_the_shipped_coefficients_weigh_the_signals_that_there_are(assistant: Assistant) -> None:
    gold = samples_of(assistant, "dev", 2.0, load_gold(GOLD_QUESTIONS, "dev")[:8])
    practice = samples_of(assistant, "practice", 1.0, load_gold(PRACTICE_QUESTIONS)[:4])
    given = gathered([*gold, *practice])
    assert given.names == list(READ.coefficients)
    assert given.rows.shape == (len(given.labels), len(given.names))
    assert set(zip(given.sources, given.weights.tolist(), strict=True)) == {("dev", 2.0), ("practice", 1.0)}


def test_a_question_over_documents_in_one_language_has_an_answer_over_one_half_of_them(tmp_path: Path) -> None:
    file = tmp_path / "mills.json"
    towns = {"Holt": "1911", "Cley": "1923", "Salt": "1934", "Burn": "1945"}
    paragraphs = [
        {
            "context": f"The mill of {town} stands by the river. It was built in {year} by the guild.",
            "qas": [{"id": town, "question": f"When was the mill of {town} built?", "answers": [{"text": year}]}],
        }
        for town, year in towns.items()
    ]
    file.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    samples = list(one_language_samples(Settings(home=tmp_path / "home"), load_squad(file)))
    assert [sample.answerable for sample in samples] == [True, True, False, False, False, False, True, True]
    assert {sample.group for sample in samples} == {f"mills.json:{town}" for town in towns}
    assert {tuple(sample.signals) for sample in samples} == {tuple(ONE_LANGUAGE.coefficients)}
    assert any(sample.fitted for sample in samples if sample.answerable)
    assert all(sample.fitted for sample in samples if not sample.answerable)


def test_a_sample_over_two_languages_counts_less_for_one(assistant: Assistant) -> None:
    (sample,) = samples_of(assistant, "dev", 2.0, load_gold(GOLD_QUESTIONS, "dev")[:1])
    pointed = as_of_one_language(sample)
    assert list(pointed.signals) == list(ONE_LANGUAGE.coefficients)
    assert pointed.signals.items() <= sample.signals.items()
    assert pointed.weight < 1


def test_the_practice_questions_quote_the_report(report: Document) -> None:
    questions = load_gold(PRACTICE_QUESTIONS)
    assert len({question.id for question in questions}) == len(questions) > 400
    for question in questions:
        assert question.answerable == bool(question.evidence)
        for sentence in question.evidence:
            assert sentence in report.text
            assert any(answer in sentence for answer in question.answers)
