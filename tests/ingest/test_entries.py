"""Lines below a name: an office's address and telephone, in a list or a directory, are about that office."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vectorstore.schema import ParsedDocument

Parse = Callable[[str], ParsedDocument]
BODY = """本局設有兩間辦事處，逢星期一至五開放，歡迎市民到訪。

The bureau has two offices, open from Monday to Friday, and the public are welcome to visit.

"""
NESTED = """- **東涌分處 Tung Chung Branch**
  - 達東路 51 號 51 Tat Tung Road
  - 電話 Tel: 2199 6644
- **元朗分處 Yuen Long Branch**
  - 電話 Tel: 2199 6655
- 電郵 E-mail: help@example.hk
"""
CASES = """1. **手提電腦誤交他人** *A laptop given to the wrong person*
   - 職員未有核對序號，失主獲賠償港幣 4,000 元。
     An officer did not check the number. The owner was paid HK$4,000.
2. **嬰兒車發霉** *A mouldy pram*
   - 失主獲賠償港幣 680 元。
     The owner was paid HK$680.
"""
DIRECTORY = """北角校舍 North Point Campus
書局街 33 號 33 Shu Kuk Street
電話 Tel: 2188 7440

荃灣校舍 Tsuen Wan Campus
海壩街 60 號 60 Hoi Pa Street
電話 Tel: 2188 7380

查詢熱線 Enquiry hotline: 2188 7111
"""
RUN_ON = """九龍分處 Kowloon Branch
鴻圖道 77 號地下
G/F, 77 Hung To Road
電話 Tel: 2199 0200
Mon to Fri: 9 a.m. to 5 p.m.
新界分處 New Territories Branch
源禾路 21 號
21 Yuen Wo Road
電話 Tel: 2199 0300
所有分處於公眾假期休息。
"""


def names_of(document: ParsedDocument, text: str) -> set[tuple[str, str]]:
    """The innermost titles of what holds a text."""
    found = [passage for passage in document.passages if text in passage.text]
    return {(passage.section[-1].zh, passage.section[-1].en) for passage in found if passage.section}


@pytest.mark.parametrize(
    ("lines", "text", "names"),
    [
        (NESTED, "2199 6644", {("東涌分處", "Tung Chung Branch")}),
        (NESTED, "2199 6655", {("元朗分處", "Yuen Long Branch")}),
        (NESTED, "help@example.hk", {("辦事處", "Offices")}),
        (CASES, "HK$4,000", {("手提電腦誤交他人", "A laptop given to the wrong person")}),
        (CASES, "680 元", {("嬰兒車發霉", "A mouldy pram")}),
        (DIRECTORY, "2188 7440", {("北角校舍", "North Point Campus")}),
        (DIRECTORY, "60 Hoi Pa Street", {("荃灣校舍", "Tsuen Wan Campus")}),
        (RUN_ON, "鴻圖道", {("九龍分處", "Kowloon Branch")}),
        (RUN_ON, "9 a.m.", {("九龍分處", "Kowloon Branch")}),
        (RUN_ON, "21 Yuen Wo Road", {("新界分處", "New Territories Branch")}),
        (RUN_ON, "公眾假期休息", {("辦事處", "Offices")}),
        (DIRECTORY, "2188 7111", {("辦事處", "Offices")}),
    ],
)
def test_a_line_is_about_what_names_its_entry(
    parse_text: Parse, lines: str, text: str, names: set[tuple[str, str]]
) -> None:
    document = parse_text(f"# 辦事處 Offices\n\n{BODY}{lines}")
    assert names_of(document, text) == names


def test_an_item_and_its_translation_below_it_are_one_each(parse_text: Parse) -> None:
    document = parse_text(
        f"# 展望 Outlook\n\n{BODY}1. 年底共有商場 64 個及電影院 19 間；\n   64 malls and 19 cinemas at the year end;\n"
        "2. 籌建失物博物館，預計二零二七年開幕。\n   a Museum of Lost Things, expected to open in 2027.\n"
    )
    museum = next(p for p in document.passages if p.language == "en" and "Museum" in p.text)
    counterpart = next(p for p in document.passages if p.id == museum.counterpart_id)
    assert "失物博物館" in counterpart.text
    assert not any("cinemas" in p.text for p in document.passages if p.language == "zh")


def test_a_name_that_a_line_of_an_item_is_broken_at_stays_in_it(parse_text: Parse) -> None:
    document = parse_text(f"# 展望 Outlook\n\n{BODY}- 本局會與\n  Kai Tak\n  合辦展覽，預計二零二七年開幕。\n")
    assert any("Kai Tak" in p.text and "合辦展覽" in p.text for p in document.passages)
