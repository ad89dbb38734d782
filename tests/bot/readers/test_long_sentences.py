"""Sentences that are too long for an answer: cut to the clauses with the answering words, and marked as cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.assistant import Assistant
from bot.ingestion import configured_embeddings
from bot.readers.sentence import LENGTHS
from bot.settings import Settings
from ingest.pipeline import ingest

REPORT = """# The lighthouse

To mark the hundredth birthday of the lighthouse, the keepers gave a dinner at the Anchor Inn on 3 May 2024, to which
all former keepers and their families had been invited, and at which the history of the village was told in pictures,
songs and short plays by the children of the school, followed by a walk of all the guests along the old path from the
hill down to the harbour, where the band of the harbour office played until late in the evening, and by a display of
lanterns on the boats of the lighthouse, the pilots and the fishermen, which was seen as far as the islands.

为庆祝灯塔一百周年，守塔人于二零二四年五月三日在船锚酒家设宴，席间邀请了所有曾任职的守塔人及其家人，并由村校学童以图片、歌曲和短剧讲述乡村的历史，
随后全体宾客沿旧径由山上步行至海港，海港办事处的乐队在场演奏至深夜，其间派发纪念品及点心，并邀请渔民分享昔日出海捕鱼的种种经历和趣事，
最后灯塔、领港员和渔民的船只挂起灯笼，排成一列驶过海港，场面壮观，远至离岛亦可看见。
"""


@pytest.fixture(scope="module")
def lighthouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("lighthouse")
    (folder / "report.md").write_text(REPORT, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / "report.md"], settings.home, configured_embeddings(settings), None, settings.passage_tokens)
    assistant = Assistant.open(settings)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "words", "cut"),
    [
        ("Where was the dinner, before the lanterns on the boats of the pilots and fishermen?", "Anchor Inn", (0, 1)),
        ("Who played for the guests at the harbour?", "harbour office", (1, 1)),
        ("How far could the lanterns on the boats be seen?", "as far as the islands", (1, 0)),
        ("在船只挂起灯笼驶过海港之前，守塔人在哪里设宴", "船锚酒家", (0, 1)),
        ("船只挂起的灯笼远至哪里都看得见", "离岛", (1, 0)),
    ],
)
def test_the_clauses_with_the_answering_words_are_said(
    lighthouse: Assistant, question: str, words: str, cut: tuple[int, int]
) -> None:
    given = lighthouse.ask(question)
    (citation,) = given.citations
    assert citation.answer_start is not None
    assert words in citation.quote[citation.answer_start : citation.answer_end].replace("\n", " ")
    assert len(citation.quote) <= LENGTHS[citation.language]
    text = given.answer.removesuffix("[1]").rstrip()
    assert (text.startswith("…"), text.endswith("…")) == tuple(map(bool, cut))
