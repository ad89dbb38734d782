"""Blocks: languages, joined paragraphs, lists and roles."""

from __future__ import annotations

import pytest

from ingest.bilingual import split_title
from ingest.blocks import Block, read_blocks
from ingest.roles import assign_roles

BODY_ZH = "入境处一直致力为市民提供优质服务，并会继续善用科技提升效率。"
BODY_EN = "The department is committed to quality services and will keep using technology to raise efficiency."


def read(text: str) -> list[tuple[str, str, str]]:
    blocks = assign_roles(text, read_blocks(text), set())
    return [(block.language, block.role, block.text(text)) for block in blocks]


def texts(text: str) -> list[str]:
    return [block.text(text) for block in read_blocks(text)]


def test_a_title_in_two_languages_is_two_headings() -> None:
    found = read(f"整体楼宇设计 Overall Building Design\n\n{BODY_ZH}\n\n{BODY_EN}\n")
    assert found[:2] == [("zh", "heading", "整体楼宇设计"), ("en", "heading", "Overall Building Design")]


@pytest.mark.parametrize(
    ("title", "english"),
    [
        ("序言 FOREWORD", "FOREWORD"),
        ("Media Room 传媒招待室", "传媒招待室"),
        ("截至二零二四年十二月三十一日 As at 31 December 2024", "As at 31 December 2024"),
        ("书局街 33 号 33 Shu Kuk Street", "33 Shu Kuk Street"),
        ("告士打道 7 号入境大楼 7 Gloucester Road", "7 Gloucester Road"),
        ("合共 55 Total", "Total"),
        ("Claims and objections 申索及反对", "申索及反对"),
        ("Use of e-Channels e-道的使用", "e-道的使用"),
        ("推行 IT 策略 Implementing IT Strategy", "Implementing IT Strategy"),
        ("2024年9月20日 / 20 September 2024", "20 September 2024"),
        ("Turnout 投票率", None),
        ("Facebook 专页", None),
        ("非触式 e-道", None),
        ("2024 年 ANNUAL 报 REPORT", None),
    ],
)
def test_only_a_translation_splits_a_title(title: str, english: str | None) -> None:
    cut = split_title(title)
    assert (None if cut is None else title[cut:]) == english


@pytest.mark.parametrize(("title", "parts"), [("Turnout 投票率", ["Turnout", "投票率"]), ("e-道 Use", ["e-道", "Use"])])
def test_one_english_word_before_chinese_is_a_title_where_english_comes_first(title: str, parts: list[str]) -> None:
    english_first = "Claims and objections 申索及反对"
    found = texts(f"{english_first}\n\n{BODY_EN}\n\n{BODY_ZH}\n\n{title}\n\n{BODY_EN}\n\n{BODY_ZH}\n")
    assert found[:2] == ["Claims and objections", "申索及反对"]
    assert found[4:6] == parts


@pytest.mark.parametrize(
    "line",
    [
        "月票，成人 / Monthly ticket, adult: $320",
        "Monthly ticket 月票：$320",
        "游泳池入场人次 / Pool attendance: 11 263 400 (2023: 10 517 800)",
        "SOPC   专科门诊      Specialist out-patient clinic",
        "EEL: Electronic Elector List 电子选民名单",
    ],
)
def test_a_line_whose_languages_share_a_figure_or_an_abbreviation_is_a_row(line: str) -> None:
    found = read(f"{BODY_ZH}\n\n{BODY_EN}\n\n{line}\n")
    assert found[-1] == ("zh", "table", line)


@pytest.mark.parametrize("line", ["售票处 / Ticket office", "票价：$12 / Fare: $12", "热线 / Hotline: 2345 6789"])
def test_a_line_that_says_it_twice_is_two(line: str) -> None:
    found = texts(f"{BODY_ZH}\n\n{BODY_EN}\n\n{line}\n")
    assert found[2:] == line.split(" / ")


def test_a_question_that_the_text_answers_is_a_heading() -> None:
    asked = "**问：遗失证件怎么办？**\n答：填妥表格并缴付一百一十元，十个工作天内可领取新证。\n\n"
    asked += (
        "**Q: What if I lose my card?**\nA: Fill in the form and pay $110; a new one is ready in ten working days.\n\n"
    )
    asked += "可否由别人代领？\n\n可以，须出示授权书以及双方的身份证明文件。\n"
    found = read(asked)
    assert [(language, role) for language, role, _ in found] == [
        ("zh", "heading"), ("zh", "body"), ("en", "heading"), ("en", "body"), ("zh", "heading"), ("zh", "body"),
    ]  # fmt: skip
    assert found[0][2] == "**问：遗失证件怎么办？**"


def test_the_list_of_contents_may_stand_right_below_its_title() -> None:
    lines = ["目录  Contents", "序言  Foreword ....... 2", "服务  Services ....... 4", "财务  Finance ....... 9"]
    found = read_blocks("\n".join(lines) + f"\n\n序言\n\n{BODY_ZH}\n\nForeword\n\n{BODY_EN}\n")
    assert [(block.role, block.level) for block in found[:4]] == [("list", 1)] * 4


