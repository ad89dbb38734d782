"""The tree of sections: titles in both languages, and what stands under which."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vectorstore.schema import Language, ParsedDocument, Passage, Title

CONTROL = Title("管制部", "CONTROL BRANCH")


def passage_with(document: ParsedDocument, snippet: str, role: str | None = None) -> Passage:
    return next(p for p in document.passages if snippet in p.text and role in (None, p.role))


@pytest.mark.parametrize(
    ("zh", "en", "path"),
    [
        (
            "现时，各管制站共设有 756",
            "At present, a total of 756",
            (CONTROL, Title("扩展 e-道服务", "Extension of the e-Channel Service")),
        ),
        ("管制部辖下设有四个科别", "The Control Branch comprises four", (CONTROL,)),
        (
            "管理及支援部负责部门的人力资源管理",
            "is responsible for the human resource management",
            (Title("管理及支援部", "MANAGEMENT AND SUPPORT BRANCH"),),
        ),
        ("执法部辖下设有执法科", "The Enforcement Branch comprises", (Title("执法部", "ENFORCEMENT BRANCH"),)),
        (
            "我们要尊重每位市民",
            "We will treat each member of the public with respect, consideration, courtesy",
            (Title("我们的信念", "OUR VALUES"), Title("以礼待人、体恤市民", "Courtesy and Compassion")),
        ),
        (
            "政府于二零二三年推出行业计划",
            "The government introduced in 2023 the Sector-specific",
            (
                Title("签证及政策部", "VISA AND POLICIES BRANCH"),
                Title("输入短缺劳工", "Importation of Labour in Shortage"),
                Title(
                    "行业输入劳工计划(行业计划)", "Sector-specific Labour Importation Schemes (Sector-specific Schemes)"
                ),
            ),
        ),
        (
            "「科技人才入境计划」旨在",
            "The TechTAS aims to allow",
            (
                Title("签证及政策部", "VISA AND POLICIES BRANCH"),
                Title("科技人才入境计划", "Technology Talent Admission Scheme (TechTAS)"),
            ),
        ),
    ],
)
def test_both_languages_of_the_report_stand_under_the_same_titles(
    parsed_report: ParsedDocument, zh: str, en: str, path: tuple[Title, ...]
) -> None:
    assert passage_with(parsed_report, zh).section == path
    assert passage_with(parsed_report, en).section == path


def test_every_heading_of_the_report_has_both_titles(parsed_report: ParsedDocument) -> None:
    titles = {title for passage in parsed_report.passages for title in passage.section}
    assert len(titles) >= 85
    assert [title for title in titles if not title.zh or not title.en] == []


def test_the_list_of_contents_stands_under_no_title(parsed_report: ParsedDocument) -> None:
    assert passage_with(parsed_report, "06 处长级人员", "list").section == ()


@pytest.mark.parametrize(("language", "snippet"), [("zh", "感应器"), ("en", "Sensors")])
def test_markdown_levels_make_the_tree(
    parse_text: Callable[[str], ParsedDocument], language: Language, snippet: str
) -> None:
    text = """# 城市年报 City Annual Report

## 交通 Transport

### 路口

政府在 12 个路口安装了感应器。

### Junctions

Sensors were installed at 12 junctions.
"""
    found = passage_with(parse_text(text), snippet)
    assert found.language == language
    assert found.section == (
        Title("城市年报", "City Annual Report"),
        Title("交通", "Transport"),
        Title("路口", "Junctions"),
    )


def test_a_report_in_one_language_has_titles_in_that_one(parse_text: Callable[[str], ParsedDocument]) -> None:
    text = "ANNUAL REVIEW\n\nOpening Hours\n\nIt is open on weekdays.\n\nContact the Desk\n\nCall us at any time.\n"
    paths = [passage.section for passage in parse_text(text).passages if passage.role == "body"]
    top = Title("", "ANNUAL REVIEW")
    assert paths == [(top, Title("", "Opening Hours")), (top, Title("", "Contact the Desk"))]
