"""Reports with questions → what the reading model reads for each of them, as the assistant would have it read.

A question stands with the passages that the assistant finds first, each time in that passage's words; those that answer
it know where. What the reading of one question should tell apart is so in one group.
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
from bot.readers.judging import ReadingWeights
from bot.readers.windows import window_of
from bot.settings import Settings, load_settings
from evaluation.gold import PRACTICE_QUESTIONS, GoldQuestion, load_gold, was_practised
from evaluation.invented import InventedReport, invented_reports
from evaluation.squad.dataset import SquadDataset
from evaluation.squad.workspace import Workspace
from ingest.sentences import clean
from training.practice import place_of, span_of
from training.sampling import Example
from training.sources import FILES, Pair, read_source, split
from training.windows import Window
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


def report_groups(work: Path, processes: int, reports: Path = REPORTS) -> list[Group]:
    """The groups of every report in `reports`; kept in `work`, a file a report.

    Raises:
        ReportQAError: a report cannot be indexed, or its questions are none.
        OSError: a file cannot be read or written.
    """
    invented = invented_reports(reports)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(chain.from_iterable(pool.map(_invented, invented, repeat(work))))


def encyclopedia_groups(work: Path, processes: int, data: Path, sources: Sequence[str], held_out: float) -> list[Group]:
    """The groups of the training questions of `training.sources`, over an index of their paragraphs, one a source.

    Raises:
        ReportQAError: the paragraphs cannot be indexed.
        OSError: a file cannot be read or written.
    """
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        found = pool.map(_encyclopedia, sources, repeat(data), repeat(work), repeat(held_out))
        return list(chain.from_iterable(found))


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
        asked = gold.question, gold.history, gold.evidence, [answer for fact in gold.facts for answer in fact]
        group = tuple(_readings(assistant, *asked, Random(gold.id)))
        if group and gold.category not in ("false_premise", "injection"):
            yield group


def _invented(report: InventedReport, work: Path) -> list[Group]:
    def found() -> list[Group]:
        with report.assistant(_without_reading()) as assistant:
            return list(groups_of(assistant, report.load_questions()))

    return _kept(work, [report.report, report.questions], found)


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
                groups = (tuple(_paired(assistant, pair)) for pair in pairs)
                return [group for group in groups if group]

    return _kept(work, [data / FILES[source]], found)


def _paired(assistant: Assistant, pair: Pair) -> Iterator[Reading]:
    text = pair.paragraph.text
    sentences = [text[a:b].strip() for a, b in pair.paragraph.sentences if a < pair.end and b > pair.start]
    yield from _readings(assistant, pair.question, (), sentences, pair.answers, Random(pair.question))


def _without_reading() -> Settings:
    return load_settings().model_copy(update={"reading_model": False})


def _readings(
    assistant: Assistant,
    asked: str,
    history: Sequence[Turn],
    evidence: Sequence[str],
    answers: Sequence[str],
    random: Random,
) -> Iterator[Reading]:
    _, explanation = assistant.explain(asked, history)
    first = list(dict.fromkeys(candidate.passage_id for candidate in explanation.candidates))
    places = (place_of(assistant, sentence) for sentence in evidence)
    answering = {place[0].id: place[1] for place in places if place}
    answers = [convert_script(clean(answer), "t2s") for answer in answers]
    for passage in map(assistant.passage, first[: ReadingWeights().windows]):
        window = window_of(passage)
        question = explanation.normalised
        if (put := synonyms().put_as(question, fold(window.text))) and random.random() >= OWN_WORDS:
            question = put
        if passage.id not in answering:
            if not any(answer in window.text for answer in answers):
                yield Reading(question, Window(window.text, None))
            continue
        sentence = window.sentences[answering[passage.id]]
        yield Reading(question, Window(window.text, span_of(passage, answering[passage.id], answers) or sentence))
        rest = window.text[: sentence[0]] + window.text[sentence[1] :]
        if len(window.sentences) > 1 and random.random() < REMOVED and not any(answer in rest for answer in answers):
            yield Reading(question, Window(rest, None))


def _kept(work: Path, sources: Sequence[Path], make: Callable[[], list[Group]]) -> list[Group]:
    """What `make` finds, out of `work` where it was found before for the same `sources`."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    path = work / f"groups-{digest[:12]}.json"
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
