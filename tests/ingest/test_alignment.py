"""Which sentences say the same: against hand-checked pairs, on other layouts, and as properties."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.alignment import PRECISION, RECALL, score
from ingest.beads import Items, Rules, best_beads
from ingest.characters import in_both_languages
from ingest.facts import facts_of
from vectorstore.schema import ParsedDocument

PAIRS = [
    (
        "二零二四年，各管制站的出入境人次超过 2.98 亿。",
        "In 2024, over 298 million passengers passed through the control points.",
    ),
    ("新总部于六月十一日启用。", "The new headquarters opened on 11 June."),
    ("婚礼礼堂设有心形花园供新人拍照。", "The marriage hall has a heart-shaped garden where newlyweds take photos."),
    ("本处捣破了一个伪造集团，拘捕 201 人。", "The department broke a forgery syndicate and arrested 201 persons."),
    ("领袖团有超过 950 名队员。", "The youth corps has over 950 members."),
]


def test_the_report_is_aligned_as_people_align_it(parsed_report: ParsedDocument) -> None:
    result = score(parsed_report.passages)
    assert len(result.expected) >= 400
    assert result.precision >= PRECISION
    assert result.recall >= RECALL


def links(document: ParsedDocument) -> set[tuple[str, str]]:
    text = document.document.text
    return {
        (text[s.start : s.end], text[slice(*s.counterpart)])
        for passage in document.passages
        if passage.language == "zh"
        for s in passage.sentences
        if s.counterpart
    }


CONTACTS = """热线

一般查询热线 General enquiry hotline: 2733 0100
火警危险投诉热线 Fire hazard complaint hotline: 2733 0333
牌照服务查询 Licensing enquiries: 2733 0557
旧楼资助计划查询 Old building subsidy enquiries: 2733 0612
电邮 Email: enquiry@fire.example
"""


def test_a_line_in_both_languages_is_nobodys_translation(parse_text: Callable[[str], ParsedDocument]) -> None:
    zh, en = map(list, zip(*PAIRS, strict=True))
    lines = CONTACTS.replace("\n", "\n- ").removesuffix("- ")
    document = parse_text("\n\n".join(alternating(zh, en)) + "\n\n" + lines)
    assert links(document) == set(PAIRS)


@pytest.mark.parametrize(
    ("line", "both"),
    [
        *((line, True) for line in CONTACTS.splitlines()[2:]),
        ("电器 Electrical appliances  79% (2022-23: 74%)", True),
        ("副主席 Deputy Chairperson：白嘉怡女士 Ms Bak Ka-yi", True),
        ("投诉电邮：complaints@survey.example", False),
        ("网址 www.survey.example", False),
        ("第 IV 类别（游乐船只）：11 486 艘", False),
        ("「KT Go」流动应用程式下载次数达 12 400 次", False),
        ("本会于六月推出 Harbour Watch Mobile Application 程式。", False),
        ("The department launched the 一签多行 visa.", False),
        ("The Hong Kong Identity Card (香港身份证) is issued to every resident of Hong Kong", False),
        ("2 125", False),
    ],
)
def test_a_line_that_says_its_thing_twice_is_in_both_languages(line: str, both: bool) -> None:
    assert in_both_languages(line) == both


def alternating(zh: list[str], en: list[str]) -> list[str]:
    return [text for pair in zip(zh, en, strict=True) for text in pair]


@pytest.mark.parametrize(
    "order",
    [alternating, lambda zh, en: [*zh, *en], lambda zh, en: [*en, *zh], lambda zh, en: [*zh, *en[3:], *en[:3]]],
    ids=["alternating", "Chinese first", "English first", "sections in another order"],
)
def test_translations_find_each_other_in_any_layout(
    parse_text: Callable[[str], ParsedDocument], order: Callable[[list[str], list[str]], list[str]]
) -> None:
    zh, en = map(list, zip(*PAIRS, strict=True))
    assert links(parse_text("\n\n".join(order(zh, en)))) == set(PAIRS)


def test_a_sentence_without_translation_has_no_counterpart(parse_text: Callable[[str], ParsedDocument]) -> None:
    zh = "".join(pair[0] for pair in PAIRS)
    en = " ".join(pair[1] for pair in PAIRS[:2] + PAIRS[3:])
    assert links(parse_text(f"{zh}\n\n{en}")) == {*PAIRS[:2], *PAIRS[3:]}


def test_two_english_sentences_may_say_what_one_chinese_one_says(parse_text: Callable[[str], ParsedDocument]) -> None:
    zh = "二零二四年，本处进行了 17 906 次行动，共有 4 172 名非法劳工被捕。"
    en = "In 2024, the department conducted 17,906 operations. A total of 4,172 illegal workers were arrested."
    document = parse_text(f"{PAIRS[0][0]}{zh}\n\n{PAIRS[0][1]} {en}")
    assert (zh, en) in links(document)
    back = [s.counterpart for p in document.passages if p.language == "en" for s in p.sentences]
    assert back[1] == back[2] is not None


@pytest.mark.parametrize(
    ("zh", "en", "fact"),
    [
        ("超过 2.98 亿人次", "over 298 million passengers", "298000000"),
        ("约 4 450 万", "around 44.5 million", "44500000"),
        ("4 172 名劳工", "4,172 workers", "4172"),
        ("二零二四年六月十一日", "11 June 2024", "2024"),
        ("二零二四年六月十一日", "11 June 2024", "11"),
        ("十二月三十一日", "31 December", "month 12"),
        ("七个工作日", "seven working days", "7"),
        ("分队「IDYL Plus」", "the team 'IDYL Plus'", "idyl"),
    ],
)
def test_a_fact_has_one_form_in_both_languages(zh: str, en: str, fact: str) -> None:
    assert fact in facts_of(zh) & facts_of(en)


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 10**6))
def test_beads_never_cross_overlap_or_leave_their_side(n: int, m: int, seed: int) -> None:
    numbers = np.random.default_rng(seed)
    zh, en = (
        Items(
            numbers.normal(size=(size, 8)).astype(np.float32),
            numbers.uniform(1, 90, size).astype(np.float32),
            numbers.integers(0, 2, (size, 5)).astype(np.float32),
        )
        for size in (n, m)
    )
    rules = Rules(((1, 1), (1, 2), (2, 1), (1, 3), (3, 1)), floor=-1.0, slack=9.0)
    i = j = 0
    for left, right in best_beads(zh, en, np.ones(5, dtype=np.float32), rules):
        assert i <= left.start < left.stop <= n
        assert j <= right.start < right.stop <= m
        assert (len(left), len(right)) in rules.shapes
        i, j = left.stop, right.stop


def test_shuffled_sections_keep_most_links(
    parsed_report: ParsedDocument, parse_text: Callable[[str], ParsedDocument]
) -> None:
    order = list(PAIRS)
    random.Random(5).shuffle(order)
    text = "\n\n".join([*(zh for zh, _ in PAIRS), *(en for _, en in order)])
    assert links(parse_text(text)) <= set(PAIRS)
