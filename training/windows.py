"""Windows: runs of whole sentences of a paragraph that fit a budget of tokens, with or without the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

Span = tuple[int, int]
Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Window:
    """A text to be read, and where it answers (code points, end exclusive); None where it does not."""

    text: str
    answer: Span | None


def window_around(
    text: str, sentences: Sequence[Span], answer: Span, budget: int, count: Count, random: Random
) -> Window:
    """Sentences around the answer's, grown to either side at random while they fit."""
    inside = [number for number, (start, end) in enumerate(sentences) if start < answer[1] and end > answer[0]]
    first, last = _grow(text, sentences, inside[0], inside[-1], budget, count, random)
    start, end = sentences[first][0], sentences[last][1]
    return Window(text[start:end], (answer[0] - start, answer[1] - start))


def any_window(text: str, sentences: Sequence[Span], budget: int, count: Count, random: Random) -> Window:
    """Sentences of a paragraph that does not answer, from a random place."""
    middle = random.randrange(len(sentences))
    first, last = _grow(text, sentences, middle, middle, budget, count, random)
    return Window(text[sentences[first][0] : sentences[last][1]], None)


def window_without(
    text: str, sentences: Sequence[Span], answer: Span, budget: int, count: Count, random: Random
) -> Window | None:
    """The sentences before and after the answer's, without it; None where nothing would be left or it is said twice."""
    kept = [(start, end) for start, end in sentences if end <= answer[0] or start >= answer[1]]
    rest = "".join(text[start:end] for start, end in kept)
    if not rest.strip() or text[slice(*answer)] in rest:
        return None
    gap = sum(end - start for start, end in kept if end <= answer[0])
    spans, at = [], 0
    for start, end in kept:
        spans.append((at, at + end - start))
        at += end - start
    middle = min(range(len(spans)), key=lambda number: min(abs(spans[number][0] - gap), abs(spans[number][1] - gap)))
    first, last = _grow(rest, spans, middle, middle, budget, count, random)
    return Window(rest[spans[first][0] : spans[last][1]], None)


def _grow(
    text: str, sentences: Sequence[Span], first: int, last: int, budget: int, count: Count, random: Random
) -> tuple[int, int]:
    used = sum(count(text[slice(*sentences[number])]) for number in range(first, last + 1))
    sides = [-1, 1]
    while sides:
        side = random.choice(sides)
        number = first - 1 if side < 0 else last + 1
        cost = count(text[slice(*sentences[number])]) if 0 <= number < len(sentences) else budget
        if used + cost > budget:
            sides.remove(side)
            continue
        used += cost
        first, last = (number, last) if side < 0 else (first, number)
    return first, last
