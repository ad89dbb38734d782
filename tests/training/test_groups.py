"""What the questions about a report become for the further training, with the real report."""

from __future__ import annotations

import re
from pathlib import Path

from bot.assistant import Assistant
from bot.question import is_chinese
from evaluation.gold import PRACTICE_QUESTIONS, GoldQuestion, load_gold
from training.groups import Group, encyclopedia_groups, example_groups, groups_of
from training.sampling import Example
from training.windows import Window
from vectorstore.tokens import convert_script


def groups(assistant: Assistant, *, answerable: bool) -> list[tuple[GoldQuestion, Group]]:
    """Those of the first twenty practice questions that the report answers, or does not, each with its question."""
    chosen = [own for own in load_gold(PRACTICE_QUESTIONS) if own.answerable is answerable][:20]
    return [(question, group) for question in chosen for group in groups_of(assistant, [question])]


def test_windows_that_answer_know_where_and_the_others_do_not_hold_the_answer(assistant: Assistant) -> None:
    found = groups(assistant, answerable=True)
    assert len(found) >= 18
    answered = 0
    for question, group in found:
        answers = [convert_script(answer, "hk2s") for fact in question.facts for answer in fact]
        for reading in group:
            text, answer = reading.window.text, reading.window.answer
            if answer is None:
                assert not any(own in text for own in answers)
            else:
                assert text[slice(*answer)].strip()
        answered += any(reading.window.answer for reading in group)
    assert answered >= 16


def test_a_second_look_reads_sentences_alone_and_the_other_side_of_their_passages(assistant: Assistant) -> None:
    asked = [own for own in load_gold(PRACTICE_QUESTIONS) if own.register == "en" and own.answerable][:12]
    found = [own for own in (list(groups_of(assistant, [question])) for question in asked) if len(own) == 3]
    assert len(found) >= 10
    known = 0
    for first, alone, other in found:
        whole = [reading.window.text for reading in first if not is_chinese(reading.window.text)]
        sentences = [reading.window.text.split("\n")[-1].strip() for reading in alone]
        known += sum(any(sentence in text for text in whole) for sentence in sentences)
        assert any(is_chinese(reading.window.text) for reading in other)
        assert not {reading.window.text for reading in other} & set(whole)
    assert known >= 0.5 * sum(len(alone) for _, alone, _ in found)
    assert sum(any(reading.window.answer for reading in alone) for _, alone, _ in found) >= 0.5 * len(found)


def test_no_window_answers_a_question_that_the_report_does_not(assistant: Assistant) -> None:
    found = groups(assistant, answerable=False)
    assert found
    assert all(group and not any(reading.window.answer for reading in group) for _, group in found)


def test_questions_of_an_encyclopedia_stand_with_what_is_found_among_its_paragraphs(data: Path, tmp_path: Path) -> None:
    found = encyclopedia_groups(tmp_path, 1, data, ("drcd",), 0.09)
    assert len(found) > 40
    assert sum(any(reading.window.answer for reading in group) for group in found) > 0.9 * len(found)
    for group in found:
        year = f"19{10 + int(re.findall('[0-9]+', group[0].question)[0])}"
        for reading in group:
            text, answer = reading.window.text, reading.window.answer
            assert (text[slice(*answer)] == year) if answer else (year not in text)
    kept = list(tmp_path.glob("*.json"))
    assert len(kept) == 1
    assert encyclopedia_groups(tmp_path, 1, data, ("drcd",), 0.09) == found


def test_an_example_stands_beside_its_negative() -> None:
    example = Example("who", Window("Holt built it.", (0, 4)), "who in 1912", Window("It stands.", None), "nearest")
    ((one, other),) = example_groups([example])
    assert (one.question, one.window.answer) == ("who", (0, 4))
    assert (other.question, other.window.answer) == ("who in 1912", None)
