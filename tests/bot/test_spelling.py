"""Mistyped English words: mended by the words of the reports, and what may have been meant left as it is."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.assistant import Assistant
from bot.spelling import Spelling

REPORT = """The Immigration Department issues a passport. The hotline of the Chan Tower is open every day. Mr Leung
Chi-ming chairs the committee on languages. Blocks in Tuen Mun, and visitors from Thailand. The Over Time scheme."""


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling([REPORT])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("where is the immigraiton tower", "where is the immigration tower"),
        ("hotlin?", "hotline?"),
        ("how many langauges", "how many languages"),
        ("visitors from Thaialnd", "visitors from thailand"),
        ("mnay blocsk", "many blocks"),
        ("Comittee members", "committee members"),
        ("個 hotlne 幾多號", "個 hotline 幾多號"),
        ("續期passort幾錢", "續期passport幾錢"),
        ("the library in tuenmun", "the library in Tuen Mun"),
    ],
)
def test_a_word_that_is_one_slip_away_is_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.mended(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "who is Mr Leong",  # may be someone else
        "the library in tsuen wan",  # a place, and not Tuen
        "the chair of admin",  # clipped
        "how many clocks",  # a word of its own
        "who gets overtime",  # and no name typed as one word
        "the HOTLIN and e-chanel 2899x",
        "有幾多條e-道",
        "",
    ],
)
def test_what_may_be_meant_stays(spelling: Spelling, typed: str) -> None:
    assert spelling.mended(typed) == typed


def test_a_mistyped_question_and_its_follow_up_are_read_as_they_were_meant(small_assistant: Assistant) -> None:
    meant = small_assistant.ask("how many self-service boarding gates are there")
    typed = small_assistant.ask("how many self-service baording gates are there")
    assert typed.question == "how many self-service baording gates are there"
    assert (typed.answer, typed.refused) == (meant.answer, False)
    _, why = small_assistant.explain("and where", [Turn(question="how many boading gates", answer=None)])
    assert "boarding" in why.normalised
