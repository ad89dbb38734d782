"""Mistyped Chinese characters: exchanged for what sounds the same in a word of the reports, and only those."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from bot.homophones import Homophones

REPORT = [
    "入境处负责签发护照。入境事务处总部设于将军澳。",
    *["申请签证的人士须缴付费用，签证有效期为两年。"] * 6,
    "入职训练为期半年，操场全年开放，可买门票。“高才通计划”由人才办负责，意见请寄办事处。",
]


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    return Homophones(REPORT)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("入镜处几点开门", "入境处几点开门"),
        ("签正费用多少", "签证费用多少"),
        ("个 visa 签正几钱", "个 visa 签证几钱"),
        ("高财通批了多少人", "高才通批了多少人"),  # a name that is cut into single characters
        ("巡练多久", "训练多久"),
        ("装休花了多少钱", "装修花了多少钱"),  # 装修 stands in our table of everyday words
        ("签正和户照", "签证和护照"),
        ("入职驯练", "入职训练"),
        ("装收花了多少钱", "装修花了多少钱"),  # sound the same in Cantonese only
    ],
)
def test_a_character_that_sounds_the_same_is_mended(homophones: Homophones, typed: str, meant: str) -> None:
    assert homophones.mended(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "签证要多少钱",  # nothing to mend
        "入境事务厅在哪里",  # sounds otherwise
        "由哪天起生效",  # no report has 天气
        "看书要给多少钱一年",  # 前一年, in the table: only function words are left of it
        "我地意粉",  # 意见 sounds otherwise, 地 and 意 are left alone
        "卖门票",  # 买门票: both are what people say
        "的士处几点开",
        "Where is the 入 desk",
        "",
    ],
)
def test_what_may_be_meant_stays(homophones: Homophones, typed: str) -> None:
    assert homophones.mended(typed) == typed


def test_a_mistyped_question_is_answered_as_it_was_meant(assistant: Assistant) -> None:
    meant, typed = assistant.ask("特區護照免簽證國家有多少個"), assistant.ask("特區戶照免簽證國家有多少個")
    assert not meant.refused
    assert typed.answer == meant.answer
    assert typed.question == "特區戶照免簽證國家有多少個"
