"""A small data set of our own in SQuAD's format, under the names of the real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.sources import FILES

CHINESE = "{name}位于河的北岸。它在19{number}年由{name}商会建成，用了四年。每年有{number}千人来参观。门票是三元。"
ENGLISH = (
    "The mill of {name} stands by the river. It was built in 19{number} by the guild. Some {number} people work there."
)


def _article(name: str, number: int, chinese: bool) -> dict[str, object]:
    text = (CHINESE if chinese else ENGLISH).format(name=name, number=number)
    year = f"19{number}"
    question = f"{name}是哪一年建成的？" if chinese else f"When was the mill of {name} built?"
    entry = {"id": f"{name}-1", "question": question, "answers": [{"text": year, "answer_start": text.index(year)}]}
    return {"title": name, "paragraphs": [{"context": text, "id": name, "qas": [entry]}]}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder."""
    folder = tmp_path_factory.mktemp("qa")
    for source, file in FILES.items():
        chinese = source in ("cmrc2018", "drcd")
        articles = [_article(f"{'河镇' if chinese else 'Holt'}{n}", 10 + n, chinese) for n in range(60)]
        (folder / file).write_text(json.dumps({"data": articles}, ensure_ascii=False), encoding="utf-8")
    return folder
