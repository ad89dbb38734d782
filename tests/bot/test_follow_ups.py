"""Follow-ups: what is exchanged, what topic is taken along, and what stands by itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.answer import Turn
from bot.assistant import Assistant
from bot.follow_ups import asked_after, topic_of
from vectorstore.schema import Language

GATES = "How many self-service boarding gates did the department manage in 2024?"


def _first(text: str, phrases: Sequence[str]) -> int:
    return 0


@pytest.mark.parametrize(
    ("earlier", "question", "language", "asked"),
    [
        ("戏院的消防证书收费多少", "那么宾馆呢", "zh", "宾馆的消防证书收费多少"),
        ("观澜堂有多少个宿位", "听涛堂呢？", "zh", "听涛堂有多少个宿位"),
        (
            "how much does the party tram cost to hire",
            "and the heritage tram?",
            "en",
            "how much does the heritage tram",
        ),
        ("回收的废纸交给哪家公司处理", "塑料呢", "zh", "回收的塑料交给哪家公司处理"),
        ("高才通批准了多少", "优才呢", "zh", "优才批准了多少"),
        ("去年e-道有多少人用过", "登机易那个呢", "zh", "去年登机易有多少人用过"),
        ("慈善基金捐了多少钱", "那位植物老师呢", "zh", "植物老师捐了多少钱"),
        ("多久有初步回复", "那详细那份呢", "zh", "多久有详细"),
    ],
)
def test_a_thing_is_exchanged_for_the_one_that_it_is_most_like(
    assistant: Assistant, earlier: str, question: str, language: Language, asked: str
) -> None:
    found = asked_after(earlier, question, language, assistant._understanding.nearest)
    assert found.whole.startswith(asked)
    assert found.other in question
    assert not found.tentative


@pytest.mark.parametrize(
    ("earlier", "question", "language", "asked"),
    [
        ("2023年停航了几天", "前一年呢", "zh", "停航了几天 2022年"),
        ("2020年有多少宗火警", "2019年呢", "zh", "有多少宗火警 2019年"),
        ("how many calls were there in 2020", "and 2018?", "en", "how many calls were there in  2018"),
        ("how many calls were there in 2020", "and the year before?", "en", "how many calls were there in  in 2019"),
        ("有多少人参加", "上学年呢", "zh", "有多少人参加 上学年"),
        ("2022年有多少人参加", "今年呢", "zh", "有多少人参加 今年"),
        ("how many joined in 2022", "and this year?", "en", "how many joined in  this year"),
        ("现在做身份证需时多久", "以前呢", "zh", "做身份证需时多久 以前"),
        ("这次演习用了多少分钟", "上次呢", "zh", "演习用了多少分钟 上次"),
        ("今年接获多少宗投诉", "旧年呢", "zh", "今年接获多少宗投诉 旧年"),
        ("how long is the first visa", "and before the change?", "en", "how long is the first visa before the change"),
    ],
)
def test_another_time_takes_the_place_of_the_one_asked(
    earlier: str, question: str, language: Language, asked: str
) -> None:
    assert asked_after(earlier, question, language, _first).whole == asked


@pytest.mark.parametrize(
    ("earlier", "question", "language", "topic", "tentative"),
    [
        ("消防安全探知馆在哪里", "电话几号", "zh", "消防安全探知馆", False),
        ("who is in charge of the divers", "opening hours?", "en", "in charge of the divers", False),
        ("how long is the Sea Guard", "what did it cost to buy", "en", "the Sea Guard", False),
        ("匠心楼天台的农圃谁打理", "那里的蔬菜卖给谁", "zh", "匠心楼天台的农圃 打理", True),
    ],
)
def test_a_topic_is_taken_along_without_what_was_asked_of_it(
    earlier: str, question: str, language: Language, topic: str, tentative: bool
) -> None:
    found = asked_after(earlier, question, language, _first)
    assert (found.topic, found.text, found.tentative) == (topic, question, tentative)


@pytest.mark.parametrize(
    ("earlier", "question", "language", "whole"),
    [
        ("when did phase one of it go in?", "what about the second phase", "en", "when did second phase of it go in?"),
        ("固安计划第二轮批了多少份", "第一轮呢", "zh", "固安计划第一轮批了多少份"),
        ("启德那栋新大楼花了多少钱", "那东涌的呢", "zh", "东涌那栋新大楼花了多少钱"),
    ],
)
def test_a_part_or_a_place_is_exchanged_for_one_of_its_kind(
    assistant: Assistant, earlier: str, question: str, language: Language, whole: str
) -> None:
    assert asked_after(earlier, question, language, assistant._understanding.nearest).whole == whole


@pytest.mark.parametrize(
    ("earlier", "question", "language", "topic"),
    [
        ("羁留名额总共有多少个", "那扩建完之后呢", "zh", "羁留名额"),
        ("how many came by air", "what about those who came by boat", "en", "came by air"),
        ("行政总裁是谁", "他的 salary 多少", "zh", "行政总裁"),
        ("工伤有多少宗", "与去年比增加了还是减少了", "zh", "工伤"),
        ("签证可以在网上办吗", "那一般要等多久", "zh", "签证可以在网上办"),
        ("羁留名额总共有多少个", "为什么要扩建", "zh", "羁留名额"),
        ("how many detention places are there", "why expand it now", "en", "detention places are there"),
        ("can my helper use the e-channel now", "from what age", "en", "my helper use the e-channel now"),
        ("皇岗口岸重建后会怎样通关", "预计何时完工", "zh", "皇岗口岸重建后会 通关"),
        ("do tourists fill in a card", "since when?", "en", "tourists fill in a card"),
        ("how many enquiries were there", "thats up by what percent", "en", "enquiries were there"),
        ("how many calls did the helpdesk take", "who’s in charge", "en", "calls did the helpdesk take"),
        ("最新的校舍在哪", "里面有几间课室", "zh", "最新的校舍"),
        ("复康医院的中心帮了多少人", "那间医院院长是谁", "zh", "复康医院的中心帮了"),
    ],
)
def test_what_names_no_thing_or_the_topic_by_a_pronoun_cannot_stand_by_itself(
    earlier: str, question: str, language: Language, topic: str
) -> None:
    found = asked_after(earlier, question, language, _first)
    assert (found.topic, found.other, found.tentative) == (topic, "", False)


def test_what_names_its_own_topic_at_length_stands_by_itself() -> None:
    question = "how much money does a family get from the fire victims fund"
    assert asked_after("whats the fare for easyway", question, "en", _first).whole == question
    assert asked_after("", "and that one?", "en", _first).whole == "and that one?"


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("btw, what is the hotline for lost passports", "en", "what is the hotline for lost passports"),
        ("另外想问，登记事项证明书可以在网上申请吗", "zh", "登记事项证明书可以在网上申请吗"),
        ("不讲这个住，羁留位总共有多少个", "zh", "羁留位总共有多少个"),
        ("不讲这个住，你们请不请暑期工", "zh", "你们请不请暑期工"),
        ("换个问题，你们现在有多少员工", "zh", "你们现在有多少员工"),
    ],
)
def test_who_says_that_the_topic_is_left_leaves_it(question: str, language: Language, asked: str) -> None:
    found = asked_after("how many ferries are there", question, language, _first)
    assert (found.whole, found.leans) == (asked, False)
    assert asked_after("how many ferries are there", "btw when was it", "en", _first).leans


@pytest.mark.parametrize(
    ("earlier", "question", "language", "whole"),
    [
        (
            "when did the marriage registry open",
            "no i meant the wedding hall, not the office",
            "en",
            "when did the wedding hall open",
        ),
        ("高铁站一共有多少条通道", "不是，我是问2024年新加了多少条", "zh", "高铁站 通道 2024年新加了多少条"),
        ("优才批了多少人", "我是指高才通", "zh", "高才通批了多少人"),
        ("高铁站一共有多少条通道", "打错了，我想问的是2024年新加了多少条", "zh", "高铁站 通道 2024年新加了多少条"),
        ("优才有多少名额", "不是，我是问补充劳工优化计划批了多少宗申请", "zh", "补充劳工优化计划批了多少宗申请"),
    ],
)
def test_what_was_meant_takes_the_place_of_what_was_said(
    earlier: str, question: str, language: Language, whole: str
) -> None:
    found = asked_after(earlier, question, language, _first)
    assert (found.whole, found.corrects) == (whole, True)
    assert not asked_after(earlier, "why is it not open", "en", _first).corrects


def test_what_was_meant_by_it_cannot_stand_by_itself() -> None:
    found = asked_after("how many gates are there for Smart Departure", "no i mean how many used it", "en", _first)
    assert ("Smart Departure" in found.topic, found.corrects, found.tentative) == (True, True, False)


def test_another_unit_is_asked_of_the_same_rank(assistant: Assistant) -> None:
    nearest = assistant._understanding.nearest
    assert "助理处长" in asked_after("个人证件那边的助理处长是谁", "管制那个呢", "zh", nearest).whole
    assert "副处长" in asked_after("个人证件那边的助理处长是谁", "副处长呢", "zh", nearest).whole


def test_what_asks_of_the_time_before_takes_the_topic_from_now_to_then() -> None:
    before = asked_after("现在做身份证需时多久", "之前要多久", "zh", _first)
    assert (before.topic, before.other) == ("做身份证需时多久", "之前要多久")
    last_year = asked_after("现在做身份证需时多久", "去年批了多少", "zh", _first)
    assert not last_year.other  # it may be the report's own year
    assert not asked_after("how many calls were there", "is that more than before", "en", _first).other


def test_a_question_that_only_asks_keeps_its_words() -> None:
    assert topic_of("how many") == "how many"
    assert topic_of("多少") == "多少"


def test_a_thing_that_the_report_does_not_name_is_not_answered_with_another(small_assistant: Assistant) -> None:
    history = [Turn(question=GATES)]
    assert "214" in small_assistant.ask(GATES).answer
    assert "187" in small_assistant.ask("And in 2023?", history).answer
    assert small_assistant.ask("And the ticket kiosks?", history).refused


def test_a_time_before_is_not_answered_with_the_one_that_the_report_is_about(small_assistant: Assistant) -> None:
    courses = [Turn(question="How many courses did the Maritime Academy run?")]
    assert "36" in small_assistant.ask(courses[0].question).answer
    assert small_assistant.ask("And last year?", courses).refused
