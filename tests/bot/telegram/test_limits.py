"""Token buckets with a clock of the test's: how much is welcome, who is told, how long to wait."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.limits import Admission, Limits, Rate

USERS, CHATS = st.integers(1, 3), st.sampled_from([None, 10, 11])
QUESTIONS = st.lists(st.tuples(st.floats(0, 90), USERS, CHATS), max_size=60)
"""Each after so many seconds, by whom and where."""
RATES = st.builds(Rate, st.integers(1, 5), st.floats(0.5, 60))


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def verdict(limits: Limits, user: int, chat: int | None, *, late: bool = False) -> Admission:
    """That on a question which is answered at once."""
    with limits.admit(user, chat, late=late) as given:
        return given


def assert_within(rate: Rate, welcome: Sequence[float]) -> None:
    """In no stretch of time were there more than a full bucket and what came back meanwhile."""
    for first in range(len(welcome)):
        for last in range(first, len(welcome)):
            most = rate.burst + (welcome[last] - welcome[first]) * rate.per_minute / 60
            assert last - first + 1 <= most + 1e-6


@given(QUESTIONS, RATES, RATES)
def test_nobody_and_no_chat_gets_more_than_its_rate(
    questions: list[tuple[float, int, int | None]], user_rate: Rate, chat_rate: Rate
) -> None:
    clock = Clock()
    limits = Limits(user_rate, chat_rate, 100, clock)
    by_user: dict[int, list[float]] = {}
    by_chat: dict[int | None, list[float]] = {}
    for after, user, chat in questions:
        clock.now += after
        if verdict(limits, user, chat) == "welcome":
            by_user.setdefault(user, []).append(clock.now)
            by_chat.setdefault(chat, []).append(clock.now)
    for times in by_user.values():
        assert_within(user_rate, times)
    for chat, times in by_chat.items():
        if chat is not None:
            assert_within(chat_rate, times)


@given(QUESTIONS, RATES, RATES, USERS, CHATS)
def test_after_the_wait_that_is_named_the_next_question_is_welcome(
    questions: list[tuple[float, int, int | None]], user_rate: Rate, chat_rate: Rate, user: int, chat: int | None
) -> None:
    clock = Clock()
    limits = Limits(user_rate, chat_rate, 100, clock)
    for after, who, where in questions:
        clock.now += after
        verdict(limits, who, where)
    clock.now += limits.wait_s(user, chat)
    assert verdict(limits, user, chat) == "welcome"


@given(QUESTIONS, RATES)
def test_between_two_answers_a_person_in_private_is_told_once(
    questions: list[tuple[float, int, int | None]], rate: Rate
) -> None:
    clock = Clock()
    limits = Limits(rate, Rate(10_000, 1), 100, clock)
    said: dict[int, list[Admission]] = {}
    for after, user, _ in questions:
        clock.now += after
        said.setdefault(user, []).append(verdict(limits, user, user))
    for verdicts in said.values():
        for before, after_it in pairwise(verdicts):
            assert after_it != ("limited_silently" if before == "welcome" else "limited")


def test_a_wait_to_the_second_is_long_enough() -> None:
    clock = Clock()
    limits = Limits(Rate(1, 1), Rate(1, 1), 100, clock)
    clock.now += 1.525696864036652  # with it a minute adds up to a little less
    assert verdict(limits, 1, None) == "welcome"
    assert limits.wait_s(1, None) == 60
    clock.now += 60
    assert verdict(limits, 1, None) == "welcome"


def test_a_question_that_is_turned_away_costs_nothing() -> None:
    clock = Clock()
    limits = Limits(Rate(5, 1), Rate(1, 1), 100, clock)
    assert verdict(limits, 1, 10) == "welcome"
    assert [verdict(limits, 1, 10) for _ in range(9)] == ["limited", *["limited_silently"] * 8]
    assert [verdict(limits, 1, None) for _ in range(5)] == ["welcome"] * 4 + ["limited"]


def test_what_waited_while_the_bot_was_away_is_welcome_and_free() -> None:
    limits = Limits(Rate(1, 1), Rate(1, 1), 1, Clock())
    with limits.admit(2, 20):
        assert verdict(limits, 1, 10, late=True) == "welcome"
    assert verdict(limits, 1, 10) == "welcome"


def test_hands_are_full_until_one_is_free_whatever_happened_to_it() -> None:
    limits = Limits(Rate(9, 1), Rate(9, 1), 2, Clock())
    with ExitStack() as hands:
        for user in (1, 2):
            assert hands.enter_context(limits.admit(user, user)) == "welcome"
        assert verdict(limits, 3, 3) == "busy"
        assert limits.in_hand == 2
    with pytest.raises(RuntimeError), limits.admit(1, 1):
        raise RuntimeError
    assert limits.in_hand == 0
    assert verdict(limits, 3, 3) == "welcome"


def test_crowds_are_forgotten_and_who_asks_too_much_is_not() -> None:
    clock = Clock()
    limits = Limits(Rate(1, 1), Rate(10_000, 1), 100, clock)
    for user in range(10_002):
        verdict(limits, user, None)
    clock.now += 60
    verdict(limits, 1, None)
    verdict(limits, 20_000, None)  # more than ten thousand buckets: those that are full again go
    assert verdict(limits, 1, None) == "limited"
    assert verdict(limits, 2, None) == "welcome"
    assert len(limits._buckets) < 10
