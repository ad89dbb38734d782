"""Grounding: what is shown, and what the check of an answer against its citations notices."""

from __future__ import annotations

import pytest

from bot.answer import Citation, Register
from bot.grounding import shown, unsupported


@pytest.mark.parametrize(
    ("quote", "register", "expected"),
    [
        ("HK\\$30 million", "en", "HK$30 million"),
        ("共有 **4 172** 人", "zh-Hans", "共有 4 172 人"),
        ("a total of 4 172 persons", "en", "a total of 4,172 persons"),
        ("756 条多功能 e- 道", "zh-Hant", "756 條多功能 e-道"),
        ("红磡^[备注]、落马洲", "yue", "紅磡、落馬洲"),
        ("On\n\nfostering ties", "en", "On fostering ties"),
        ("羈留名额", "zh-Hans", "羁留名额"),
        ("in 2024 2,915 were", "en", "in 2024 2,915 were"),
    ],
)
def test_quotes_are_shown_without_marks_of_recognition(quote: str, register: Register, expected: str) -> None:
    assert shown(quote, register) == expected


def _citation(quote: str, marker: int = 1) -> Citation:
    return Citation(
        marker=marker, passage_id="p", document="d", section=(), language="en", start=0, end=len(quote), quote=quote
    )


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        ("There are 756 channels. [1]", "a total of 756 channels"),
        ("約 1.5 億人次[1]", "over 150 million residents"),
        ("它於二零二四年六月十一日啟用[1]", "It opened on 11 June 2024."),
        ("It opened in June 2024. [1]", "It opened on 11 June 2024."),
    ],
)
def test_what_the_quotes_hold_is_supported(answer: str, quote: str) -> None:
    assert unsupported(answer, [_citation(quote)]) == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("There are 757 channels. [1]", "757"),
        ("It opened on 12 June 2024. [1]", "12 June 2024"),
        ("A rise of 31 per cent. [1]", "31 per cent"),
        ("There are 756 channels. [2]", "[2]"),
        ("There are 756 channels.", "[1]"),
    ],
)
def test_what_the_quotes_do_not_hold_is_named(answer: str, problem: str) -> None:
    quote = "a total of 756 channels; it opened on 11 June 2024, a rise of 30 per cent"
    assert problem in unsupported(answer, [_citation(quote)])
