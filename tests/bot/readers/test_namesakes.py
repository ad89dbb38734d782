"""Two things of one kind by their names: which of them a question and a sentence name."""

from __future__ import annotations

import pytest

from bot.readers.namesakes import namesakes


@pytest.mark.parametrize(
    ("question", "text", "rivals"),
    [
        ("石灣公園泳池幾錢", "青嶼公園泳池收費20元。", {("石湾公园", "青屿公园")}),
        ("海捷號最快行到幾多節", "「海衞號」最高航速為35節。", {("海捷号", "海卫号")}),
        ("single room price in kwun lan hall", "It is $7,600 in Ting To Hall.", {("lan hall", "to hall")}),
        ("青嶼公園泳池幾錢", "青嶼公園泳池收費20元。", set()),
        ("嗰個公園幾點關門", "青嶼公園全日開放。", set()),
        ("石灣公園幾大", "該公園佔地兩公頃。", set()),
        ("how big is the park", "Tsing Yu Park is large.", set()),
        ("how big is hoi ngan park", "The park is large.", set()),
        ("", "", set()),
    ],
)
def test_another_thing_of_the_kind_is_told_by_its_name(question: str, text: str, rivals: set[tuple[str, str]]) -> None:
    assert {(asked.whole, said.whole) for asked, said in namesakes(question, text)} == rivals
