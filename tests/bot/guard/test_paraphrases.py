"""Statements of the report in other words, as chat models write them, pass; the fragment finds the passages cited."""

from __future__ import annotations

import pytest

from bot.answer import Register
from bot.guard import Draft, Guard
from bot.question import understand
from ingest.sentences import clean
from vectorstore.corpus import Corpus

PARAPHRASES = [
    ("IDYL was set up in 2013 and has attracted more than 950 members.", "since attracted over 950"),
    ("入境处于2013年成立领袖团，至今有超过950人参加。", "共有超过 950 人参加"),
    ("Visitor arrivals in 2024 were about 44.5 million, up about 31% on 2023.", "访港旅客入境人次约"),
    ("The new headquarters has a net operational floor area of about 57,400 square metres.", "57 400"),
    ("At the end of 2024 there were 198 eligible institutions on the list.", "198 间"),
    ("From 1 November 2024, 13 universities were added to the TTPS list.", "13 间海内外"),
    ("自2024年11月1日起，高才通計劃的合資格大學名單新增13間院校。", "13 间海内外"),
    ("The new Immigration Headquarters opened on 11 June 2024.", "commenced operation on 11 June 2024"),
    ("新總部於2024年6月11日啟用。", "已于二零二四年六月十一日正式投入服务"),
    ("Twenty-four secondary schools had joined IDYL by the end of 2024.", "24 secondary schools"),
    ("名单上有198间合资格院校。", "198 间"),
    ("The department has appointed 32 Youth Ambassadors in Beijing, Guangzhou, Shanghai and Wuhan.", "32 名青年大使"),
    ("到目前為止，已在北京、廣州、上海和武漢委任32名青年大使。", "32 名青年大使"),
    ("A single residential property must be worth HK$50 million or more.", "50 million or above"),
    ("From 13 December 2024, issuing an identity card takes five working days instead of seven.", "缩短至五个工作日"),
    ("簽發身份證的時間由七個工作日縮短至五個工作日。", "缩短至五个工作日"),
    ("The new headquarters consists of the Administration Tower and the Enforcement Tower.", "two buildings"),
    ("Kwok Joon-fung is the Director of Immigration.", "KWOK Joon-fung, Benson"),
    ("入境事务处处长是郭俊峯。", "KWOK Joon-fung, Benson"),
    ("處長係郭俊峯。", "KWOK Joon-fung, Benson"),
    (
        "4,070 unsubstantiated claimants were removed from Hong Kong from the start of the policy to the end of 2024.",
        "4 070 名",
    ),
    ("There are 756 multi-purpose e-Channels in all.", "756 multi-purpose"),
    ("Both eligible residents and visitors can use the 756 e-Channels.", "756 multi-purpose"),
    ("現時共有756條多功能e-道，合資格的香港居民和訪港旅客都可以使用。", "756 multi-purpose"),
    ("In 2024, 2,219 unsubstantiated claimants were removed, 24% more than in 2023.", "2 219"),
    ("二零二四年遣送了2219名聲請不獲確立者，比二零二三年多24%。", "2 219"),
    ("執法部下設執法科和反恐及情報科。", "执法部辖下设有"),
]


@pytest.mark.parametrize(("text", "fragment"), PARAPHRASES)
def test_a_paraphrase_passes(guard: Guard, corpus: Corpus, text: str, fragment: str) -> None:
    ids = tuple(p.id for p in corpus.passages.values() if fragment in clean(p.text))
    register: Register = "en" if text.isascii() else "zh-Hant"
    verdict = guard.check(Draft(text, ids), understand("?"), register)
    assert verdict.supported, verdict.problems
    assert len(verdict.statements) <= 2
