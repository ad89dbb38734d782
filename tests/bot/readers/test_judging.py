"""What the reading model adds to the candidates, on the real assistant over a small report."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from prompts import LanguageChoice


@pytest.mark.parametrize(
    ("question", "language", "figure"),
    [
        ("how many self-service boarding gates were there in 2024", "zh-Hans", "214"),
        ("2023年有多少個自助登船閘口", "en", "187"),
    ],
)
def test_a_question_in_another_language_than_its_answer_is_read_in_its_own(
    small_assistant: Assistant, question: str, language: LanguageChoice, figure: str
) -> None:
    answer, explanation = small_assistant.explain(question, language=language)
    own, explained = small_assistant.explain(question)
    assert answer.citations
    assert figure in answer.answer
    assert figure in own.answer
    assert explanation.signals["margin"] >= explained.signals["margin"]
    assert answer.language == language
