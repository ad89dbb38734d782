"""Times: a figure of one year does not answer for another."""

from __future__ import annotations

import pytest

from bot.readers.times import report_year, says_what_was_before, speaks_of, speaks_of_before, stated_years
from vectorstore.corpus import Corpus
from vectorstore.schema import Passage, Sentence
from vectorstore.tokens import fold


@pytest.mark.parametrize(
    "text",
    [
        "二零二四年的访港旅客约 4 450 万，较二零二三年增加约 31%。",
        "In 2024 there were 44.5 million, an increase of 31 per cent as compared with that of 2023.",
        "In 2024, 668 were seized, a rise of 59 per cent as compared to 2023.",
        "二零二四年回复至二零一九年的水平。",
    ],
)
def test_a_year_that_is_only_compared_with_is_not_stated(text: str) -> None:
    assert stated_years(text) == {"2024"}


@pytest.mark.parametrize(
    ("asked", "text", "context", "expected"),
    [
        ("how many came in 2024", "In 2024 there were 44.5 million visitors.", "", True),
        ("how many came in 2023", "In 2024 there were 44.5 million visitors.", "", False),
        ("二零二三年有多少", "二零二四年有 4 172 名，较二零二三年上升。", "", False),
        ("how many came", "In 2019 there were 300 million.", "", True),
        ("how many in 2024", "A total of 756 are installed.", "", True),
        ("how many in 2022", "A total of 756 are installed.", "", False),
        ("2023年有多少航次", "二零二四年有 180 210 航次，较二零二三年的 167 375 航次多。", "", True),
        ("2024年有多少员工受辅导", "年内有 742 名，二零二三年则有 515 名。", "", True),
        ("how many in 2024", "742 were seen during the year; in 2023, 515 were.", "", True),
        ("how many in 2024", "In the year 2023, 515 were seen.", "", False),
        ("旧证后出世的人，我妈1962年的", "旧证于二零二五年失效。", "", True),
        ("the card of someone born in 1988, and my dad? he's 1958", "It expires in 2025.", "", True),
        ("2023年出生登记有多少宗", "二零二四年有 36 700 宗出生登记。", "", False),
        ("2022年的情况", "服务扩展至所有管制站。", "二零二二年，服务扩展至所有管制站。", True),
    ],
)
def test_a_sentence_answers_for_its_own_time(asked: str, text: str, context: str, expected: bool) -> None:
    assert speaks_of(asked, "number", text, context, "2024") is expected


@pytest.mark.parametrize(
    "text",
    [
        "1970年以后出生的人",
        "1969年或以前出生",
        "一九七零年或之后出生的持有人",
        "people born after 1970",
        "holders born in 1970 or before",
        "我是1985年生的,旧证什么时候失效",
    ],
)
def test_a_year_of_birth_is_not_the_time_asked_for(text: str) -> None:
    assert stated_years(text) == set()


def test_a_question_about_a_change_may_name_the_year_compared_with() -> None:
    text = "In 2024, 668 were seized, a rise of 59 per cent as compared to 2023."
    assert speaks_of("by how much compared with the year 2023", "share", text, "", "2024")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("There were 233 in 2023.", True),
        ("共 742 名，上年度为 515 名。", True),
        ("compared with the previous year, 12 more.", True),
        ("In 2024 there were 742.", False),
        ("年内资助 22 队。", False),
        ("期限由最长 30 天延长至 60 天。", True),
        ("The stay was extended from up to 30 days to 60 days.", True),
        ("服務時間由上午9時至下午5時。", False),
        ("The first visa was extended from two years to three years.", True),
        ("首個簽證年期由兩年延長至三年。", True),
        ("由三月一日起，服務擴展至沙田。", False),
    ],
)
def test_a_sentence_speaks_of_an_earlier_time_by_a_year_or_a_word(text: str, before: bool) -> None:
    assert speaks_of_before(fold(text), "2024") is before


@pytest.mark.parametrize(
    "text",
    ["损耗率由二零二三年的 3.1% 降至 1.8%。", "The rate fell from 3.1 per cent in 2023 to 1.8 per cent."],
)
def test_what_a_figure_came_to_is_of_the_reports_year(text: str) -> None:
    asked = [speaks_of(f"how much was it in {year}", "number", text, "", "2024") for year in (2022, 2023, 2024)]
    assert asked == [False, True, True]


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("1,386萬", "全年入館人次為1,386萬，較上一年度的902萬上升約54%。", True),
        ("五個工作日", "所需時間由原先的七個工作日縮短至五個工作日。", True),
        ("61,380", "61,380 travellers had a fever, 25 per cent more than the 48,905 in 2023.", True),
        ("132萬次", "借閱量為214 300冊次，較上學年的176 900冊次上升21%，電子書點閱則達132萬次。", False),
        ("3.4年", "輪候時間為5.2年，上年度為5.6年；長者的輪候時間為3.4年。", False),
        ("22隊", "年內資助22隊。", False),
    ],
)
def test_what_was_before_is_said_beside_what_is(words: str, text: str, said: bool) -> None:
    assert says_what_was_before(fold(words), fold(text), "2024") is said


@pytest.mark.parametrize(
    ("sentences", "year"),
    [
        (
            ["2023 年 ANNUAL 報 REPORT", "年內有 12 次，二零二二年有 10 次。", "年內有 7 間，二零二二年有 5 間。"],
            "2023",
        ),
        (["Annual Report 2023", "There were 12, against 10 in 2022.", "There were 7, against 5 in 2022."], "2023"),
        (["二零二三年年报", "2022年有 10 次。", "2022年有 5 间。"], "2023"),
        (["Annual Report 2022-23", "There were 10 in 2022.", "There were 5 in 2022."], "2022"),  # of two years
        (["There were 12 in 2024.", "There were 7 in 2024.", "There were 5 in 2022."], "2024"),
        (["There were 12."], None),
    ],
)
def test_a_report_is_about_the_year_on_its_first_pages_or_the_one_named_most(
    sentences: list[str], year: str | None
) -> None:
    passages = [
        Passage(str(n), "d", "d.txt", 0, len(text), text, "en", (), "body", 5, (Sentence(0, len(text), None),))
        for n, text in enumerate(sentences)
    ]
    assert report_year(Corpus(passages)) == year
