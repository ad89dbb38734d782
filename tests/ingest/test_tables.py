"""Tables: rows and headers are known, stay whole, and are told from titles, addresses and sentences."""

from __future__ import annotations

import pytest

from ingest.blocks import read_blocks
from ingest.tables import is_header, is_row, label_of, table_lines

PROSE = "The harbour was busy in the year. More ships came than before.\n\n年内港口繁忙。来港船只较以往多。\n\n"
BARE = """表一 船只 Table 1 Ships

类别 Type of ship 2022 2023 2024

货船（表格 C1） Cargo ships (Form C1) 1,231 1,340 1,598

渡轮 Ferries 879 906 820

帆船 Sailing boats 18.6 18.8 不适用 N/A
"""
PIPED = """船只 Ships

| 类别 Type | 旧收费 Old fee | 新收费 New fee |
|---|---|---|
| 货船 Cargo ships | 33 560 | 41 970 |
| 渡轮 HSC | — | 1 020 |
"""


@pytest.mark.parametrize(
    "line",
    [
        "总数 Total 1,231 1,340 1,598",
        "于 30 秒内接听 Answered within 30 seconds 95% 93.8%",
        "租金 Rent 8",
        "| 渡轮 | — |",
        "处长 Director | 郭女士 Ms KWOK",
        "冠军 Champion    《竹天气》 Bamboo Weather    半月工作室 Studio Half Moon",
        "合计 Total    -    214    984万元 $9.84 million",
    ],
)
def test_a_label_with_figures_after_it_is_a_row(line: str) -> None:
    assert is_row(line)


@pytest.mark.parametrize(
    "line",
    [
        "港口 Harbour",
        "In the year 1,231 ships came.",
        "第 188 章 The Harbour Ordinance (Cap. 188), as amended",
        "电话 Tel: 3999 0100    传真 Fax: none",
        "2024",
        "",
    ],
)
def test_a_title_or_a_sentence_is_none(line: str) -> None:
    assert not is_row(line)


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("类别 Type of ship 2022 2023 2024", True),
        ("项目 Item 旧收费 Old fee 新收费 New fee", True),
        ("表一 船只 Table 1 Ships", False),
        ("货船 Cargo ships 1,231 1,340 1,598", False),
        ("货船（表格 C1） Cargo ships (Form C1) 1,231", False),
    ],
)
def test_a_header_names_columns(line: str, header: bool) -> None:
    assert is_header(line) is header


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["租金 Rent 8 9"], 0),
        (["租金 Rent 8", "薪酬 Salaries 9"], 0),
        (["租金 Rent 8", "薪酬 Salaries 9", "利息 Interest 7"], 3),
        (["Rent 8 9", "Salaries 9 10", "Interest 7 8"], 0),  # in one language: its lines are sentences
    ],
)
def test_a_few_rows_in_both_languages_make_a_table(rows: list[str], count: int) -> None:
    assert len(table_lines(rows)) == count


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            BARE,
            [
                "类别 Type of ship 2022 2023 2024",
                "货船（表格 C1） Cargo ships (Form C1) 1,231 1,340 1,598",
                "渡轮 Ferries 879 906 820",
                "帆船 Sailing boats 18.6 18.8 不适用 N/A",
            ],
        ),
        (
            PIPED,
            [
                "| 类别 Type | 旧收费 Old fee | 新收费 New fee |",
                "| 货船 Cargo ships | 33 560 | 41 970 |",
                "| 渡轮 HSC | — | 1 020 |",
            ],
        ),
    ],
)
def test_a_row_stays_whole(table: str, rows: list[str]) -> None:
    text = PROSE + table
    blocks = [block for block in read_blocks(text) if block.role == "table"]
    assert [block.text(text) for block in blocks] == rows
    assert all(block.sentences == ((block.start, block.end),) for block in blocks)


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ("| 桂石洲 | 3,480 | 35分鐘 |", "桂石洲"),
        ("|  | 1 | 2 |", "1"),
        ("總收入 Total income 1,200 N/A -3%", "總收入 Total income"),
        ("60 岁或以上 60 or above 20", "60 岁或以上 60 or above"),
        ("No figures here", "No figures here"),
    ],
)
def test_a_row_is_about_its_label(row: str, label: str) -> None:
    assert label_of(row) == label


def test_a_row_may_have_its_chinese_label_above_it() -> None:
    text = f"{PROSE}场地 Site 启用年份 Opened 数目 Plots\n观塘街市 Kwun Tong Market 2013 96\n深水埗政府合署\n" + (
        "Sham Shui Po Government Offices 2015 84\n沙田街市 Sha Tin Market 2017 72\n"
    )
    rows = [block.text(text) for block in read_blocks(text) if block.role == "table"]
    assert rows[1:] == [
        "观塘街市 Kwun Tong Market 2013 96",
        "深水埗政府合署\nSham Shui Po Government Offices 2015 84",
        "沙田街市 Sha Tin Market 2017 72",
    ]


def test_the_title_of_a_table_is_no_row_and_what_follows_it_neither() -> None:
    table = (
        "表4 资助上限 Table 4 Ceilings of grants, 2024-25\n学校 Type of school    上限 Ceiling    款额 Amount\n"
        "幼稚园 Kindergartens    $60,000    291万元 $2.91 million\n"
        "小学 Primary schools    $120,000    437万元 $4.37 million\n"
        "申请学校须提交以下文件：\n"
    )
    text = PROSE + table
    rows = [block.text(text) for block in read_blocks(text) if block.role == "table"]
    assert [label_of(row).split()[0] for row in rows] == ["学校", "幼稚园", "小学"]


@pytest.mark.parametrize("rule", ["|---|---|---|", "| --- | --- | --- |", "|:--- | ---:| :-: |", "| - | - | - |"])
def test_the_rule_below_the_header_of_a_table_parts_nothing(rule: str) -> None:
    piped = PIPED.replace("|---|---|---|", rule)
    assert piped.count(rule) == 1
    text = PROSE + piped
    found = [block.text(text) for block in read_blocks(text) if block.role == "table"]
    assert found[0] == "| 类别 Type | 旧收费 Old fee | 新收费 New fee |"
    assert len(found) == 3
