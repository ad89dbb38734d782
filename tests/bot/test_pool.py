"""Questions at a time: in order, no more begun than needed, dropped where the rest is not wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bot.pool import in_order, threads_for


def test_results_come_in_order_whichever_is_done_first() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(10)  # hangs, and fails, unless the second item is worked on meanwhile
        if number == 1:
            second_done.set()
        return 10 * number

    assert list(in_order(work, range(5), 2)) == [0, 10, 20, 30, 40]


def test_few_items_are_taken_ahead_and_none_after_closing() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_order(lambda number: number, items(), 2)
    assert [next(results), next(results)] == [0, 1]
    assert len(taken) <= 7
    results.close()
    assert len(taken) <= 7


def test_a_failure_is_raised_in_its_turn() -> None:
    results = in_order(lambda number: 1 // number, [1, 0, 1], 2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_chat_model_is_asked_one_question_at_a_time_unless_told() -> None:
    assert threads_for("sentence") >= 1
    assert threads_for("chat") == 1
    assert threads_for("chat", 3) == threads_for("sentence", 3) == 3
