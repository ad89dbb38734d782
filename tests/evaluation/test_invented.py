"""The invented reports: their questions are whole, and the command scores the assistant on them."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from evaluation.documents import DocumentTexts
from evaluation.gold import GoldRegister
from evaluation.invented import HELD_OUT, InventedReport, invented_reports, main
from evaluation.text import normalise
from ingest.loaders import load_documents
from training.groups import REPORTS

NAMES = [report.name for report in invented_reports()]
PRACTISED = {report.name: report for report in invented_reports(REPORTS)}
ALL = {report.name: report for report in invented_reports()} | PRACTISED


@pytest.fixture(params=ALL)
def invented(request: pytest.FixtureRequest) -> InventedReport:
    return ALL[request.param]


def test_one_report_is_kept_for_reporting() -> None:
    assert len(NAMES) == 7
    assert set(NAMES) > HELD_OUT


def test_what_is_measured_is_not_practised() -> None:
    assert len(ALL) == len(NAMES) + len(PRACTISED)
    measured, practised = (
        {question.question for report in own for question in report.load_questions() if question.answerable}
        for own in (invented_reports(), PRACTISED.values())
    )
    assert len(measured & practised) < 0.01 * len(measured)


def test_evidence_stands_in_the_report_and_answers_in_the_evidence(invented: InventedReport) -> None:
    (document,) = load_documents([invented.report])
    texts = DocumentTexts([], [document])
    questions = invented.load_questions()
    assert len({question.id for question in questions}) == len(questions) >= 140
    for question in questions:
        assert all(texts.find(evidence) for evidence in question.evidence), question.id
        stated = normalise(" ".join(question.evidence))
        for fact in question.facts:
            assert question.category == "yesno" or any(normalise(text) in stated for text in fact), question.id


@pytest.mark.parametrize("report", invented_reports(), ids=NAMES)
def test_follow_ups_lean_on_what_was_asked_and_stand_in_the_report(report: InventedReport) -> None:
    (document,) = load_documents([report.report])
    texts = DocumentTexts([], [document])
    questions = report.load_follow_ups()
    assert len({question.id for question in questions}) == len(questions) == 40
    assert all(question.history for question in questions)
    assert Counter(question.register for question in questions) == dict.fromkeys(get_args(GoldRegister), 8)
    assert sum(question.answerable for question in questions) == 28
    for question in questions:
        assert all(texts.find(evidence) for evidence in question.evidence), question.id
        stated = normalise(" ".join(question.evidence))
        assert all(any(normalise(text) in stated for text in fact) for fact in question.facts), question.id


def test_the_follow_ups_are_asked_where_they_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "libraries", "--follow-ups", "--min", "right=0.5"]) == 0
    assert " 40 " in capsys.readouterr().out


def test_no_invented_report_is_the_one_that_ships(invented: InventedReport) -> None:
    assert "Immigration Department" not in invented.report.read_text(encoding="utf-8")[:500]


def test_the_command_prints_a_line_a_report_and_what_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "harbour", "--min", "right=0.6", "--min", "citations_verbatim=1", "--min", "correct=1"]) == 1
    out, err = capsys.readouterr()
    assert "harbour" in out
    assert err.startswith("correct is ")
    assert err.count("\n") == 1


def test_an_unknown_metric_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--min", "rightness=1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
