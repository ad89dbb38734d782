"""What stands on every page is left out, by its rising numbers; figures and repeated headings stay."""

from __future__ import annotations

import pytest

from ingest.blocks import read_blocks
from ingest.pages import without_page_lines

PAGES = [
    f"Part {part}\n\nThe harbour master counted {ships} ships.\nMost came in the morning.\nFew came at night.\n{end}"
    for part, ships, end in (
        ("a", 91, "None sank."),
        ("b", 75, "One sank."),
        ("c", 80, "All left."),
        ("d", 62, "So ends it."),
    )
]


def paged(*furniture: str) -> str:
    """The four pages, each with its line below."""
    return "\n\n".join(f"{page}\n\n{line}" for page, line in zip(PAGES, furniture, strict=True))


def left(text: str) -> str:
    """What is left, without the blank lines."""
    kept = without_page_lines(text)
    assert len(kept) == len(text)
    assert all(now in (before, "\n") for before, now in zip(text, kept, strict=True))
    return "\n".join(line for line in kept.split("\n") if line.strip())


ALL = "\n".join(line for page in PAGES for line in page.split("\n") if line)


@pytest.mark.parametrize(
    "lines",
    [
        ("3", "4", "5", "6"),
        ("- 12 -", "- 13 -", "- 14 -", "- 15 -"),
        ("Page 1 of 9", "Page 2 of 9", "Page 3 of 9", "Page 4 of 9"),
        ("第 7 頁", "第 8 頁", "第 9 頁", "第 10 頁"),
        (
            "Harbour Report 2024    8",
            "Harbour Report 2024    9",
            "Harbour Report 2024   10",
            "Harbour Report 2024   11",
        ),
        ("8 | 海港年报", "10 | 海港年报", "12 | 海港年报", "14 | 海港年报"),
        ("3\n\nHarbour Report", "4\n\nHarbour Report", "5\n\nHarbour Report", "6\n\nHarbour Report"),
        ("Harbour Report\f", "Harbour Report\f", "Harbour Report\f", "Harbour Report\f"),
    ],
)
def test_page_numbers_and_the_lines_that_run_along_are_left_out(lines: tuple[str, ...]) -> None:
    assert left(paged(*lines)) == ALL


@pytest.mark.parametrize(
    "lines",
    [
        ("17", "4", "962", "30"),
        ("Remarks", "Remarks", "Remarks", "Remarks"),
        ("Ships 12", "Boats 13", "Rafts 14", "Buoys 15"),
        ("Total 215", "Total 48", "Total 307", "Total 96"),
        ("2022", "2023", "", ""),
    ],
)
def test_figures_and_what_is_repeated_elsewhere_stay(lines: tuple[str, ...]) -> None:
    text = paged(*lines)
    assert without_page_lines(text) == text


def test_numbers_that_stand_close_together_are_a_column() -> None:
    text = "Berths\n\n1\n\n2\n\n3\n\n4\n\nin use."
    assert without_page_lines(text) == text


def test_no_block_holds_a_page_number_and_every_block_is_verbatim() -> None:
    text = paged(*(f"{number}\n\nHarbour Report" for number in (3, 4, 5, 6)))
    found = [block.text(text) for block in read_blocks(text)]
    assert not any("Harbour Report" in block or block.strip().isdigit() for block in found)
    assert sum("counted" in block for block in found) == len(PAGES)


def test_all_pages_of_a_long_text_are_found() -> None:
    lines = [line for page in range(4000) for line in (f"{page}", *(f"{line}-{page}-th line" for line in "abcde"))]
    kept = without_page_lines("\n".join(lines)).split("\n")
    assert [line for line in kept if line.strip()] == [line for line in lines if not line.isdigit()]
