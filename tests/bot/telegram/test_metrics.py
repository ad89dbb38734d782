"""What is counted of answers."""

from __future__ import annotations

from bot.answer import Answer, Generation
from bot.channels.telegram.metrics import Metrics


def answered(fallback: str | None) -> Answer:
    """An answer of a chat model, or in its place."""
    generation = Generation(model="m", prompt="p", tokens_in=100, tokens_out=20, fallback=fallback)
    return Answer(
        question="?",
        language="en",
        answer="x",
        refused=False,
        citations=(),
        reader="sentence" if fallback else "chat",
        latency_ms={"total": 1.0},
        generation=generation,
    )


def test_tokens_and_the_reasons_of_fall_backs_are_counted() -> None:
    metrics = Metrics()
    for fallback in (None, "paused", "paused", "budget"):
        metrics.count(answered(fallback))
    value = metrics.registry.get_sample_value
    assert value("reportqa_chat_tokens_total", {"direction": "in"}) == 400
    assert value("reportqa_chat_tokens_total", {"direction": "out"}) == 80
    assert value("reportqa_chat_fallbacks_total", {"reason": "paused"}) == 2
    assert value("reportqa_chat_fallbacks_total", {"reason": "budget"}) == 1
