"""Officers: who holds a post, all who hold posts of one title, and nobody of another rank or unit."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant

REPORT = """# Ferries Department Annual Report 2024 渡輪署二零二四年年報

## Directorate Officers 首長級人員

As at 31 December 2024

截至二零二四年十二月三十一日

李文慧

**LEE Man-wai, Grace**

渡輪署署長

Director of Ferries

陳志強

**CHAN Chi-keung, Peter**

副署長（船隊）

Deputy Director (Fleet)

黃美玲

**WONG Mei-ling, Joyce**

副署長（碼頭）

Deputy Director (Piers)

何家明

**HO Ka-ming, Alan**

港內航線科指揮官

Commander, Inner Harbour Division

方小慧

**FONG Siu-wai, Ida**

副主席

Vice-Chairman

## Divisions 科別

The Control Branch comprises the Inner Harbour Division and the Outlying Islands Division.

管制部由港內航線科及離島航線科組成。

The Outlying Islands Division runs the boats to Lamma and Cheung Chau.

離島航線科營運往南丫島及長洲的船隻。
"""


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("who is the deputy director", ["CHAN Chi-keung", "WONG Mei-ling"]),
        ("Who are the deputy directors?", ["CHAN Chi-keung", "WONG Mei-ling"]),
        ("副署長有邊幾個", ["陳志強", "黃美玲"]),
        ("副署长是谁", ["陈志强", "黄美玲"]),
    ],
)
def test_all_who_hold_posts_of_the_title_are_named(ferries: Assistant, question: str, names: list[str]) -> None:
    answer = ferries.ask(question)
    assert all(name in answer.answer for name in names)
    assert len([citation for citation in answer.citations if citation.counterpart]) == len(names)


@pytest.mark.parametrize(
    ("question", "name", "other"),
    [
        ("who is the Deputy Director of Fleet", "CHAN Chi-keung", "WONG Mei-ling"),
        ("邊個係負責碼頭嘅副署長", "黃美玲", "陳志強"),
        ("港內航線科的指揮官是哪一位", "何家明", "李文慧"),
        ("who is the commander of the inner harbour division", "HO Ka-ming", "LEE Man-wai"),
    ],
)
def test_who_names_more_than_the_title_gets_that_officer_alone(
    ferries: Assistant, question: str, name: str, other: str
) -> None:
    answer = ferries.ask(question).answer
    assert name in answer
    assert other not in answer


@pytest.mark.parametrize(
    "question",
    [
        "離島航線科的指揮官叫什麼名字",
        "who is the commander of the outlying islands division",
        "who is the assistant director of ferries",
        "主席係邊個",
        "who is the chairman",
    ],
)
def test_an_officer_of_another_unit_or_rank_is_not_given(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).refused


def test_officers_of_one_page_have_its_date_once(assistant: Assistant) -> None:
    answer = assistant.ask("who are the deputy directors")
    assert answer.answer.count("31 December 2024") == 1
    assert [citation.marker for citation in answer.citations] == [1, 2, 3]
