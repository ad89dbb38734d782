"""The optional judge, with a model that says what it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from bot.assistant import Assistant
from evaluation import evaluate, load_gold
from evaluation.judge import groundedness, judge_results, open_judge
from vectorstore.errors import InputError, ProviderError


def test_verdicts_are_recorded_apart_from_the_figures(small_gold: Path, small_assistant: Assistant) -> None:
    results = evaluate(load_gold(small_gold), small_assistant)
    replies = [
        '{"grounded": true, "reason": "same"}',
        'So:\n{"grounded": false, "reason": "no {214}"}',
        "I cannot say.",
    ]
    judge = GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))
    judged = judge_results(results, judge, "fake")
    assert groundedness(judged) == (1, 2)
    assert judged.judge == "fake"
    assert judged.figures == results.figures
    assert [q.judged for q in judged.questions if q.answer.refused] == [None]


def test_a_model_that_fails_is_named_in_one_line(small_gold: Path, small_assistant: Assistant) -> None:
    results = evaluate(load_gold(small_gold), small_assistant)
    with pytest.raises(ProviderError, match="judge model failed"):
        judge_results(results, GenericFakeChatModel(messages=iter([])), "fake")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(InputError, match="--judge nobody:nothing"):
        open_judge("nobody:nothing")
