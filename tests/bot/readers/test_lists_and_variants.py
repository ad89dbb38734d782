"""A list is read with the line that announces it; what is said of one variant of a thing is not said of the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.assistant import Assistant
from bot.readers.aboutness import Aboutness
from bot.readers.base import Candidate
from bot.readers.columns import Columns
from bot.readers.margins import Margins
from bot.readers.sentence import SentenceReader
from bot.readers.spans import SpanReader

REPORT = """# Hostel 宿舍

## Places 宿位

There were 2 145 applications for a place in the year. New applications must for the time being be made on paper.

年內收到宿位申請2 145份。新申請暫時仍須以書面提交。

An applicant must submit the following documents:

- a completed form HS1;
- a copy of the student card; and
- a letter from the tutor.

申請人須提交下列文件：

- 填妥的表格HS1；
- 學生證副本；及
- 導師信件。

## Charges 收費

A place in a double room costs HK$8,900 a semester.

雙人房宿費為每學期8,900元。

## Prizes 獎項

The champion of the hostel debate was the East Wing.

宿舍辯論比賽冠軍為東翼。

## Pledges 服務承諾

Pledge 承諾 | 2022 | 2023
Lamp in the west wing mended in time 西翼電燈準時修妥 | 83.0% | 79.4%
Lamp in the east wing mended in time 東翼電燈準時修妥 | 91.5% | 94.8%

## System 系統

The booking system was put into use in May. It was developed by Kong Yung Technology Limited at a cost of $2 million.

訂房系統於五月啟用。系統由港融科技有限公司開發，耗資200萬元。

## Hotline 熱線

The hotline 2899 6550 answered 52,300 calls in the year.

熱線2899 6550年內接聽52,300個來電。

## Scheme 計劃

The hostel introduced the Early Booking Arrangement (EBA) in 2021. Under the EBA, tenants book a room by March.

宿舍於二零二一年推出「提早訂房安排」。在該安排下，租戶在三月前訂房。

## Glossary 詞彙

SAC: Stall Allocation Committee

SAC：檔位編配委員會

## Accidents 事故

There were 23 accidents, against 27 in the year before. Visitors rose by 11.3 per cent.

年內有23宗事故，上年度為27宗。訪客增加11.3%。
"""


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("what papers do i need to hand in for a place", "letter from the tutor"),
        ("想申請宿位要交咩文件", "導師信件"),
    ],
)
def test_a_list_is_the_answer_with_all_its_items(ferries: Assistant, question: str, item: str) -> None:
    answer = ferries.ask(question).answer
    assert "HS1" in answer
    assert item in answer
    assert len(answer.splitlines()) == 4  # the line that announces the items, and each of them


def test_the_line_that_announces_a_list_is_read_with_it(ferries: Assistant) -> None:
    corpus, spans = ferries._corpus, SpanReader.load()
    assert spans is not None
    place = next(place for place in corpus.places if "following documents" in place.text)
    question = "what documents must an applicant submit"
    with_items = Margins(corpus, spans, question, "list").of(place.passage)[place.number]
    without = Margins(corpus, spans, question, "number").of(place.passage)[place.number]
    assert with_items.value > without.value
    assert with_items.words is not None
    assert "HS1" in with_items.words


@pytest.mark.parametrize(
    "question",
    [
        "單人房一個學期幾錢",
        "how much is a single room",
        "邊個攞咗宿舍辯論比賽亞軍",
        "who was the runner-up of the hostel debate",
    ],
)
def test_another_variant_is_not_answered_with_this_one(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).refused


@pytest.mark.parametrize(
    ("question", "words"), [("雙人房一個學期幾錢", "8,900"), ("who was the champion of the hostel debate", "East Wing")]
)
def test_the_variant_that_is_asked_for_answers(ferries: Assistant, question: str, words: str) -> None:
    assert words in ferries.ask(question).answer


def _candidates(ferries: Assistant, question: str) -> tuple[Candidate, ...]:
    return ferries._last(question, (), None, None, None, whole_order=True).reading.candidates


def test_the_row_before_says_nothing_of_this_one(ferries: Assistant) -> None:
    found = _candidates(ferries, "東翼電燈準時修妥的有百分之幾")
    east = next(candidate.hit for candidate in found if "東翼電燈" in candidate.hit.text)
    about = Aboutness(ferries._corpus, None, Columns(ferries._corpus))
    assert about.is_of_other("東翼", east, ())
    assert not about.is_of_other("西翼", east, ())  # the row above it


def test_what_announces_a_list_is_no_second_sentence(ferries: Assistant) -> None:
    found = _candidates(ferries, "what documents must an applicant submit")
    announcing = next(candidate for candidate in found if "following documents" in candidate.hit.text)
    other = next(candidate for candidate in found if "applications for a place" in candidate.hit.text)
    assert SentenceReader._equal([replace(other, score=9.0), replace(announcing, score=8.9)]) is None


@pytest.mark.parametrize("question", ["個訂房系統係邊間 company 整", "which company made the booking system"])
def test_a_company_is_asked_for_and_no_place(ferries: Assistant, question: str) -> None:
    answer, explanation = ferries.explain(question)
    assert "港融科技" in answer.answer or "Kong Yung" in answer.answer
    assert explanation.answer_type == "organisation"


def test_calls_to_a_hotline_are_counted(ferries: Assistant) -> None:
    answer, explanation = ferries.explain("你哋條熱線年內接咗幾多個電話")
    assert explanation.answer_type == "number"
    assert "52,300" in answer.answer


@pytest.mark.parametrize("question", ["what's EBA", "what does EBA stand for"])
def test_an_abbreviation_is_spelled_out(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).answer.startswith("The hostel introduced the Early Booking Arrangement (EBA)")


@pytest.mark.parametrize(
    ("question", "name"), [("SAC 全寫係咩", "檔位編配委員會"), ("what does SAC mean", "Stall Allocation")]
)
def test_a_line_of_a_glossary_says_what_is_abbreviated(ferries: Assistant, question: str, name: str) -> None:
    assert name in ferries.ask(question).answer


@pytest.mark.parametrize("question", ["今年事故多咗定少咗", "were there more or fewer accidents than the year before"])
def test_more_or_fewer_is_asked_of_the_thing_that_is_named(ferries: Assistant, question: str) -> None:
    answer = ferries.ask(question).answer
    assert "27" in answer
    assert "11.3" not in answer
