"""What reaches a terminal: wrapped by cells, broken where readers expect it, free of control characters."""

from __future__ import annotations

import io
import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.channels.screen import Block, Growing, Screen, one_line, printable, wrap

MIXED = st.text(st.sampled_from("年报告入境，。「」（）abc 123,.%-é\u0301\n"), max_size=120)


def wrapped(text: str, width: int, indent: int = 0, hanging: int | None = None) -> list[str]:
    return wrap(Block(Text(text), indent, hanging), width).plain.split("\n")


@given(MIXED, st.integers(8, 40), st.integers(0, 4))
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(text: str, width: int, indent: int) -> None:
    lines = wrapped(text, width, indent)
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(MIXED, max_size=4), st.integers(8, 40))
def test_a_growing_text_is_only_added_to_and_loses_nothing(pieces: list[str], width: int) -> None:
    out = io.StringIO()
    growing = Growing(Console(file=out, force_terminal=True, color_system=None, width=width))
    written = [""]
    for end in range(1, len(pieces) + 1):
        growing.show(Text("".join(pieces[:end])))
        written.append(out.getvalue())
    growing.end()
    assert all(after.startswith(before) for before, after in pairwise(written))
    assert "".join(out.getvalue().split()) == "".join("".join(pieces).split())
    assert max(map(cell_len, out.getvalue().split("\n"))) <= width


@given(st.lists(st.sampled_from(["756", "4,172", "98.5%", "2024"]), max_size=40))
def test_a_number_is_never_cut(pieces: list[str]) -> None:
    text = "处".join(pieces)
    numbers = re.findall(r"\d[\d,.]*\d", text)
    assert [number for line in wrapped(text, 20) for number in re.findall(r"\d[\d,.]*\d", line)] == numbers


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("二零二四年，共有 756 条。", 10, ["二零二四", "年，共有", "756 条。"]),
        ("他说「你好」吗", 6, ["他说", "「你", "好」吗"]),
        ("unbreakablewordhere", 8, ["unbreaka", "blewordh", "ere"]),
        ("a\nb", 8, ["a", "b"]),
    ],
)
def test_lines_break_between_words_and_between_chinese_characters(text: str, width: int, expected: list[str]) -> None:
    assert wrapped(text, width) == expected


def test_further_lines_start_where_the_block_hangs() -> None:
    assert wrapped("[1] one two three", 12, 0, 4) == ["[1] one two", "    three"]
    assert wrapped("[1] 一二三四五六", 12, 0, 4) == ["[1] 一二三四", "    五六"]


@given(st.text())
def test_no_control_character_is_printed(text: str) -> None:
    shown = printable(text)
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"} for c in shown)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    assert "\n" not in one_line(text)


def test_an_escape_sequence_of_a_report_stays_visible_and_harmless() -> None:
    assert printable("\x1b[31mred\r\nnext") == "\ufffd[31mred\nnext"


def test_a_pipe_gets_lines_as_they_are_without_escape_sequences() -> None:
    file = io.StringIO()
    Screen(file).say("[bold]not markup[/bold] " + "入" * 100, "bold red")
    assert file.getvalue() == "[bold]not markup[/bold] " + "入" * 100 + "\n"
