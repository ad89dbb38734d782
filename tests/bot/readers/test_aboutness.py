"""What was just said does not answer the next question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answer import Turn
from bot.assistant import Assistant
from bot.ingestion import ingest_reports
from bot.settings import Settings

REPORT = """# Ferries 渡輪

## Fares 票價

The party boat is hired at HK$2,150 an hour and carries 28 persons.

派對船每小時租金為2,150元，可載28人。

The old ferry is hired at HK$1,480 an hour, and so is the mail boat.

舊渡輪每小時租金為1,480元，郵船亦然。

## Youth corps 少年團

The youth corps of the ferries has an annual fee of HK$60; uniforms are not included.

渡輪少年團年費60元，制服另計。

## Staff 員工

In the year 1,934 captains were trained, against 1,706 in the previous year.

年內有1,934名船長受訓，上年度為1,706名。
"""


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("ferries")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest_reports(settings, [folder / "report.md"])
    assistant = Assistant.open(settings)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("渡輪少年團年費多少", "制服一套多少錢"),
        ("What is the annual fee of the youth corps?", "and what does a uniform cost?"),
    ],
)
def test_the_same_words_do_not_answer_twice(ferries: Assistant, before: str, question: str) -> None:
    assert "60" in ferries.ask(before).answer
    assert ferries.ask(question, [Turn(question=before)]).refused


@pytest.mark.parametrize(
    ("before", "question", "figure"),
    [
        ("有多少名船長受訓", "上年度呢", "1,706"),
        ("How much is it to hire the old ferry?", "and the mail boat?", "1,480"),
        ("How much is it to hire the party boat?", "how many persons does it carry?", "28"),
        ("Does the party boat carry 28 persons?", "is it really 28?", "28"),
    ],
)
def test_the_same_sentence_may_answer_again(ferries: Assistant, before: str, question: str, figure: str) -> None:
    assert not ferries.ask(before).refused
    assert figure in ferries.ask(question, [Turn(question=before)]).answer


def test_a_question_that_is_asked_again_is_answered_again(ferries: Assistant) -> None:
    question = "What is the annual fee of the youth corps?"
    assert ferries.ask(question, [Turn(question=question)]).answer == ferries.ask(question).answer
