"""A file in SQuAD's format → paragraphs, and the questions asked of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from vectorstore.errors import InputError

MAX_QUESTIONS = 50_000


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the strings that answer it, and the number of the paragraph that holds them."""

    id: str
    question: str
    answers: tuple[str, ...]
    paragraph: int


@dataclass(frozen=True, slots=True)
class SquadDataset:
    """Distinct paragraphs and their questions; `unanswerable` counts those without an answer, which are left out."""

    name: str
    sha256: str
    paragraphs: tuple[str, ...]
    questions: tuple[SquadQuestion, ...]
    unanswerable: int


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Answer(_Form):
    text: str


class _Question(_Form):
    id: str
    question: str
    answers: list[_Answer] = []


class _Paragraph(_Form):
    context: str
    qas: list[_Question]


class _Article(_Form):
    paragraphs: list[_Paragraph]


class _File(_Form):
    data: list[_Article]


def load_squad(path: Path) -> SquadDataset:
    """The paragraphs and answerable questions of a file.

    Raises:
        InputError: the file cannot be read, is not in SQuAD's format, is empty or is larger than `MAX_QUESTIONS`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a file in SQuAD's format.") from error
    try:
        articles = _File.model_validate_json(content.removeprefix(b"\xef\xbb\xbf")).data
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "JSON"
        raise InputError(f"{path} is not in SQuAD's format ({place}: {' '.join(first['msg'].split())}).") from error
    dataset = _dataset(path.name, hashlib.sha256(content).hexdigest(), articles)
    if not dataset.questions:
        raise InputError(f"{path} holds no question with an answer.")
    if len(dataset.questions) > MAX_QUESTIONS:
        raise InputError(f"{path} holds {len(dataset.questions)} questions; {MAX_QUESTIONS} is the limit.")
    return dataset


def halves(dataset: SquadDataset) -> tuple[SquadDataset, SquadDataset]:
    """The first half of the paragraphs and the second, each with the questions that it answers."""
    middle = len(dataset.paragraphs) // 2
    return _part(dataset, 0, middle), _part(dataset, middle, len(dataset.paragraphs))


def _part(dataset: SquadDataset, first: int, last: int) -> SquadDataset:
    return SquadDataset(
        dataset.name,
        hashlib.sha256(f"{dataset.sha256}:{first}-{last}".encode()).hexdigest(),
        dataset.paragraphs[first:last],
        tuple(replace(q, paragraph=q.paragraph - first) for q in dataset.questions if first <= q.paragraph < last),
        0,
    )


def _dataset(name: str, sha256: str, articles: list[_Article]) -> SquadDataset:
    numbers: dict[str, int] = {}
    questions = []
    unanswerable = 0
    for paragraph in (paragraph for article in articles for paragraph in article.paragraphs):
        if not paragraph.context.strip():
            continue
        number = numbers.setdefault(paragraph.context, len(numbers))
        for asked in paragraph.qas:
            answers = tuple(dict.fromkeys(answer.text for answer in asked.answers if answer.text.strip()))
            if answers:
                questions.append(SquadQuestion(asked.id, asked.question, answers, number))
            else:
                unanswerable += 1
    return SquadDataset(name, sha256, tuple(numbers), tuple(questions), unanswerable)
