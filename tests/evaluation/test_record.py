"""What the observer makes of an answer: places in the report, by hand on the small report."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answer import Answer
from bot.assistant import Assistant
from bot.explanation import Explanation
from evaluation.record import Observer
from ingest.loaders import load_documents
from tests.evaluation.conftest import SMALL_REPORT, MakeGold

ASKED: dict[str, Any] = {
    "answers": ("214",),
    "evidence": ("共管理 214 个自助登船闸口", "a total of 214 self-service boarding gates"),
}


@pytest.mark.parametrize(
    ("question", "stating"),
    [
        ("how many self-service boarding gates were there in 2024", "In 2024, the department managed a total of 214"),
        ("2024年有多少个自助登船闸口？", "二零二四年，本处共管理 214 个自助登船闸口。"),
    ],
)
def test_the_sentences_that_state_a_fact_are_those_in_the_language_of_the_answer(
    small_assistant: Assistant, make_gold: MakeGold, question: str, stating: str
) -> None:
    observer = Observer(small_assistant)
    record = observer.observe(make_gold(**ASKED, question=question))
    assert [len(places) for places in record.evidence] == [1, 1]
    ((place,),) = record.facts
    assert (observer.texts.text(place) or "").startswith(stating)
    assert place in record.ranking


def test_a_fact_stated_in_the_other_language_alone_counts_there(
    small_assistant: Assistant, make_gold: MakeGold
) -> None:
    gold = make_gold(answers=("36 个课程",), evidence=("开办了 36 个课程",), question="How many courses were run?")
    ((place,),) = Observer(small_assistant).observe(gold).facts
    assert place.document == "small-report.md"


def test_every_fact_has_the_sentences_that_hold_one_of_its_strings(
    small_assistant: Assistant, make_gold: MakeGold
) -> None:
    evidence = ("a total of 214 self-service boarding gates", "there were 187 self-service boarding gates")
    observer = Observer(small_assistant)
    record = observer.observe(make_gold(all_of=(("214",), ("187",)), evidence=evidence, question="How many gates?"))
    texts = [[observer.texts.text(place) for place in places] for places in record.facts]
    assert [["214" in (text or "") for text in found] for found in texts] == [[True], [False]]


def test_quotes_are_held_against_the_file_itself(
    small_assistant: Assistant, make_gold: MakeGold, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = make_gold(**ASKED, question="2024年有多少个自助登船闸口？")
    observer = Observer(small_assistant, load_documents([SMALL_REPORT]))
    sound = observer.observe(gold)
    assert sound.verbatim and all(sound.verbatim)
    explain = small_assistant.explain

    def shifted(*arguments: Any, **options: Any) -> tuple[Answer, Explanation]:
        answer, why = explain(*arguments, **options)
        moved = tuple(c.model_copy(update={"start": c.start + 1, "end": c.end + 1}) for c in answer.citations)
        return answer.model_copy(update={"citations": moved}), why

    monkeypatch.setattr(small_assistant, "explain", shifted)
    assert not all(observer.observe(gold).verbatim)
