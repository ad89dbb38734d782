"""The guard: what a sentence says passes however it is written; nothing else does."""

from __future__ import annotations

import pytest

from bot.answer import Register
from bot.guard import Draft, Guard, Verdict
from bot.question import understand
from vectorstore.corpus import Corpus
from vectorstore.schema import Passage, Sentence, Span, Term, Title

ENGLISH = (
    "In 2024, the department managed 214 self-service gates, a rise of 14.4 per cent. In 2023, there were 187 gates. "
    "On 11 June, the harbour office moved to Tuen Mun. A passenger need not show a paper ticket. "
    "The Quick Ferry Scheme (QFS) drew 1.5 million riders and the Night Ferry Scheme 20 000. "
    "Enquiries may be sent to enquiry@harbour.gov.hk or made on 2824 6111 within 5 working days."
)
CHINESE = (
    "二零二四年，本处管理 214 个自助闸口，上升百分之十四点四。二零二三年则有 187 个闸口。"
    "六月十一日，港口办事处迁往屯门。旅客无须出示纸本船票。"
    "快船计划吸引 150 万人次，夜航计划则有 2 万人次。"
    "查询可于五个工作日内电邮至 enquiry@harbour.gov.hk 或致电 2824 6111。"
)
SECTION = (Title("港口", "Harbour"),)
TERMS = (Term(("Quick Ferry Scheme", "QFS", "快船计划")), Term(("Night Ferry Scheme", "夜航计划")))


def _spans(text: str, offset: int, ends: tuple[str, ...]) -> list[Span]:
    spans, start = [], 0
    for at, character in enumerate(text):
        if character in ends and (character == "。" or text[at + 1 : at + 2] in ("", " ")):
            spans.append(Span(offset + start, offset + at + 1))
            start = at + (1 if character == "。" else 2)
    return spans


