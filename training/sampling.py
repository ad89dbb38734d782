"""Which windows a step trains on: decided by the seed and the step's number alone, so a run can be taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from bot.readers.tokenizer import Tokenizer
from training.negatives import Negatives
from training.rewriting import convert_with_span, drop_words, exchange_number, to_cantonese
from training.settings import Settings
from training.sources import CHINESE, Pair, Paragraph
from training.windows import Window, any_window, window_around, window_without
from vectorstore.tokens import convert_script


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
        self._negatives = {source: Negatives(own) for source, own in self._pairs.items()}
        self._settings = settings
        self._count = lru_cache(maxsize=200_000)(lambda text: len(tokenizer.encode(text)))
        self._plan = self._planned(Random(settings.seed))
        self._drawn: list[Pair] = []

    def step(self, number: int) -> tuple[int, list[Example]]:
        """The window budget (tokens) of a step, the same for all its windows, and its examples."""
        settings = self._settings
        while len(self._drawn) < (number + 1) * settings.pairs_a_step:
            self._drawn.append(next(self._plan))
        random = Random(f"{settings.seed}:{number}")
        budget = random.choice(settings.window_tokens)
        first = number * settings.pairs_a_step
        return budget, [
            self._example(pair, budget, random) for pair in self._drawn[first : first + settings.pairs_a_step]
        ]

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
        titled = random.random() < self._settings.titled
        room = budget - (self._count(paragraph.title) if titled else 0)
        window = window_around(paragraph.text, paragraph.sentences, (pair.start, pair.end), room, self._count, random)
        window = _titled(window, paragraph) if titled else window
        question, negative, kind = self._negative(pair, window, room, titled, random)
        example = self._rewritten(pair, Example(pair.question, window, question, negative, kind), random)
        share = self._settings.worded_otherwise
        return self._otherwise(example, random) if share and random.random() < share else example

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
        share = self._settings.word_dropped
        return _with_questions(
            example, [drop_words(question, share, random) for question in (example.question, example.negative_question)]
        )

    def _rewritten(self, pair: Pair, example: Example, random: Random) -> Example:
        if pair.paragraph.source not in CHINESE:
            return example
        settings, script = self._settings, None
        if pair.paragraph.source == "drcd" and random.random() < settings.to_simplified:
            script = "t2s"
        if pair.paragraph.source == "cmrc2018" and random.random() < settings.to_traditional:
            script = "s2hk"
        if script:
            example = _in_script(example, script)
        if random.random() < settings.cantonese:
            return _with_questions(example, [to_cantonese(q) for q in (example.question, example.negative_question)])
        if random.random() < settings.question_other_script:
            is_simplified = (pair.paragraph.source == "cmrc2018") != (script is not None)
            other = "s2hk" if is_simplified else "t2s"
            questions = [convert_script(q, other) for q in (example.question, example.negative_question)]
            return _with_questions(example, questions)
        return example


def _titled(window: Window, paragraph: Paragraph) -> Window:
    if not paragraph.title:
        return window
    front = f"{paragraph.title}\n"
    answer = window.answer and (window.answer[0] + len(front), window.answer[1] + len(front))
    return Window(front + window.text, answer)


def _in_script(example: Example, script: str) -> Example:
    text, start, end = convert_with_span(example.window.text, *(example.window.answer or (0, 0)), script)
    questions = [convert_script(q, script) for q in (example.question, example.negative_question)]
    negative = Window(convert_script(example.negative.text, script), None)
    return replace(_with_questions(example, questions), window=Window(text, (start, end)), negative=negative)


def _with_questions(example: Example, questions: Sequence[str]) -> Example:
    return replace(example, question=questions[0], negative_question=questions[1])