def test_rising_figures_below_another_title_are_no_list_of_contents() -> None:
    lines = ["Meetings of committees", "Finance 4", "Audit 5", "Galas 9"]
    found = read_blocks("目录  Contents\n\n" + "\n".join(lines) + f"\n\n{BODY_ZH}\n\n{BODY_EN}\n")
    assert not any(block.level for block in found)


def test_the_branches_of_a_chart_are_items() -> None:
    chart = (
        "院长 Head: 李明 Li Ming\n|-- 外科主管 Chief of Surgery: 陈大文 Chan Tai-man\n├── 药剂师 Pharmacist: 何丽 Ho\n"
    )
    found = read(f"{BODY_ZH}\n\n{BODY_EN}\n\n{chart}")
    assert [role for _, role, _ in found[-2:]] == ["list", "list"]


def test_latin_words_in_a_title_of_a_chinese_report_stay_in_it() -> None:
    assert texts(f"安装 Docker Compose\n\n{BODY_ZH}\n")[0] == "安装 Docker Compose"


def test_a_caption_in_two_languages_on_one_line_is_split() -> None:
    assert texts(f"{BODY_ZH}{BODY_EN}") == [BODY_ZH, BODY_EN]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "The scheme drew many investors and their families from all over the world last year. On",
            "fostering ties, more was done.",
        ),
        (
            "In June the two offices together organised, for the first time, the 'Consular",
            "Protection Month' with talks.",
        ),
        (
            "本处于二零二四年四月与研究院签署合作备忘录，在「创新通关」、「生物特征」及「机械人技术」",
            "4 个主要范畴\n\n探讨创新方案，为市民提供更高效优质的服务。",
        ),
    ],
)
def test_a_paragraph_cut_by_a_page_turn_is_one_block_and_one_last_sentence(first: str, second: str) -> None:
    text = f"{first}\n\n{second}"
    (block,) = read_blocks(text)
    assert (block.start, block.end) == (0, len(text))
    assert text[slice(*block.sentences[-1])].endswith(second)


def test_a_paragraph_cut_by_text_of_the_other_language_stays_in_two() -> None:
    first = "The scheme drew many investors and their families from all over the world last year. On"
    text = f"{first}\n\n{BODY_ZH}\n\nfostering ties, more was done."
    assert len(read_blocks(text)) == 3


def test_a_full_paragraph_is_not_joined_to_the_next() -> None:
    assert texts(f"{BODY_EN}\n\nfollowing this, more was done.") == [BODY_EN, "following this, more was done."]
    assert texts(f"{BODY_ZH}\n\n其后继续推行措施。") == [BODY_ZH, "其后继续推行措施。"]


def test_list_items_and_the_lines_of_a_list_of_contents_are_list_blocks() -> None:
    found = read(
        f"- 执行管制\n- 发出证件\n\n02 序言 FOREWORD\n\n06 人员 OFFICERS\n\n08 总部 OFFICES\n\n{BODY_ZH}\n\n{BODY_EN}"
    )
    assert [text for _, role, text in found if role == "list"] == [
        "执行管制",
        "发出证件",
        "02 序言 FOREWORD",
        "06 人员 OFFICERS",
        "08 总部 OFFICES",
    ]


def test_markdown_headings_carry_their_level_and_rules_are_left_out() -> None:
    blocks = read_blocks(f"# 年报\n{BODY_ZH}\n\n---\n\n### Buses\n\n{BODY_EN}")
    assert [(block.role, block.level) for block in blocks] == [("heading", 1), ("body", 0), ("heading", 3), ("body", 0)]


def test_figures_and_boards_are_callouts_and_pairs_set_off_by_page_turns_captions() -> None:
    caption = "\n\n\n\n新总部正式启用。\n\nThe new headquarters opened.\n\n\n\n"
    board = "出生登記\n\n婚姻登記\n\n查詢熱線\n\n"
    found = read(f"{BODY_ZH}\n\n{BODY_ZH}\n\n{BODY_EN}\n\n{BODY_EN}\n\n↑ 25%{caption}{board}{BODY_ZH}\n\n{BODY_EN}")
    assert [role for _, role, _ in found] == ["body"] * 4 + ["callout"] + ["caption"] * 2 + ["callout"] * 3 + [
        "body"
    ] * 2


def test_blocks_know_the_page_turn_before_them() -> None:
    blocks: list[Block] = read_blocks("甲。\n\n乙。\n\n\n丙。")
    assert [block.turn for block in blocks] == [False, False, True]


@pytest.mark.parametrize(
    ("item", "below", "goes_on"),
    [
        ("(d) 审计委员会", "资助委员会由何女士担任主席，审计委员会则由马先生担任主席，任期两年。", False),
        ("- 过去三年曾获资助的学校不得再次申请，除非其校舍已搬", "迁。", True),
        ("- 本局会与", "  其他机构合办展览，预计于二零二七年开幕，为期三个月。", True),
    ],
)
def test_what_stands_below_an_item_goes_on_only_where_the_item_had_no_room(
    item: str, below: str, goes_on: bool
) -> None:
    text = f"{BODY_ZH}\n\n{BODY_EN}\n\n{item}\n{below}\n"
    assert any(item.removeprefix("- ") in found and below.strip() in found for found in texts(text)) is goes_on
