"""What is said of one place or part is not given for another one."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant

REPORT = """# Ferries 渡輪

## Piers 碼頭

The pier at Yung Shue Wan was repaired in May 2024 at a cost of HK$11 million. It has 14 berths.

榕樹灣碼頭於二零二四年五月維修，費用為1,100萬元。碼頭有14個泊位。

## Passengers 乘客

All passengers may bring a bicycle free of charge. The boats carried 218,000 passengers in the year.

所有乘客均可免費攜帶單車。渡輪全年載客218,000人次。

## Boats 船隻

Phase 1 of the replacement of the boats cost HK$68 million and was completed in June 2024.

更換船隻第一期的費用為6,800萬元，於二零二四年六月完成。
"""


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("榕樹灣碼頭維修用了多少錢", "1,100"),
        ("How much did the repair of the Yung Shue Wan pier cost?", "11 million"),
        ("How many berths does the Yung Shue Wan pier have?", "14"),  # the sentence before names the place
        ("Can passengers from Japan bring a bicycle free of charge?", "bicycle"),  # all passengers
        ("How much did phase 1 of the replacement of the boats cost?", "68 million"),
    ],
)
def test_what_is_said_of_it_is_given(ferries: Assistant, question: str, figure: str) -> None:
    assert figure in ferries.ask(question).answer


@pytest.mark.parametrize(
    "question",
    [
        "大澳碼頭維修用了多少錢",
        "How much did the repair of the Tai O pier cost?",
        "How many berths does the Cheung Chau pier have?",
        "How much did phase 2 of the replacement of the boats cost?",
        "更換船隻第二期用了多少錢",
    ],
)
def test_what_is_said_of_another_is_not(ferries: Assistant, question: str) -> None:
    assert ferries.ask(question).refused
