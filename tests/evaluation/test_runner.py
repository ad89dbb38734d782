"""A run over the small report, from gold file to results and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.settings import Settings
from evaluation import compare, evaluate, load_gold, read_results
from evaluation.results import Results, results_bytes
from vectorstore.errors import InputError


@pytest.fixture
def results(small_gold: Path, small_assistant: Assistant, small_settings: Settings) -> Results:
    """The small gold's results."""
    return evaluate(load_gold(small_gold), small_assistant, small_settings, gold="gold.jsonl")


def test_a_run_scores_every_question_and_every_part(results: Results) -> None:
    whole = results.figures["all"]
    assert (whole["right"].value, whole["right"].n) == (1.0, 4)
    assert (whole["correct"].value, whole["correct"].n) == (1.0, 3)
    assert (whole["citations_verbatim"].value, whole["citations_verbatim"].n) == (1.0, 3)
    assert (whole["refusal_recall"].value, whole["refusal_recall"].n) == (1.0, 1)
    assert (whole["parity"].value, whole["parity"].n) == (1.0, 1)
    assert results.figures["register:yue"]["correct"].n == 1
    assert results.figures["register:yue"]["parity"].n == 0
    assert results.figures["category:number"]["parity"].n == 1
    assert results.not_indexed == ()


def test_a_record_holds_the_answer_beside_its_gold(results: Results) -> None:
    courses = next(question for question in results.questions if question.gold.id == "courses")
    assert "36" in courses.answer.answer
    assert courses.cited_evidence == (True,)
    assert courses.first_relevant_rank == 1
    assert courses.candidates[0].relevant


def test_results_come_back_from_their_file_as_they_were(results: Results, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_bytes(results_bytes(results))
    assert read_results(tmp_path) == results


@pytest.mark.parametrize("threads", [1, 3])
def test_two_runs_on_the_same_index_give_the_same_scores(
    results: Results, small_gold: Path, small_assistant: Assistant, threads: int
) -> None:
    again = evaluate(load_gold(small_gold), small_assistant, threads=threads)
    assert again.run.threads == threads
    assert [q.answer.answer for q in again.questions] == [q.answer.answer for q in results.questions]
    timeless = [c for c in compare(again, results) if not c.metric.startswith("latency")]
    assert timeless
    assert all(c.difference.value == 0 and not c.won and not c.lost for c in timeless)


def test_a_run_says_what_it_was_run_on_without_secrets(results: Results, small_settings: Settings) -> None:
    run = results.run
    assert run.documents.keys() == {"small-report.md"}
    assert len(run.index_fingerprint) == 64
    assert run.settings["passage_tokens"] == small_settings.passage_tokens
    secret = Settings(home=Path("h"), chroma_url="http://me:secret@host:1", embedding_api_key="secret")
    from evaluation.provenance import public_settings

    assert "secret" not in str(public_settings(secret))


def test_gold_of_another_report_is_refused(small_gold: Path, small_assistant: Assistant) -> None:
    strange = [replace(question, evidence=("nowhere",)) for question in load_gold(small_gold) if question.evidence]
    with pytest.raises(InputError, match="evidence is in the index"):
        evaluate(strange, small_assistant)


def test_evidence_that_the_index_lacks_is_listed(small_gold: Path, small_assistant: Assistant) -> None:
    questions = load_gold(small_gold)
    questions[0] = replace(questions[0], evidence=(*questions[0].evidence, "nowhere"))
    assert evaluate(questions, small_assistant).not_indexed == ("nowhere",)


@pytest.mark.parametrize("content", ["{}", "", "[1]"])
def test_results_of_another_kind_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="no results"):
        read_results(tmp_path)
    with pytest.raises(InputError, match="Cannot read"):
        read_results(tmp_path / "none")
