"""Questions about the report → what the reading model practises on.

Each question is paired with the passage that answers it, in either language, and with the passages that the assistant
finds for it and that do not; a question that the report does not answer, with those that come nearest. The windows are
those that the assistant reads: whole passages below their section's title.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.readers.windows import window_of
from bot.settings import load_settings
from evaluation.gold import PRACTICE_QUESTIONS, GoldQuestion, load_gold
from ingest.sentences import clean
from training.sources import Pair, read_practice
from vectorstore.schema import Passage
from vectorstore.tokens import convert_script

FOUND = 40
"""Sentences of a question whose passages may be among its windows."""
OTHERS = 6
PART = 12
"""Code points that a sentence needs for it to be known again in a longer piece of evidence."""
OWN = 2
"""How often a question stands in the data with the passage of its own language, for once with the other's."""


def practice_pairs(folder: Path) -> list[Pair]:
    """The practice questions with their windows, out of `folder`, where they are written once for a set of questions.

    Raises:
        ReportQAError: there is no index to find them in.
        OSError: the file cannot be read or written.
    """
    digest = hashlib.sha256(PRACTICE_QUESTIONS.read_bytes()).hexdigest()
    path = folder / f"practice-{digest[:12]}.json"
    if not path.exists():
        # Without the reading model: what is found must not depend on the model that was trained before.
        assistant = Assistant.open(load_settings().model_copy(update={"reading_model": False}))
        entries = [entry for question in load_gold(PRACTICE_QUESTIONS) for entry in entries_of(assistant, question)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(entries, ensure_ascii=False, indent=0), encoding="utf-8")
    return read_practice(path)


def entries_of(assistant: Assistant, gold: GoldQuestion) -> Iterator[Mapping[str, Any]]:
    """The entries of a question, as `sources.read_practice` reads them."""
    _, explanation = assistant.explain(gold.question, gold.history)
    found = dict.fromkeys(candidate.passage_id for candidate in explanation.candidates[:FOUND])
    passages = [assistant.passage(identifier) for identifier in found]
    answering = [place for place in (place_of(assistant, evidence) for evidence in gold.evidence) if place]
    inside = {passage.id for passage, _ in answering}
    others = [passage for passage in passages if passage.id not in inside and passage.counterpart_id not in inside]
    answers = [convert_script(clean(answer), "hk2s") for answer in gold.answers]
    texts = [window_of(passage).text for passage in others]
    windows = [text for text in texts if not any(answer in text for answer in answers)][:OTHERS]
    if not windows or not explanation.normalised:
        return
    if not gold.answerable:
        yield _entry(gold, explanation.normalised, others[0], -1, -1, windows[1:] or windows)
        return
    for passage, number in answering:
        span = span_of(passage, number, gold.answers)
        if span is not None:
            for _ in range(OWN if (passage.language == "en") == (explanation.register == "en") else 1):
                yield _entry(gold, explanation.normalised, passage, *span, windows)


def _entry(
    gold: GoldQuestion, question: str, passage: Passage, start: int, end: int, others: Sequence[str]
) -> Mapping[str, Any]:
    window = window_of(passage)
    return {
        "group": gold.group or gold.id,
        "question": question,
        "window": window.text,
        "sentences": window.sentences,
        "start": start,
        "end": end,
        "answers": [window.text[start:end]] if start >= 0 else [],
        "others": list(others),
    }


def place_of(assistant: Assistant, evidence: str) -> tuple[Passage, int] | None:
    """The passage of a piece of evidence, and the number of its sentence."""
    wanted = clean(evidence)
    sentences = [
        (passage, n, _clean(passage, n)) for passage in assistant.passages() for n in range(len(passage.sentences))
    ]
    holding = (place for place in sentences if wanted in place[2])
    held = (place for place in sentences if len(place[2]) > PART and place[2] in wanted)
    found = next(holding, None) or next(held, None)
    return found and found[:2]


@lru_cache(maxsize=16384)
def _clean(passage: Passage, number: int) -> str:
    sentence = passage.sentences[number]
    return clean(passage.slice(sentence.start, sentence.end))


def span_of(passage: Passage, number: int, answers: Sequence[str]) -> tuple[int, int] | None:
    """Where the answer stands in the passage's window; code points, end exclusive."""
    window = window_of(passage)
    start, end = window.sentences[number]
    for answer in answers:
        wanted = convert_script(clean(answer), "hk2s")
        at = window.text.find(wanted, start, end)
        if wanted and at >= 0:
            return at, at + len(wanted)
    return None
