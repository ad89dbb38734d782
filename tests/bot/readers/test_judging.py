"""What the reading model adds to the candidates, on the real assistant over a small report."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from bot.readers.wording import speaks_of_other
from prompts import LanguageChoice
from vectorstore.tokens import fold


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


def test_a_label_answers_nothing_but_what_stands_beside_it(assistant: Assistant) -> None:
    answer = assistant.ask("去日本要唔要簽證")
    assert "旅行證件及簽證申請" not in [citation.quote for citation in answer.citations]
    asked = assistant.ask("入境處的查詢電話")
    assert [citation.quote for citation in asked.citations] == ["查詢熱線", "Enquiry Hotline (852) 2824 6111"]


@pytest.mark.parametrize(
    ("other", "speaks"),
    [
        ("Kai Tak pier extension", True),
        ("Banyan pier extension", False),  # rarer than a pier, and another one
        ("jetty extension", True),  # a word that no report has tells nothing
        ("escalators", False),
    ],
)
def test_another_thing_is_spoken_of_by_its_rarest_word(other: str, speaks: bool) -> None:
    rarity = {"kai": 5.0, "tak": 5.0, "banyan": 6.0, "pier": 2.0, "extens": 4.0, "escal": 5.0}
    text = fold("The extension of the Kai Tak pier cost $11 million.")
    assert speaks_of_other(other, text, lambda token: rarity.get(token, 0.0)) == speaks
