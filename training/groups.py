"""Reports with questions → what the reading model reads for each of them, as the assistant would have it read.

A question stands with the passages that the assistant finds first, each time in that passage's words; those that answer
it know where. What the reading of one question should tell apart is so in one group. What a second look reads
(`bot.readers.margins`) makes groups of its own: the first sentences alone, and the other sides of their passages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, repeat
from multiprocessing import get_context
from pathlib import Path
from random import Random

from bot.answer import Turn
from bot.assistant import Assistant
from bot.lexicon import synonyms
from bot.readers.judging import LOOKS, ReadingWeights
from bot.readers.windows import Window as PassageWindow
from bot.readers.windows import alone, window_of
from bot.settings import Settings, load_settings
from evaluation.gold import PRACTICE_QUESTIONS, GoldQuestion, load_gold, was_practised
from evaluation.invented import InventedReport, invented_reports
from evaluation.squad.dataset import SquadDataset
from evaluation.squad.workspace import Workspace
from ingest.sentences import clean
from training.practice import place_of, span_of
from training.sampling import Example
from training.sources import FILES, Pair, read_source, split
from training.windows import Span, Window
from vectorstore.schema import Passage
from vectorstore.tokens import convert_script, fold

REPORTS = Path(__file__).with_name("reports")
"""Reports of bodies that do not exist, for practice alone; those of `evaluation.invented` are for measuring."""
OWN_WORDS = 0.25
"""Of the questions that have a window's words put in, how many keep their own."""
REMOVED = 0.4
"""Of the windows that answer and say more, how many stand a second time without the sentence that answers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, worded for a window, and the window; its answer is None where it does not answer."""

    question: str
    window: Window


