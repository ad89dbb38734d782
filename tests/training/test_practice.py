"""What the practice questions become, with the real report."""

from __future__ import annotations

from bot.assistant import Assistant
from evaluation.gold import PRACTICE_HELD_OUT, PRACTICE_QUESTIONS, GoldQuestion, load_gold, was_practised
from training.practice import entries_of
from training.sources import PRACTICE, Pair, Paragraph, split

QUESTIONS = {question.id: question for question in load_gold(PRACTICE_QUESTIONS)}


def of_kind(*, answerable: bool) -> list[GoldQuestion]:
    """The first ten practice questions that the report answers, or does not."""
    return [question for question in QUESTIONS.values() if question.answerable is answerable][:10]


def test_an_answered_question_stands_with_its_answer_and_windows_without_it(assistant: Assistant) -> None:
    entries = [(question, entry) for question in of_kind(answerable=True) for entry in entries_of(assistant, question)]
    assert {question.id for question, _ in entries} >= {question.id for question in of_kind(answerable=True)[:5]}
    for _, entry in entries:
        answer = entry["window"][entry["start"] : entry["end"]]
        assert answer and entry["answers"] == [answer]
        assert any(start <= entry["start"] < entry["end"] <= end for start, end in entry["sentences"])
        assert entry["others"]
        assert not any(answer in other for other in entry["others"])


def test_an_unanswered_question_stands_with_what_comes_nearest(assistant: Assistant) -> None:
    for question in of_kind(answerable=False):
        (entry,) = entries_of(assistant, question)
        assert (entry["start"], entry["end"], entry["answers"]) == (-1, -1, [])
        assert entry["window"] and entry["others"]


def test_the_refusal_is_fitted_on_what_the_training_leaves_out() -> None:
    groups = {question.group or question.id: was_practised(question) for question in QUESTIONS.values()}
    pairs = [Pair(Paragraph(PRACTICE, group, "", "", ()), "", -1, -1, ()) for group in groups]
    trained, held = split(pairs, PRACTICE_HELD_OUT)
    assert {pair.paragraph.document for pair in trained} == {group for group, used in groups.items() if used}
    assert 0.2 < len(held) / len(pairs) < 0.3