def _passage(name: str, language: str, text: str, start: int, own: list[Span], other: list[Span] | None) -> Passage:
    sentences = tuple(Sentence(span.start, span.end, other[i] if other else None) for i, span in enumerate(own))
    return Passage(
        id=name, document_id="d", document="d.md", start=start, end=start + len(text), text=text,
        language="zh" if language == "zh" else "en", section=SECTION, role="body", tokens=1, sentences=sentences,
        counterpart_id=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Guard:
    zh, en = _spans(CHINESE, 0, ("。",)), _spans(ENGLISH, 1000, (".",))
    assert len(zh) == len(en) == 6
    elsewhere = "The Coast Guard rescued 99 swimmers at Lo Wu in 2024."
    other = _passage("other", "en", elsewhere, 3000, [Span(3000, 3000 + len(elsewhere))], None)
    passages = [_passage("zh", "zh", CHINESE, 0, zh, en), _passage("en", "en", ENGLISH, 1000, en, zh), other]
    return Guard(Corpus(passages), TERMS)


def _check(guard: Guard, text: str, ids: tuple[str, ...] = ("en",), register: Register = "en") -> Verdict:
    return guard.check(Draft(text, ids), understand("?"), register)


def _shown(verdict: Verdict) -> list[str]:
    return [statement.passage.slice(statement.start, statement.end) for statement in verdict.statements]


@pytest.mark.parametrize(
    ("text", "register", "sentence"),
    [
        ("There were 187 gates in 2023.", "en", "In 2023, there were 187 gates."),
        ("The department managed 214 gates in 2024, up 14.4%.", "en", "In 2024, the department managed 214"),
        ("The Quick Ferry Scheme drew 1,500,000 riders.", "en", "The Quick Ferry Scheme (QFS)"),
        ("QFS drew 1.5 million riders.", "en", "The Quick Ferry Scheme (QFS)"),
        ("Passengers do not need to show a paper ticket.", "en", "A passenger need not show"),
        ("On 11 June the harbour office moved to Tuen Mun.", "en", "On 11 June, the harbour"),
        ("二零二三年有187個閘口。", "zh-Hant", "二零二三年则有 187"),
        ("快船计划吸引了一百五十万人次。", "zh-Hans", "快船计划吸引 150"),
        ("2024年6月11日，港口辦事處遷往屯門。", "zh-Hant", "六月十一日"),
        ("旅客無須出示紙本船票。", "zh-Hant", "旅客无须出示"),
        ("You can call 2824 6111 for enquiries.", "en", "Enquiries may be sent"),
        ("Replies to enquiries come within five working days.", "en", "Enquiries may be sent"),
    ],
)  # fmt: skip
def test_what_a_sentence_says_passes_by_that_sentence(
    small: Guard, text: str, register: Register, sentence: str
) -> None:
    verdict = _check(small, text, ("zh", "en"), register)
    assert verdict.supported, verdict.problems
    assert any(shown.startswith(sentence) for shown in _shown(verdict))


@pytest.mark.parametrize("ids", [("zh",), ("en",)])
def test_either_side_of_a_pair_may_be_cited_and_the_askers_is_shown(small: Guard, ids: tuple[str, ...]) -> None:
    assert _shown(_check(small, "There were 187 gates in 2023.", ids)) == ["In 2023, there were 187 gates."]
    assert _shown(_check(small, "二零二三年有 187 个闸口。", ids, "zh-Hans")) == ["二零二三年则有 187 个闸口。"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("There were 188 gates in 2023.", "number"),
        ("There were 187 gates in 2022.", "date"),
        ("There were 214 gates in 2023.", "date"),
        ("A rise of 15 per cent to 214 gates in 2024.", "share"),
        ("On 12 June, the harbour office moved to Tuen Mun.", "date"),
        ("In July, the harbour office moved to Tuen Mun.", "date"),
        ("On 11 June 2023, the harbour office moved to Tuen Mun.", "date"),
        ("On 11 June, the harbour office moved to Lo Wu.", "name"),
        ("On 11 June, the Coast Guard moved to Tuen Mun.", "name"),
        ("A passenger must show a paper ticket.", "reversed"),
        ("In 2024, the department managed 214 gates, a fall of 14.4 per cent.", "reversed"),
        ("The Night Ferry Scheme drew 1.5 million riders and the Quick Ferry Scheme 20,000.", "reversed"),
        ("Enquiries may be sent within 5 weeks.", "unit"),
        ("Enquiries may be sent to enquiry@harbour.gov.cn.", "url"),
        ("Enquiries may be sent to https://harbour.gov.hk/?q=1.", "url"),
        ("Enquiries may be made on 2824 6112.", "url"),
        ("There were 187 gates in 2023. ![x](http://a.b/c?d=e)", "markup"),
        ("There were 187 gates in 2023. [9]", "markup"),
        ("<b>There were 187 gates in 2023.</b>", "markup"),
        ("system: There were 187 gates in 2023.", "markup"),
        ("There were 187 gates in 2023 ‘by the golden rule’.", "quote"),
        ("All passengers take 9 seconds to pass a gate.", "reversed"),
        ("Only the department manages gates: 214 in 2024.", "reversed"),
        ("In 2024, the department managed 214 gates, which fell sharply.", "reversed"),
        ("How many gates did the department manage in 2024?", "unrelated"),
        ("The minister enjoys playing the violin with friends.", "unrelated"),
        ("Passengers are charged a fee for luggage storage.", "unrelated"),
        ("快船计划吸引 150 亿人次。", "number"),
        ("六月十一日，港口办事处迁往罗湖。", "name"),
        ("旅客必须出示纸本船票。", "reversed"),
        ("二零二四年，只有本处管理 214 个自助闸口。", "reversed"),
        ("二零二四年，本处管理 214 个自助闸口，数目锐减。", "reversed"),
        ("二零二四年，本处管理 214 个自助闸口，下降百分之十四点四。", "reversed"),
    ],
)  # fmt: skip
def test_what_no_sentence_says_is_named(small: Guard, text: str, kind: str) -> None:
    register: Register = "en" if text.isascii() or "‘" in text else "zh-Hans"
    verdict = _check(small, text, ("en", "zh"), register)
    assert not verdict.supported
    assert not verdict.statements
    assert kind in {problem.kind for problem in verdict.problems}


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("The gates rose from 187 in 2023 to 214 in 2024, an increase of 27.", ["27"]),
        ("There were 214 gates in 2024 and 187 in 2023, a difference of 27 gates.", ["27"]),
        ("There were 187 gates in 2023 and 214 in 2024, 401 gates in total.", ["401"]),
    ],
)
def test_what_two_shown_numbers_give_is_worked_out(small: Guard, text: str, computed: list[str]) -> None:
    verdict = _check(small, text)
    assert verdict.supported, verdict.problems
    assert list(verdict.computed) == computed
    assert len(verdict.statements) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The gates rose from 187 in 2023 to 214 in 2024, an increase of 28.",
        "The gates fell from 187 in 2023 to 214 in 2024, a decrease of 27.",
        "There were 27 more gates in 2024.",
        "There were 214 gates in 2024 and 187 in 2023, a difference of 401 gates.",
    ],
)
def test_a_wrong_computation_or_one_without_both_numbers_fails(small: Guard, text: str) -> None:
    assert not _check(small, text).supported


def test_a_year_that_only_the_section_gives_comes_with_the_sentence_that_gives_it(small: Guard) -> None:
    verdict = _check(small, "On 11 June 2024, the harbour office moved to Tuen Mun.")
    assert verdict.supported, verdict.problems
    assert list(verdict.computed) == ["11 June 2024"]
    assert any("2024" in shown for shown in _shown(verdict))


def test_a_draft_must_name_a_passage_that_says_it(small: Guard) -> None:
    assert _check(small, "There were 187 gates in 2023.", ()).problems[0].kind == "uncited"
    assert not _check(small, "There were 187 gates in 2023.", ("other",)).supported
    assert not _check(small, "There were 187 gates in 2023.", ("no such passage",)).supported
