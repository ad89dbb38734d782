"""A row of a table answers whole, with the line that names its columns, and its figures as they stand."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.assistant import Assistant
from bot.refusal import UNREAD

REPORT = """# Ferries 渡輪

## Service 服務

The department runs ferries to all islands. In the year more passengers than ever took them.

本署營辦渡輪前往各個離島。年內乘客人次為歷來最多。

## Passengers by pier (thousand) 各碼頭乘客人次（千）

| 碼頭 Pier | 2022 | 2023 | 2024 |
|---|---|---|---|
| 榕樹灣 Yung Shue Wan | 104 900 | 168 300 | 214 700 |
| 大澳 Tai O | 11 420 | 18 640 | 24 560 |
| 坪洲 Peng Chau | — | 2 870 | 3 950 |

## Fees 收費

項目 Item 舊收費 Old fee 新收費 New fee

泊位（表格 B1） Berth (Form B1) 1,400 1,600

跳板 Gangway 600 700

拖船 Towing 3,200 3,700

## Lost things 失物

| 物品 Thing | 保管多少日 Days kept |
|---|---|
| 銀行卡 Bank cards | 剪毀 Cut up |
| 雨傘 Umbrellas | 90 |
| 行李箱 Suitcases | 60 |

## Wages 薪酬

職級                    二零二三年            二零二四年底
Grade                   Year before           Year end
船長 Captain            28,000                29,500
水手 Sailor             18,200                19,100

## Journeys

| Route | Minutes |
|---|---|
| Lamma Ferry | 25 |
| Cheung Chau Ferry | 55 |

## 航程

| 航線 | 分鐘 |
|---|---|
| 南丫渡輪 | 25 |
| 長洲渡輪 | 55 |
"""


@pytest.mark.parametrize(
    ("question", "header", "row"),
    [
        ("How many passengers used the Yung Shue Wan pier in 2024?", "2023 | 2024", "104 900 | 168 300 | 214 700"),
        ("大澳碼頭二零二四年有多少乘客人次", "2023 | 2024", "大澳 Tai O | 11 420 | 18 640 | 24 560"),
        ("What is the new fee for towing?", "Old fee 新收費 New fee", "Towing 3,200 3,700"),
        ("雨傘保管多少日", "物品 Thing | 保管多少日 Days kept", "雨傘 Umbrellas | 90"),
        ("How many minutes does the Cheung Chau ferry take?", "Route | Minutes", "Cheung Chau Ferry | 55"),
        ("行李喼保管多少日", "物品 Thing | 保管多少日 Days kept", "行李箱 Suitcases | 60"),
        ("長洲渡輪要多少分鐘", "航線 | 分鐘", "長洲渡輪 | 55"),
        ("船長的薪酬是多少", "職級", "船長 Captain 28,000 29,500"),
        ("泊位新收費是多少", "舊收費 Old fee 新收費 New fee", "泊位（表格 B1） Berth (Form B1) 1,400 1,600"),
    ],
)
def test_a_row_answers_with_its_header(ferries: Assistant, question: str, header: str, row: str) -> None:
    answer = ferries.ask(question)
    assert header in answer.answer
    assert row in answer.answer
    assert not any("\n" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", ["手提電話保管多少日", "How many days are mobile phones kept?"])
def test_a_row_about_something_else_does_not_answer(ferries: Assistant, question: str) -> None:
    answer = ferries.ask(question)
    assert answer.refused or not any("|" in citation.quote for citation in answer.citations)


def test_a_row_answers_again_for_another_of_its_columns(ferries: Assistant) -> None:
    earlier = Turn(question="大澳碼頭二零二四年有多少乘客人次", answer=None)
    answer = ferries.ask("咁2022年呢", [earlier])
    assert "11 420 | 18 640 | 24 560" in answer.answer


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ([], "How many passengers used the Tai O pier in 2022?"),
        (["how many passengers used the tai o pier in 2024"], "and the year before?"),
    ],
)
def test_a_row_speaks_of_the_years_of_its_header(ferries: Assistant, earlier: list[str], question: str) -> None:
    answer = ferries.ask(question, [Turn(question=asked, answer=None) for asked in earlier])
    assert "11 420 | 18 640 | 24 560" in answer.answer


def test_a_row_is_decided_as_what_the_reading_model_cannot_read(ferries: Assistant) -> None:
    _, why = ferries.explain("What is the new fee for towing?")
    assert list(why.signals) == list(UNREAD.coefficients)
