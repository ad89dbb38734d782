"""What a sentence is about: not what was just said, not who held a post before; and what goes on about it."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.assistant import Assistant

REPORT = """# Ferries 渡輪

## Fares 票價

The party boat is hired at HK$2,150 an hour and carries 28 persons.

派對船每小時租金為2,150元，可載28人。

The old ferry is hired at HK$1,480 an hour, and so is the mail boat.

舊渡輪每小時租金為1,480元，郵船亦然。

## Youth corps 少年團

The youth corps of the ferries has an annual fee of HK$60; uniforms are not included.

渡輪少年團年費60元，制服另計。

## Piers 碼頭

The new pier at Sai Kung will adopt the one gate mode. Under this mode, passengers pass a single gate and pay on board.

西貢新碼頭將採用「一閘」模式。在這種模式下，乘客只須通過一道閘門，並在船上付款。

## Management 管理層

The Director of Ferries is Ms LEE Man-wai, who joined the department in 1998.

渡輪署署長為李文慧女士，她於一九九八年加入部門。

## Staff 員工

In the year 1,934 captains were trained, against 1,706 in the previous year.

年內有1,934名船長受訓，上年度為1,706名。

## Tickets 船票

The time for issuing a season ticket was shortened from the original seven working days to five working days.

簽發季票所需時間由原先的七個工作天縮短至五個工作天。

## Berths 泊位

There are 90 berths in Central. After its extension in 2026, there will be 94 berths in Central.

中環有90個泊位。擴建工程於二零二六年完成後，中環將有94個泊位。

## Branches 分部

The Harbour Branch comprises the Fleet Division and the Pier Division. The former runs the boats, whereas the latter
repairs the gangways.

海港部由船隊科及碼頭科組成。前者營運船隻，後者維修跳板。

## Wheelchairs 輪椅

Nine of the thirteen launches have a space for wheelchairs.

十三艘汽艇中九艘設有輪椅位。

## Waiver 寬免

Owing to the typhoon half a month's rent was waived; 148 kiosks benefited by a total of HK$620,000.

因應颱風，攤檔獲豁免半個月租金，148個攤檔合共受惠62萬元。

## Parks 公園

The pool of Harbour Park costs HK$20. Harbour Park is open all day. Hill Park has a pool, too.

海濱公園泳池收費20元。海濱公園全日開放。山頂公園亦有泳池。

## Captains 船長

Captain CHAN sails a boat named Swallow, which holds 12 guests. He sails to Lamma and Cheung Chau, and the fares to
these two islands are HK$30.

陳船長駕駛「燕子」號，載客12人。他往來南丫島及長洲，這兩個島的票價為30元。

## Charters 包船

To charter a ferry, a company should take the following steps:

- submit a charter form to the pier office
- pay a deposit by cheque

包船公司須辦理下列手續：

- 向碼頭辦事處遞交包船表格
- 以支票繳付按金
"""


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("渡輪少年團年費多少", "制服一套多少錢"),
        ("What is the annual fee of the youth corps?", "and what does a uniform cost?"),
    ],
)
def test_the_same_words_do_not_answer_twice(ferries: Assistant, before: str, question: str) -> None:
    assert "60" in ferries.ask(before).answer
    assert ferries.ask(question, [Turn(question=before)]).refused


@pytest.mark.parametrize(
    ("before", "question", "figure"),
    [
        ("有多少名船長受訓", "上年度呢", "1,706"),
        ("How much is it to hire the old ferry?", "and the mail boat?", "1,480"),
        ("How much is it to hire the party boat?", "how many persons does it carry?", "28"),
        ("而家攞張季票要幾耐", "以前呢", "七"),
        ("Does the party boat carry 28 persons?", "is it really 28?", "28"),
        ("What boat does Captain Chan sail?", "how many guests does it hold?", "12"),
        ("how many launches are there", "how many of those have a space for wheelchairs", "Nine"),
        ("did kiosks get a waiver after the typhoon", "how many kiosks benefited", "148"),
    ],
)
def test_the_same_sentence_may_answer_again(ferries: Assistant, before: str, question: str, figure: str) -> None:
    assert not ferries.ask(before).refused
    assert figure in ferries.ask(question, [Turn(question=before)]).answer


def test_a_question_that_is_asked_again_is_answered_again(ferries: Assistant) -> None:
    question = "What is the annual fee of the youth corps?"
    assert ferries.ask(question, [Turn(question=question)]).answer == ferries.ask(question).answer


@pytest.mark.parametrize("question", ["上一任渡輪署署長是誰", "Who was the previous Director of Ferries?"])
def test_who_holds_a_post_is_not_who_held_it_before(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).refused


def test_what_may_stand_by_itself_is_no_longer_for_the_turn_before(ferries: Assistant) -> None:
    question = "How many captains were trained?"
    _, alone = ferries.explain(question)
    answer, after = ferries.explain(question, [Turn(question="How much is it to hire the party boat for a whole day?")])
    assert after.signals["asked"] == alone.signals["asked"]
    assert "1,934" in answer.answer


@pytest.mark.parametrize("question", ["山頂公園泳池收費多少", "How much does the pool of Hill Park cost?"])
def test_what_is_said_of_one_park_is_not_said_of_the_other(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).refused
    assert "20" in ferries.ask(question.replace("山頂", "海濱").replace("Hill", "Harbour")).answer


@pytest.mark.parametrize("question", ["渡輪署署長是誰", "Who is the Director of Ferries?"])
def test_who_holds_a_post_is_said(ferries: Assistant, question: str) -> None:
    assert not ferries.ask(question).refused


@pytest.mark.parametrize(
    ("question", "explanation"),
    [("一閘模式是什麼意思", "船上付款"), ("What is the one gate mode?", "pay on board")],
)
def test_what_something_is_goes_on_in_the_next_sentence(ferries: Assistant, question: str, explanation: str) -> None:
    assert explanation in ferries.ask(question).answer


@pytest.mark.parametrize("question", ["而家中環有幾多個泊位", "How many berths are there in Central now?"])
def test_what_is_there_now_is_not_what_will_be(ferries: Assistant, question: str) -> None:
    assert "90" in ferries.ask(question).answer.split("[1]")[0]


def test_the_latter_is_named(ferries: Assistant) -> None:
    assert "Pier Division" in ferries.ask("Which division repairs the gangways?").answer


@pytest.mark.parametrize(
    ("question", "step"),
    [
        ("What is the procedure for a company to charter a ferry?", "cheque"),
        ("how does a company charter a ferry", "cheque"),
    ],
)
def test_what_announces_a_list_comes_with_it(ferries: Assistant, question: str, step: str) -> None:
    assert step in ferries.ask(question).answer
