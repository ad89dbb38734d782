"""What a sentence claims of its figures: for whom they hold, whether they are a change or a level, past or to come."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.quantities import Quantity, find_quantities

_FROM = re.compile(r"\s?岁?\s?(?:或|及|和)?(?:之后|以后|以上)|\s(?:or|and) (?:after|later|above|over|older)")
_UP_TO = re.compile(r"\s?岁?\s?(?:或|及|和)(?:之前|以前|以下)|\s(?:or|and) (?:before|earlier|below|under|younger)")
_AGE_BEFORE = re.compile(r"(?:\baged?|年满|满)\s?$")
_AGE_AFTER = re.compile(r"\s?(?:岁|years?[- ]old|[- ]year-old)")
_ADDED_BEFORE = re.compile(
    r"(?:增加|新增|增设|增添|加装|增聘|加开|上升|减少|下降|减)了?(?:大?约|逾|超过)?\s?$"
    r"|\b(?:increase|rise|drop|decrease|decline|reduction|growth) of(?: about| around| over)?\s$"
    r"|\b(?:additional|extra|another|further|by)\s$"
)
_ADDED_AFTER = re.compile(r"\s(?:more|additional|extra|further)\b")
_TO_COME = re.compile(r"将(?!军)|预计|预期|计划于|拟于|\bwill\b|\b(?:is|are) expected\b|\bplans? to\b|\bscheduled\b")
_PLANS = re.compile(
    r"来年|未来|前瞻|展望|下年度|\b(?:plans?|priorities) for\b|\bfuture plans?\b|\blooking (?:ahead|forward)\b"
    r"|\boutlook\b|\b(?:year|way|years) (?:ahead|forward)\b|\bthe future\b"
)


def bound_fit(asked: Sequence[Quantity], question: str, text: str) -> float:
    """1 where a bound of a folded sentence holds for a year or an age of the folded question, -1 where none does.

    "1970 or after" holds for one born in 1988, "aged 11 or above" for a child of 12; 0 where nothing is to compare.
    """
    verdicts = [
        holds
        for bound in find_quantities(text)
        for wanted in asked
        if _comparable(bound, text, wanted, question) and (holds := _holds(bound, text, wanted)) is not None
    ]
    if not verdicts:
        return 0.0
    return 1.0 if any(verdicts) else -1.0


def _comparable(bound: Quantity, text: str, wanted: Quantity, question: str) -> bool:
    if bound.kind != wanted.kind:
        return False
    return bound.kind == "date" or (_is_age(bound, text) and _is_age(wanted, question))


def _is_age(quantity: Quantity, text: str) -> bool:
    return bool(
        _AGE_AFTER.match(text, quantity.end) or _AGE_BEFORE.search(text[max(0, quantity.start - 6) : quantity.start])
    )


def _holds(bound: Quantity, text: str, wanted: Quantity) -> bool | None:
    from_here, up_to = _FROM.match(text, bound.end), _UP_TO.match(text, bound.end)
    if not from_here and not up_to:
        return None
    if bound.kind == "date":
        if bound.value.startswith("-") or wanted.value.startswith("-"):
            return None
        shared = min(len(bound.value), len(wanted.value))
        low, value = bound.value[:shared], wanted.value[:shared]
        return value >= low if from_here else value <= low
    return float(wanted.value) >= float(bound.value) if from_here else float(wanted.value) <= float(bound.value)


def is_increment(text: str, quantities: Sequence[Quantity]) -> bool:
    """Whether every figure of a folded sentence says how many were added or lost, and none how many there are."""
    numbers = [q for q in quantities if q.kind == "number" and not q.spelled and not q.money]
    return bool(numbers) and all(_is_added(q, text) for q in numbers)


def _is_added(quantity: Quantity, text: str) -> bool:
    before = text[max(0, quantity.start - 24) : quantity.start]
    return bool(_ADDED_BEFORE.search(before) or _ADDED_AFTER.match(text, quantity.end))


def is_to_come(text: str) -> bool:
    """Whether a folded text speaks of what is still to come."""
    return _TO_COME.search(text) is not None


def is_of_plans(title: str) -> bool:
    """Whether a folded title says that what stands below it is still to come."""
    return _PLANS.search(title) is not None
