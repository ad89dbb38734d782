"""Questions that a report answers itself, glossaries, plans, dates of a page, and what leans on the sentence before."""

from __future__ import annotations

import pytest

from bot.answer import Answer, Turn
from bot.assistant import Assistant
from bot.readers.base import is_foreign
from bot.readers.claims import is_of_plans
from bot.readers.wording import asked_clauses, explains

REPORT = """# Ferries 渡輪

## Piers 碼頭

The last ferry to the island leaves the pier at 11.30 p.m. Passengers with bicycles must be there ten minutes earlier.

往島上的尾班渡輪於晚上十一時三十分開出。攜帶單車的乘客須提早十分鐘到達。

The discount was extended to residents of Sok Kwu Wan, Peng Chau and Mui Wo in May.
Residents of these three places may now buy a monthly ticket that is valid for three years.

優惠於五月擴展至索罟灣、坪洲及梅窩的居民。這三個地方的居民現時可購買三年有效的月票卡。

The flood loss was put at $3.7 million, of which insurance met $2.9 million.

水浸損失估計370萬元，其中保險賠償290萬元。

Red flags flew for 1 204 hours in the year, against 866 hours in 2023.

年內紅旗共懸掛1 204小時，2023年為866小時。

In the year 55 people were convicted of fare evasion and jailed for 8 to 22 days.

年內共有55人因逃票被定罪，判監8至22日不等。

The east pier has 18 berths for ferries.

東面碼頭有18個船席供渡輪使用。

## Frequently asked questions 常見問題

**問：單車可以帶上船嗎？**
答：可以，但須付費八元，並停放在船尾。

**Q: May I take a bicycle on board?**
A: Yes, for $8; it stands at the stern.

**問：怎樣索取失物？**
答：帶同身份證到五號碼頭的辦事處。

**Q: How do I get lost property back?**
A: Bring your identity card to the office at Pier 5.

## Plans for 2025 來年計劃

The last ferry to the island to leave at 1 a.m. from June.

往島上的尾班渡輪於六月起延至凌晨一時開出。

## Glossary 詞彙

| 詞語 Term | 解釋 Explanation |
|---|---|
| 船席 Berth | 碼頭內供一艘船停泊的位置 A place at a pier where one ship lies |
| 浮台 Pontoon | 隨潮水升降的登船平台 A platform that rises and falls with the tide |
| 尾班船 Last ferry | 當日最後開出的一班 The service that leaves last on a day |

## Abbreviations 簡稱

SOPC   專科門診                Specialist out-patient clinic
UCC    緊急護理中心            Urgent Care Centre
OALA   長者生活津貼            Old Age Living Allowance

## Captains 船長

截至二零二四年十二月三十一日

As at 31 December 2024
"""


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("單車可唔可以帶上船", "答：可以"),
        ("can i bring my bicycle on board", "A: Yes, for $8"),
        ("失物要怎样索取", "答：帶同身份證"),
    ],
)
def test_what_a_report_asks_itself_is_answered_by_what_stands_below(
    ferries: Assistant, question: str, begins: str
) -> None:
    found = quotes(ferries.ask(question))
    assert found[0].startswith(begins)
    assert not any("問：" in quote or "Q:" in quote for quote in found)


@pytest.mark.parametrize(
    ("question", "said"),
    [("尾班渡輪而家幾點開", "十一時三十分"), ("what time is the last ferry to the island now", "11.30")],
)
def test_what_stands_under_plans_is_still_to_come(ferries: Assistant, question: str, said: str) -> None:
    assert said in quotes(ferries.ask(question))[0]


@pytest.mark.parametrize("question", ["船席是什麼", "what is the last ferry"])
def test_a_glossary_explains_its_terms(ferries: Assistant, question: str) -> None:
    assert quotes(ferries.ask(question))[0] == "| 詞語 Term | 解釋 Explanation |"


@pytest.mark.parametrize("question", ["SOPC是什麼的縮寫", "UCC stands for what"])
def test_a_list_of_abbreviations_in_columns_has_no_header(ferries: Assistant, question: str) -> None:
    (quote,) = quotes(ferries.ask(question))
    assert quote.startswith(question.split("是")[0].split()[0])


def test_a_row_in_both_languages_is_foreign_to_nobody(ferries: Assistant) -> None:
    outcome = ferries._last("what is the last ferry", (), None, None, None, whole_order=True)
    best = outcome.reading.candidates[0].hit
    assert best.passage.role == "table"
    assert best.passage.language == "zh"
    assert not is_foreign(outcome.question, best)


def test_the_date_of_a_page_answers_nothing(ferries: Assistant) -> None:
    found = quotes(ferries.ask("船長的任期到什麼時候"))
    assert not any(quote.startswith("截至") for quote in found)


def test_names_that_the_sentence_before_has_are_said_with_it(ferries: Assistant) -> None:
    found = quotes(ferries.ask("哪些地方的居民可以買三年有效的月票卡"))
    assert len(found) == 2
    assert "索罟灣" in found[0]


def test_a_sentence_may_answer_twice_with_another_figure(ferries: Assistant) -> None:
    history = [Turn(question="how long did the red flags fly")]
    answer = ferries.ask("and in 2023", history)
    assert quotes(answer) == ["Red flags flew for 1 204 hours in the year, against 866 hours in 2023."]


def test_another_figure_has_to_be_counted_by_the_same_measure(ferries: Assistant) -> None:
    history = [Turn(question="逃票被定罪的有多少人")]
    assert ferries.ask("那女的呢 有几个", history).refused


@pytest.mark.parametrize(
    ("titles", "plans"),
    [
        ("来年计划", True),
        ("plans for 2024-25", True),
        ("looking ahead", True),
        ("planning branch", False),
        ("计划生育", False),
    ],
)
def test_titles_of_plans(titles: str, plans: bool) -> None:
    assert is_of_plans(titles) is plans


@pytest.mark.parametrize(
    ("question", "row", "does"),
    [
        ("船席即是怎样", "| 船席 Berth | 碼頭內供一艘船停泊的位置 |", True),
        ("what is a berth", "| 船席 Berth | A place at a pier where one ship lies |", True),
        ("船席是什么", "| 船席 Berth | 18 |", False),
        ("浮台是什么", "| 船席 Berth | 碼頭內供一艘船停泊的位置 |", False),
    ],
)
def test_what_a_row_explains(question: str, row: str, does: bool) -> None:
    assert explains(question, row) is does


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("how many ferries ran in 2023", "how many ferries ran in 2023"),
        (
            "I moved to the island in 2019, and my son starts school in 2026, so I want to know, how many ferries run?",
            " how many ferries run?",
        ),
        (
            "我二零一九年搬到島上，兒子二零二六年上學，我們一家人每日都要坐船來回，想問一下有多少班船？",
            "想問一下有多少班船？",
        ),
    ],
)
def test_what_a_long_message_asks(message: str, asks: str) -> None:
    assert asked_clauses(message) == asks
