"""Records made by hand, and the small report's index with gold questions of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Citation
from bot.assistant import Assistant
from bot.explanation import Explanation
from bot.ingestion import ingest_reports
from bot.settings import Settings
from evaluation.documents import Place
from evaluation.gold import GoldQuestion
from evaluation.record import Record

SMALL_REPORT = Path(__file__).parents[1] / "fixtures" / "small-report.md"
SMALL_GOLD: list[dict[str, Any]] = [
    {
        "id": "gates-en",
        "group": "gates",
        "register": "en",
        "category": "number",
        "question": "how many self-service boarding gates were there in 2024",
        "answerable": True,
        "answers": ["214"],
        "evidence": ["共管理 214 个自助登船闸口", "a total of 214 self-service boarding gates"],
    },
    {
        "id": "gates-yue",
        "group": "gates",
        "register": "yue",
        "category": "number",
        "question": "2024年有幾多個自助登船閘口",
        "answerable": True,
        "answers": ["214"],
        "evidence": ["共管理 214 个自助登船闸口", "a total of 214 self-service boarding gates"],
    },
    {
        "id": "courses",
        "register": "zh-Hans",
        "category": "number",
        "question": "海事学院开办了多少个课程？",
        "answerable": True,
        "answers": ["36 个课程", "36 courses"],
        "evidence": ["海事学院在二零二四年开办了 36 个课程", "The Maritime Academy ran 36 courses in 2024"],
    },
    {
        "id": "weather",
        "register": "en",
        "category": "unanswerable",
        "question": "What will the weather in Paris be tomorrow?",
        "answerable": False,
    },
]

MakeGold = Callable[..., GoldQuestion]
MakeRecord = Callable[..., Record]


@pytest.fixture
def make_gold() -> MakeGold:
    """A gold question; what is not given is an English one whose answer is `9 seconds`."""

    def make(**fields: Any) -> GoldQuestion:
        known: dict[str, Any] = {
            "id": "q",
            "register": "en",
            "category": "number",
            "question": "how long",
            "answerable": True,
        }
        if fields.get("answerable", True) and "all_of" not in fields:
            known["answers"] = ("9 seconds",)
        if fields.get("answerable", True):
            known["evidence"] = ("only 9 seconds",)
        return GoldQuestion(**{**known, **fields})

    return make


@pytest.fixture
def make_record(make_gold: MakeGold) -> MakeRecord:
    """A record; `cited`, `evidence` and `facts` are places in one document, as pairs of offsets."""

    def make(
        text: str = "It takes 9 seconds [1]",
        *,
        cited: Sequence[tuple[int, int]] = ((0, 10),),
        evidence: Sequence[Sequence[tuple[int, int]]] = (((5, 20),),),
        facts: Sequence[Sequence[tuple[int, int]]] = (),
        ranking: Sequence[tuple[int, int]] = (),
        verbatim: Sequence[bool] | None = None,
        language: Any = "en",
        refused: bool = False,
        latency: float = 10.0,
        confidence: float = 0.9,
        **gold: Any,
    ) -> Record:
        quotes = () if refused else cited
        return Record(
            gold=make_gold(**gold),
            answer=Answer(
                question="",
                language=language,
                answer=text,
                refused=refused,
                citations=tuple(_citation(n, *span) for n, span in enumerate(quotes, 1)),
                reader="sentence",
                latency_ms={"total": latency},
            ),
            explanation=_explanation(confidence),
            evidence=tuple(tuple(map(_place, spans)) for spans in evidence),
            facts=tuple(tuple(map(_place, spans)) for spans in facts),
            ranking=tuple(map(_place, ranking)),
            verbatim=tuple(verbatim if verbatim is not None else [True] * len(quotes)),
        )

    return make


def _place(span: tuple[int, int]) -> Place:
    return Place("report.md", *span)


def _citation(marker: int, start: int, end: int) -> Citation:
    return Citation(
        marker=marker,
        passage_id="p",
        document="report.md",
        section=(),
        language="en",
        start=start,
        end=end,
        quote="x" * (end - start),
    )


def _explanation(confidence: float) -> Explanation:
    return Explanation(
        question="",
        standalone="",
        register="en",
        script="latin",
        normalised="",
        terms=(),
        answer_type="number",
        candidates=(),
        confidence=confidence,
        threshold=0.5,
        reason=None,
        signals={},
        verdict_stage="answered",
    )


@pytest.fixture(scope="session")
def small_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose home holds the index of the small report."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest_reports(settings, [SMALL_REPORT])
    return settings


@pytest.fixture(scope="session")
def small_assistant(small_settings: Settings) -> Iterator[Assistant]:
    """The assistant over the small report."""
    assistant = Assistant.open(small_settings)
    yield assistant
    assistant.close()


@pytest.fixture
def small_gold(tmp_path: Path) -> Path:
    """A file of gold questions about the small report."""
    file = tmp_path / "gold.jsonl"
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in SMALL_GOLD)
    file.write_text(lines, encoding="utf-8")
    return file