Group = tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, the turns before it, the sentences that answer it and the answers in them; `random` is its own."""

    question: str
    history: Sequence[Turn]
    evidence: Sequence[str]
    answers: Sequence[str]
    random: Random


def report_groups(work: Path, processes: int, reports: Path = REPORTS) -> list[Group]:
    """The groups of every report in `reports`; kept in `work`, a file a report.

    Raises:
        ReportQAError: a report cannot be indexed, or its questions are none.
        OSError: a file cannot be read or written.
    """
    invented = invented_reports(reports)
    missing = [own for own in invented if not _place(work, _sources(own)).exists()]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_find_invented, missing, repeat(work)))
    return [group for own in invented for group in _invented(own, work)]


def encyclopedia_groups(work: Path, processes: int, data: Path, sources: Sequence[str], held_out: float) -> list[Group]:
    """The groups of the training questions of `training.sources`, over an index of their paragraphs, one a source.

    Raises:
        ReportQAError: the paragraphs cannot be indexed.
        OSError: a file cannot be read or written.
    """
    missing = [source for source in sources if not _place(work, [data / FILES[source]]).exists()]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_find_encyclopedia, missing, repeat(data), repeat(work), repeat(held_out)))
    return [group for source in sources for group in _encyclopedia(source, data, work, held_out)]


def practice_groups(work: Path) -> list[Group]:
    """The groups of the practice questions about the report that ships; kept in `work`.

    Raises:
        ReportQAError: there is no index of the report.
        OSError: a file cannot be read or written.
    """

    def found() -> list[Group]:
        with closing(Assistant.open(_without_reading())) as assistant:
            return list(groups_of(assistant, [own for own in load_gold(PRACTICE_QUESTIONS) if was_practised(own)]))

    return _kept(work, [PRACTICE_QUESTIONS], found)


def example_groups(examples: Iterable[Example]) -> list[Group]:
    """The examples of `training.sampling`, each with its negative beside it."""
    return [(Reading(one.question, one.window), Reading(one.negative_question, one.negative)) for one in examples]


def groups_of(assistant: Assistant, questions: Sequence[GoldQuestion]) -> Iterator[Group]:
    """The groups of questions that one assistant is asked; it should have no reading model, lest it chooses by one."""
    for gold in questions:
        if gold.category not in ("false_premise", "injection"):
            answers = [answer for fact in gold.facts for answer in fact]
            yield from _groups(assistant, Posed(gold.question, gold.history, gold.evidence, answers, Random(gold.id)))


def _find_invented(report: InventedReport, work: Path) -> None:
    """For a process of its own: what it finds it leaves in `work`."""
    _invented(report, work)


def _find_encyclopedia(source: str, data: Path, work: Path, held_out: float) -> None:
    _encyclopedia(source, data, work, held_out)


def _sources(report: InventedReport) -> list[Path]:
    return [report.report, report.questions]


def _invented(report: InventedReport, work: Path) -> list[Group]:
    def found() -> list[Group]:
        with report.assistant(_without_reading()) as assistant:
            return list(groups_of(assistant, report.load_questions()))

    return _kept(work, _sources(report), found)


def _encyclopedia(source: str, data: Path, work: Path, held_out: float) -> list[Group]:
    pairs, _ = split(read_source(source, data), held_out)
    paragraphs = tuple(dict.fromkeys(pair.paragraph.text for pair in pairs))

    def found() -> list[Group]:
        digest = hashlib.sha256("\0".join(paragraphs).encode("utf-8")).hexdigest()
        settings = _without_reading().model_copy(update={"home": work})
        workspace = Workspace(SquadDataset(source, digest, paragraphs, (), 0), settings, "training")
        with workspace.opened():
            workspace.ingest(lambda stage, done, total: None)
            with closing(Assistant.open(workspace.settings)) as assistant:
                return list(chain.from_iterable(_groups(assistant, _paired(pair)) for pair in pairs))

    return _kept(work, [data / FILES[source]], found)


def _paired(pair: Pair) -> Posed:
    text = pair.paragraph.text
    sentences = [text[a:b].strip() for a, b in pair.paragraph.sentences if a < pair.end and b > pair.start]
    return Posed(pair.question, (), sentences, pair.answers, Random(pair.question))


def _without_reading() -> Settings:
    return load_settings().model_copy(update={"reading_model": False})


def _groups(assistant: Assistant, asked: Posed) -> Iterator[Group]:
    """What the assistant reads for a question: at first, alone, and on the other side; none is empty."""
    _, explanation = assistant.explain(asked.question, asked.history)
    words = _Words(assistant, asked, explanation.normalised)
    found = dict.fromkeys(candidate.passage_id for candidate in explanation.candidates)
    passages = [assistant.passage(name) for name in list(found)[: ReadingWeights().windows]]
    close = [(assistant.passage(c.passage_id), c.sentence) for c in explanation.candidates[:LOOKS]]
    close += [(passage, words.answering[passage.id]) for passage in passages if passage.id in words.answering]
    close = list({(passage.id, number): (passage, number) for passage, number in close}.values())
    others = dict.fromkeys(passage.counterpart_id for passage, _ in close if passage.counterpart_id)
    across = [assistant.passage(name) for name in others]
    for group in (
        chain.from_iterable(map(words.whole, passages)),
        chain.from_iterable(words.alone(passage, number) for passage, number in close),
        chain.from_iterable(words.whole(passage) for passage in across if passage not in passages),
    ):
        if readings := tuple(group):
            yield readings


class _Words:
    """A question worded for the windows that are read for it, and what in them answers it."""

    def __init__(self, assistant: Assistant, asked: Posed, question: str) -> None:
        self._question = question
        self._random = asked.random
        self._answers = [convert_script(clean(answer), "hk2s") for answer in asked.answers]
        places = (place_of(assistant, sentence) for sentence in asked.evidence)
        self.answering = {place[0].id: place[1] for place in places if place}

    def whole(self, passage: Passage) -> Iterator[Reading]:
        """The window of a passage; where it answers, now and then once more without what answers."""
        window = window_of(passage)
        question = self._put_as(window.text)
        if passage.id not in self.answering:
            yield from self._without_answer(question, window.text)
            return
        answer, sentence = self._answer(passage, window)
        yield Reading(question, Window(window.text, answer))
        if len(window.sentences) > 1 and self._random.random() < REMOVED:
            yield from self._without_answer(question, window.text[: sentence[0]] + window.text[sentence[1] :])

    def alone(self, passage: Passage, number: int) -> Iterator[Reading]:
        """A sentence below its passage's title."""
        window = window_of(passage)
        single = alone(window, number)
        question = self._put_as(single.text)
        if self.answering.get(passage.id) != number:
            yield from self._without_answer(question, single.text)
            return
        answer, sentence = self._answer(passage, window)
        moved = single.sentences[0][0] - sentence[0]
        yield Reading(question, Window(single.text, (answer[0] + moved, answer[1] + moved)))

    def _answer(self, passage: Passage, window: PassageWindow) -> tuple[Span, Span]:
        """The answer of a passage that answers, where it can be found in its sentence, and the sentence."""
        number = self.answering[passage.id]
        sentence = window.sentences[number]
        return span_of(passage, number, self._answers) or sentence, sentence

    def _without_answer(self, question: str, text: str) -> Iterator[Reading]:
        if not any(answer in text for answer in self._answers):
            yield Reading(question, Window(text, None))

    def _put_as(self, text: str) -> str:
        put = synonyms().put_as(self._question, fold(text))
        return put if put and self._random.random() >= OWN_WORDS else self._question


def _kept(work: Path, sources: Sequence[Path], make: Callable[[], list[Group]]) -> list[Group]:
    """What `make` finds, out of `work` where it was found before for the same `sources`."""
    path = _place(work, sources)
    if not path.exists():
        rows = [[(r.question, r.window.text, r.window.answer) for r in group] for group in make()]
        work.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    return [
        tuple(Reading(question, Window(text, answer and (answer[0], answer[1]))) for question, text, answer in group)
        for group in json.loads(path.read_text(encoding="utf-8"))
    ]


def _place(work: Path, sources: Sequence[Path]) -> Path:
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return work / f"looks-{digest[:12]}.json"
