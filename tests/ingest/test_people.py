"""Who holds which post, by the form of the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.sentences import clean
from vectorstore.schema import Language, ParsedDocument, Passage, Span

Facts = dict[str, str]


def people(document: ParsedDocument, language: Language) -> list[Passage]:
    return [p for p in document.passages if p.role == "person" and p.language == language]


def reading(document: ParsedDocument, span: Span | None) -> str:
    return "" if span is None else clean(document.document.text[slice(*span)])


@pytest.mark.parametrize(
    ("name_zh", "name_en", "post_zh", "post_en"),
    [
        ("陈伟烈", "CHAN Wai-lit, Andrew, IDSM", "助理处长（执法）", "Assistant Director (Enforcement)"),
        (
            "程和木",
            "CHING Wo-mok, Wallace, IDSM",
            "副处长（管制、签证及证件）",
            "Deputy Director (Control, Visa and Documents)",
        ),
        (
            "欧阳至威",
            "AU YEUNG Chi-wai, Wilson",
            "助理处长（管理及支援）",
            "Assistant Director (Management and Support)",
        ),
        ("苏智强", "SO Chi-keung, Isaac", "边境管制（铁路）科指挥官", "Commander, Boundary (Rail) Division"),
        ("周兆光", "CHOW Siu-kwong, Steve", "主任秘书", "Departmental Secretary"),
    ],
)
def test_officers_of_the_report_have_their_posts_and_the_date(
    parsed_report: ParsedDocument, name_zh: str, name_en: str, post_zh: str, post_en: str
) -> None:
    (found,) = [
        p for p in people(parsed_report, "zh") if p.person and reading(parsed_report, p.person.name_zh) == name_zh
    ]
    person = found.person
    assert person is not None
    assert reading(parsed_report, person.name_en) == name_en
    assert reading(parsed_report, person.post_zh) == post_zh
    assert reading(parsed_report, person.post_en) == post_en
    assert reading(parsed_report, person.as_at_zh) == "截至二零二四年十二月三十一日"
    assert reading(parsed_report, person.as_at_en) == "As at 31 December 2024"
    assert found.section[0].en == "DIRECTORATE OFFICERS"


def test_the_report_has_fifteen_officers_and_the_signature_of_the_foreword(parsed_report: ParsedDocument) -> None:
    zh, en = people(parsed_report, "zh"), people(parsed_report, "en")
    assert len(zh) == len(en) == 16
    assert {p.counterpart_id for p in zh} == {p.id for p in en}
    signature = zh[0]
    assert signature.section[0].zh == "序言"
    assert signature.person is not None and signature.person.as_at_zh is None
    assert all(len(p.sentences) == 1 and p.sentences[0].counterpart for p in (*zh, *en))


def test_a_person_of_another_report_is_found_by_form(parse_text: Callable[[str], ParsedDocument]) -> None:
    document = parse_text(
        "董事\n\nDirectors\n\n李小明\nLEE Siu-ming\n\n财务总监\nFinance\nDirector\n\n公司成立于一九九零年。\n"
    )
    (zh,) = people(document, "zh")
    assert (zh.text, zh.person is not None) == ("李小明\nLEE Siu-ming\n\n财务总监", True)
    assert reading(document, zh.person.post_en if zh.person else None) == "Finance Director"


@pytest.mark.parametrize("name", ["卡比尔・拉伊", "巴哈杜尔某某某之名"])
def test_a_name_is_no_post_whoever_stands_before(parse_text: Callable[[str], ParsedDocument], name: str) -> None:
    """A name that is not known for one must not give its post to the next."""
    document = parse_text(
        f"成员\n\nMembers\n\n{name}\n\nRAI Kabir\n\n副主席\nVice-Chairperson\n\n谢小雄\n\nTSE Siu-hung\n\n总监\n"
        "Chief Executive\n\n管理局于一九九零年成立。\n\nThe Authority was set up in 1990.\n"
    )
    held = {
        (reading(document, p.person.name_zh), reading(document, p.person.post_zh))
        for p in people(document, "zh")
        if p.person is not None
    }
    assert ("谢小雄", "总监") in held
    assert held <= {("谢小雄", "总监"), (name, "副主席")}


@pytest.mark.parametrize(
    ("lines", "name_zh", "name_en", "post_zh", "post_en"),
    [
        (
            "- 副署长（行动） 钟小仪 Deputy Director (Operations) CHUNG Siu-yee, Beatrice",
            "钟小仪",
            "CHUNG Siu-yee, Beatrice",
            "副署长（行动）",
            "Deputy Director (Operations)",
        ),
        (
            "李小明先生 Mr LEE Siu-ming　財務總監 Director of Finance",
            "李小明先生",
            "Mr LEE Siu-ming",
            "財務總監",
            "Director of Finance",
        ),
        ("主席 Chairperson 葉小嵐 IP Siu-laam", "葉小嵐", "IP Siu-laam", "主席", "Chairperson"),
        (
            "校長 霍小琛教授\nPresident Professor FOK Siu-sum, Helena",
            "霍小琛教授",
            "Professor FOK Siu-sum, Helena",
            "校長",
            "President",
        ),
        (
            "機構事務主管 Head of Corporate Services\n區小倫先生 Mr Alan AU Siu-lun",
            "區小倫先生",
            "Mr Alan AU Siu-lun",
            "機構事務主管",
            "Head of Corporate Services",
        ),
        (
            "行政總裁 葉小敏女士 JP\nChief Executive  Ms. Yip Siu-man, JP",
            "葉小敏女士",
            "Ms. Yip Siu-man",
            "行政總裁",
            "Chief Executive",
        ),
        (
            "首席工程師（規劃及設計） Chief Engineer (Planning and Design) | 龍小慧博士 Dr LUNG Siu-wai",
            "龍小慧博士",
            "Dr LUNG Siu-wai",
            "首席工程師（規劃及設計）",
            "Chief Engineer (Planning and Design)",
        ),
        (
            "- 鄺小霖女士（主席） Ms KWONG Siu-lam (Chairman)",
            "鄺小霖女士",
            "Ms KWONG Siu-lam",
            "主席",
            "Chairman",
        ),
        (
            "Terence Lo Siu-fung\nDirector, Office of Fountains\n\n飲水機辦事處總監\n盧小鋒",
            "盧小鋒",
            "Terence Lo Siu-fung",
            "飲水機辦事處總監",
            "Director, Office of Fountains",
        ),
        (
            "屈小豪醫生\nDr WAT Siu-ho, Leo\n\n護理總監\nDirector of Nursing",
            "屈小豪醫生",
            "Dr WAT Siu-ho, Leo",
            "護理總監",
            "Director of Nursing",
        ),
    ],
)
def test_name_and_post_may_share_a_line(
    parse_text: Callable[[str], ParsedDocument], lines: str, name_zh: str, name_en: str, post_zh: str, post_en: str
) -> None:
    document = parse_text(
        f"管理層\n\nManagement\n\n{lines}\n\n公司成立於一九九零年。\n\nThe company was founded in 1990.\n"
    )
    for passage in (*people(document, "zh"), *people(document, "en")):
        assert passage.person is not None
        spans = passage.person.name_zh, passage.person.name_en, passage.person.post_zh, passage.person.post_en
        assert [reading(document, span) for span in spans] == [name_zh, name_en, post_zh, post_en]
    assert len(people(document, "zh")) == len(people(document, "en")) == 1


def test_a_foreword_may_be_signed_in_one_language(parse_text: Callable[[str], ParsedDocument]) -> None:
    document = parse_text(
        "# 主席序言\n\n本局於一九九零年成立。\n\n主席\n譚小昌教授, SBS\n二零二五年八月\n\n# Chairman's Foreword\n\n"
        "The Board was set up in 1990.\n\nProf Tam Siu-cheong, SBS\nChairman\n28 August 2025\n"
    )
    (zh,), (en,) = people(document, "zh"), people(document, "en")
    assert zh.person is not None
    assert en.person is not None
    assert [reading(document, span) for span in (zh.person.name_zh, zh.person.post_zh)] == ["譚小昌教授, SBS", "主席"]
    assert [reading(document, span) for span in (en.person.name_en, en.person.post_en)] == [
        "Prof Tam Siu-cheong, SBS",
        "Chairman",
    ]
    assert zh.person.name_en is None


def test_a_report_in_one_language_may_have_a_signature(parse_text: Callable[[str], ParsedDocument]) -> None:
    document = parse_text(
        "# 序言\n\n本局於一九九零年成立，負責發牌。\n\n主席\n譚小昌教授\n\n# 組織\n\n本局有十一名委員。\n"
    )
    (signature,) = people(document, "zh")
    assert "譚小昌教授" in signature.text
    assert any("十一名委員" in passage.text for passage in document.passages)


@pytest.mark.parametrize(
    "text",
    [
        "成員 Members\n安小先生 Mr AN Siu\n祁小麟先生 Mr KEI Siu-lun\n\n當然成員 Ex-officio members\n",
        "主席 劉小傑, BBS\nLau Siu-kit, BBS, Chairman\n",
        "Corporate Services\nHead of Department\n",
        "附錄二 各區設施 Appendix II Facilities by District\n",
        "附錄 服務承諾\nAppendix Performance Pledges\n",
        "查詢 熱線電話 Enquiries Hotline 2345 6789\n",
        "第一章 港口 Chapter One PORT\n",
    ],
)
def test_lines_in_two_languages_hold_no_posts(parse_text: Callable[[str], ParsedDocument], text: str) -> None:
    assert people(parse_text(text), "zh") == people(parse_text(text), "en") == []


@pytest.mark.parametrize(
    "text", ["出生登記\nBirth Registration\n\n婚姻登記\nMarriage Registration\n", "序言\n\nForeword\n\n目的\n\nAims\n"]
)
def test_other_short_blocks_are_no_people(parse_text: Callable[[str], ParsedDocument], text: str) -> None:
    assert people(parse_text(text), "zh") == []
