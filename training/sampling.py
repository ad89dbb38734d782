"""Which windows a step trains on: decided by the seed and the step's number alone, so a run can be taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from bot.readers.tokenizer import Tokenizer
from training.negatives import Negatives
from training.rewriting import drop_words, exchange_number, to_cantonese
from training.settings import Settings
from training.sources import CHINESE, PRACTICE, Pair, Paragraph
from training.windows import Window, any_window, window_around, window_without

WHOLE = 10_000
"""Tokens: a budget that every passage keeps to."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question over a window that answers it, and one (the same or a changed question) over one that does not."""

    question: str
    window: Window
    negative_question: str
    negative: Window
    kind: str


class Sampler:
    """Draws examples. Every source's questions are all used once before one is used twice."""

    def __init__(self, pairs: dict[str, list[Pair]], tokenizer: Tokenizer, settings: Settings) -> None:
        self._pairs = {source: pairs[source] for source in settings.shares}
        self._negatives = {source: Negatives(own) for source, own in self._pairs.items() if source != PRACTICE}
        self._settings = settings
        self._count = lru_cache(maxsize=200_000)(lambda text: len(tokenizer.encode(text)))
        self._plan = self._planned(Random(settings.seed))
        self._drawn: list[Pair] = []

    def step(self, number: int) -> list[Example]:
        """The examples of a step; its windows have one budget (tokens), so that they are about as long."""
        settings = self._settings
        while len(self._drawn) < (number + 1) * settings.pairs_a_step:
            self._drawn.append(next(self._plan))
        random = Random(f"{settings.seed}:{number}")
        budget = random.choice(settings.window_tokens)
        first = number * settings.pairs_a_step
        return [self._example(pair, budget, random) for pair in self._drawn[first : first + settings.pairs_a_step]]

    def _planned(self, random: Random) -> Iterator[Pair]:
        sources, weights = list(self._settings.shares), list(self._settings.shares.values())
        waiting: dict[str, list[Pair]] = {source: [] for source in sources}
        while True:
            source = random.choices(sources, weights)[0]
            if not waiting[source]:
                waiting[source] = random.sample(self._pairs[source], len(self._pairs[source]))
            yield waiting[source].pop()

    def _example(self, pair: Pair, budget: int, random: Random) -> Example:
        paragraph = pair.paragraph
        if paragraph.source == PRACTICE:
            return self._otherwise(self._practised(pair, random), random)
        titled = random.random() < self._settings.titled
        room = budget - (self._count(paragraph.title) if titled else 0)
        window = window_around(paragraph.text, paragraph.sentences, (pair.start, pair.end), room, self._count, random)
        window = _titled(window, paragraph) if titled else window
        question, negative, kind = self._negative(pair, window, room, titled, random)
        example = self._rewritten(pair, Example(pair.question, window, question, negative, kind), random)
        return self._otherwise(example, random)

    def _practised(self, pair: Pair, random: Random) -> Example:
        """A question about the report: whole passages, against what the retrieval finds beside them."""
        settings, paragraph = self._settings, pair.paragraph
        other = Window(random.choice(pair.others), None)
        if pair.start < 0:
            return Example(pair.question, Window(paragraph.text, None), pair.question, other, "unanswered")
        window = Window(paragraph.text, (pair.start, pair.end))
        if random.random() < settings.exchanged and (changed := exchange_number(pair.question, window.text, random)):
            return Example(pair.question, window, changed, Window(window.text, None), "exchanged")
        if random.random() < settings.answer_removed / 2 and (
            rest := window_without(
                paragraph.text, paragraph.sentences, (pair.start, pair.end), WHOLE, self._count, random
            )
        ):
            return Example(pair.question, window, pair.question, rest, "removed")
        return Example(pair.question, window, pair.question, other, "found")

    def _negative(self, pair: Pair, window: Window, room: int, titled: bool, random: Random) -> tuple[str, Window, str]:
        settings, paragraph = self._settings, pair.paragraph
        if random.random() < settings.exchanged:
            changed = exchange_number(pair.question, window.text, random)
            if changed:
                return changed, Window(window.text, None), "exchanged"
        if random.random() < settings.answer_removed:
            rest = window_without(
                paragraph.text, paragraph.sentences, (pair.start, pair.end), room, self._count, random
            )
            if rest:
                return pair.question, _titled(rest, paragraph) if titled else rest, "removed"
        other, kind = self._other_paragraph(pair, random)
        rest = any_window(other.text, other.sentences, room, self._count, random)
        return pair.question, _titled(rest, other) if titled else rest, kind

    def _other_paragraph(self, pair: Pair, random: Random) -> tuple[Paragraph, str]:
        negatives = self._negatives[pair.paragraph.source]
        share = self._settings.same_document / (1 - self._settings.answer_removed)
        same = negatives.same_document(pair, random) if random.random() < share else None
        if same:
            return same, "same document"
        near = negatives.nearest(pair, random)
        while near is None or near is pair.paragraph:
            near = random.choice(self._pairs[pair.paragraph.source]).paragraph
        return near, "nearest"

    def _otherwise(self, example: Example, random: Random) -> Example:
        """Questions that name less of what their window says, as people's own words do."""
        if random.random() >= self._settings.worded_otherwise:
            return example
        share = self._settings.word_dropped
        return _with_questions(
            example, [drop_words(question, share, random) for question in (example.question, example.negative_question)]
        )

    def _rewritten(self, pair: Pair, example: Example, random: Random) -> Example:
        if pair.paragraph.source not in CHINESE or random.random() >= self._settings.cantonese:
            return example
        return _with_questions(example, [to_cantonese(q) for q in (example.question, example.negative_question)])


def _titled(window: Window, paragraph: Paragraph) -> Window:
    if not paragraph.title:
        return window
    front = f"{paragraph.title}\n"
    answer = window.answer and (window.answer[0] + len(front), window.answer[1] + len(front))
    return Window(front + window.text, answer)


def _with_questions(example: Example, questions: Sequence[str]) -> Example:
    return replace(example, question=questions[0], negative_question=questions[1])
