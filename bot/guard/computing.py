"""Differences, sums, ratios and changes in per cent that a draft works out from two numbers it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from bot.guard.claims import Claim

_MORE = re.compile(
    r"\bmore\b|\bincreas|\bris(?:e|es|ing)\b|\brose\b|\bgr[eo]w|\bup\b|\bhigher\b|\bexceed|\bgain|多|增|升|高出|超出|涨"
)
_LESS = re.compile(
    r"\bless\b|\bfewer\b|\bdecreas|\bfall|\bfell\b|\bdrop|\bdown\b|\blower\b|\bdeclin|\breduc|少|减|降|跌|低于"
)
_APART = re.compile(r"\bdifference\b|\bgap\b|\bapart\b|相差|差距|差额|差异")
_TOGETHER = re.compile(
    r"\btotal|\btogether\b|\bcombined\b|\bsum\b|\baltogether\b|\bin all\b|合共|总共|共计|合计|总计|一共|总和|相加|共"
)
_MEASURED = re.compile(r"\bthan\b|\bcompared\b|\bagainst\b|比|较")
_TIMES = re.compile(r"\btimes\b|\bfold\b|倍")
_SHARE = re.compile(r"\bof\b|占")


def direction(folded: str) -> int:
    """1 where a folded text speaks of more, -1 of less, 0 of neither or of both."""
    return bool(_MORE.search(folded)) - bool(_LESS.search(folded))


def is_computed(claim: Claim, operands: Sequence[Claim], folded: str, years: dict[Claim, str]) -> bool:
    """Whether two of the operands give the claim in a way that the text names.

    `operands` are the draft's numbers that evidence holds; `years` dates those that have a year.
    """
    value, places = _decimal(claim), _places(claim)
    if value is None:
        return False
    return any(
        _fits(result, value, places) and (way == 0 or way == _way(first, second, folded, years))
        for first, second in permutations([c for c in operands if c is not claim and _decimal(c) is not None], 2)
        for result, way in _results(claim, first, second, folded)
    )


def _results(claim: Claim, first: Claim, second: Claim, folded: str) -> Iterator[tuple[Decimal, int]]:
    """What first and second may give, with the sign that the change from first to second must have (0: any)."""
    a, b = _decimal(first), _decimal(second)
    assert a is not None and b is not None
    near = folded[max(0, claim.start - 60) : claim.end + 40]
    moved = direction(near)
    if first.kind != second.kind:
        return
    if claim.kind == first.kind:
        if _TOGETHER.search(near):
            yield a + b, 0
        if _APART.search(near):
            yield abs(b - a), 0
        if moved and (b - a) * moved > 0:
            yield abs(b - a), moved
    if claim.kind == "number" and a and _TIMES.search(folded[claim.start : claim.end + 12]):
        yield b / a, 0
    if claim.kind == "share" and first.kind == "number" and a:
        if moved and (b - a) * moved > 0:
            yield abs(b - a) / a * 100, moved
        if b < a and _SHARE.search(near) and not moved:
            yield b / a * 100, 0


def _way(first: Claim, second: Claim, folded: str, years: dict[Claim, str]) -> int:
    """The sign of the change from first to second: by their years, else by the order that the text states."""
    a, b = _decimal(first), _decimal(second)
    assert a is not None and b is not None
    sign = (b > a) - (b < a)
    if first in years and second in years and years[first] != years[second]:
        return sign if years[first] < years[second] else 0
    if re.search(r"(?:from|由|从)[^,，;；]{0,30}$", folded[: first.start]) and first.start < second.start:
        return sign
    # "X had 214, 27 more than Y with 187": what is said first is measured against what follows
    measured = _MEASURED.search(folded) is not None and not re.search(r"from|由|从", folded)
    return sign if measured and second.start < first.start else 0


def change_between(operands: Sequence[Claim], folded: str, years: dict[Claim, str]) -> bool:
    """Whether the direction that a folded text speaks of is the one between two of its numbers."""
    moved = direction(folded)
    numbers = [c for c in operands if _decimal(c) is not None]
    ways = {
        _way(first, second, folded, years) for first, second in permutations(numbers, 2) if first.kind == second.kind
    } - {0}
    return bool(moved) and ways == {moved}


def _decimal(claim: Claim) -> Decimal | None:
    kind, _, value = claim.value.partition(":")
    return Decimal(value) if kind in ("number", "share") else None


def _places(claim: Claim) -> int:
    value = claim.value.partition(":")[2]
    return len(value.partition(".")[2])


def _fits(result: Decimal, value: Decimal, places: int) -> bool:
    """Equal, or equal once rounded to the decimals shown (at least one digit of which must be left)."""
    return value != 0 and (result == value or round(result, places) == value)
