"""Names for one thing: from the report's definitions, and what is no definition."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.abbreviations import chinese_definitions, english_definitions
from vectorstore.schema import ParsedDocument

PROSE = "年内港口繁忙。来港船只较以往多。\n\nThe harbour was busy in the year. More ships came than before.\n\n"


@pytest.mark.parametrize(
    "names",
    [
        {"Top Talent Pass Scheme", "TTPS", "高端人才通行证计划", "高才通计划"},
        {"Quality Migrant Admission Scheme", "QMAS", "优秀人才入境计划"},
        {"Immigration Arrangements for Non-local Graduates", "IANG", "非本地毕业生留港／回港就业安排"},
        {"New Capital Investment Entrant Scheme", "New CIES", "新资本投资者入境计划", "新计划"},
        {"Advance Passenger Information System", "API", "API System", "预先通报乘客资料系统", "预报系统"},
        {"Immigration Department Youth Leaders Corps", "IDYL", "入境事务处青少年领袖团", "领袖团"},
        {"Assistance to Hong Kong Residents Unit", "AHU", "协助在外香港居民小组", "小组"},
        {"Immigration Service Institute of Training and Development", "ISITD", "入境事务学院", "学院"},
        {"Airport Authority Hong Kong", "AAHK", "香港机场管理局", "机管局"},
        {"Unified Screening Mechanism", "USM", "统一审核机制"},
        {"Hong Kong Identity Cards", "HKICs", "HKIC"},
        {"e-Channel", "e-道", "e- 道"},
        {"Smart Departure", "离境易"},
        {"ESLS", "补充劳工优化计划"},
    ],
)
def test_the_report_s_own_names_are_joined(parsed_report: ParsedDocument, names: set[str]) -> None:
    assert any(names <= set(term.names) for term in parsed_report.terms)


def test_no_name_of_the_report_is_in_two_terms(parsed_report: ParsedDocument) -> None:
    names = [name.casefold() for term in parsed_report.terms for name in term.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "full", "short"),
    [
        ("The Foreign Helpers Investigation Section (FIS) screens.", "Foreign Helpers Investigation Section", "FIS"),
        ("for a foreign domestic helper (FDH) visa", "foreign domestic helper", "FDH"),
        ("at the Hong Kong-Zhuhai-Macao Bridge (HZMB) Hong Kong Port", "Hong Kong-Zhuhai-Macao Bridge", "HZMB"),
        ("relating to counter-terrorism (CT) and others", "counter-terrorism", "CT"),
        ("the Office of the Commissioner of Maps (OCM)", "Office of the Commissioner of Maps", "OCM"),
        ("Special Scheme to Import Workers (Special Scheme)", "Special Scheme to Import Workers", "Special Scheme"),
    ],
)
def test_an_english_abbreviation_has_the_words_that_it_shortens(text: str, full: str, short: str) -> None:
    assert [(d.full, d.short) for d in english_definitions(text)] == [(full, short)]


@pytest.mark.parametrize(
    ("text", "full", "short"),
    [
        ("推出「高端人才通行证计划」(高才通计划) 以及措施", "高端人才通行证计划", "高才通计划"),
        ("本处实施预先通报乘客资料系统（预报系统），规定", "预先通报乘客资料系统", "预报系统"),
        ("服务质素科和入境事务学院(学院)。", "入境事务学院", "学院"),
    ],
)
def test_a_chinese_short_name_has_the_characters_that_it_shortens(text: str, full: str, short: str) -> None:
    assert [(d.full, d.short) for d in chinese_definitions(text, text)] == [(full, short)]


@pytest.mark.parametrize(
    "text",
    [
        "the Boundary (Rail) Division",
        "removal (other than non-refoulement claims)",
        "the fee (if applicable) online",
        "Hotline (852)",
    ],
)
def test_other_english_brackets_define_nothing(text: str) -> None:
    assert list(english_definitions(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "边境管制（铁路）科",
        "签证及政策部由签证管制(政策)科组成",
        "遣送离境（免遣返声请个案除外）的措施",
        "相关费用（如适用）",
    ],
)
def test_other_chinese_brackets_define_nothing(text: str) -> None:
    assert list(chinese_definitions(text, text)) == []


def test_definitions_of_another_report_are_joined_across_languages(
    parse_text: Callable[[str], ParsedDocument],
) -> None:
    document = parse_text(
        "公共图书馆服务处（图书馆处）于二零二三年成立。\n\n"
        "The Public Library Services Office (PLSO) was established in 2023.\n"
    )
    (term,) = document.terms
    assert set(term.names) == {"Public Library Services Office", "PLSO", "公共图书馆服务处", "图书馆处"}


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("SOPC   专科门诊   Specialist out-patient clinic", {"SOPC", "专科门诊", "Specialist out-patient clinic"}),
        (
            "| CLO | 总救生主任 Chief Lifeguard Officer |\n| QAS | 品质保证组 Quality Assurance Section |\n"
            "| SBS | 银紫荆星章 Silver Bauhinia Star |",
            {"QAS", "品质保证组", "Quality Assurance Section"},
        ),
        ("AED 自动体外心脏除颤器 / automated external defibrillator", {"AED", "automated external defibrillator"}),
        ("EEL: Electronic Elector List 电子选民名单", {"EEL", "Electronic Elector List", "电子选民名单"}),
    ],
)
def test_an_entry_of_a_list_of_abbreviations_joins_its_names(
    entry: str, names: set[str], parse_text: Callable[[str], ParsedDocument]
) -> None:
    found = parse_text(f"{PROSE}简称 Abbreviations\n\n{entry}\n")
    assert any(names <= set(term.names) for term in found.terms)


@pytest.mark.parametrize("line", ["ICAC cases 廉署个案 12 Cases closed", "MTR Station 港铁站 Kowloon Tong Line"])
def test_a_line_that_begins_with_an_abbreviation_spells_out_nothing(
    line: str, parse_text: Callable[[str], ParsedDocument]
) -> None:
    assert not parse_text(f"{PROSE}{line}\n").terms
