"""Lines that are rows of a table: a label in one language or two, then figures. Each is one thing to cite, uncut."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.characters import han_count, latin_count
from ingest.sentences import is_terminated

_CELL = re.compile(
    r"[-–—‐]|[-+(]?(?:HK|US)?\\?\$?\d[\d,.]*(?:[-/–]\d{2,4})?[%％]?\)?|N/?A|n\.?a\.?|不适用|不適用|[%％]"
)
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_SWITCH = re.compile(r"[\u4e00-\u9fff]\s+(?=[A-Z])")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_YEARS = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?:[-/]\d\d)?(?:[\s|]+(?:19|20)\d\d(?:[-/]\d\d)?)+[\s|]*$")
_PIPE = re.compile(r"\S\s?\|\s?\S")
_GAP = re.compile(r"[ \u3000]{2,}|\t[ \t]*")
_LONGEST, _LONGEST_LABEL = 200, 40
_COLUMNS = 3
"""Columns, set apart by two spaces or a tab, that make a line a row whatever stands in them."""
FEWEST = 3
"""Rows that make a table, or two with two figures and more each."""


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: in pipes, in columns, or a label with figures after it."""
    return _is_piped(line) or _has_columns(line) or bool(_cells(line))


def _is_piped(line: str) -> bool:
    return line.startswith("|") or (_PIPE.search(line) is not None and len(line) <= _LONGEST)


def _has_columns(line: str) -> bool:
    columns = [column for column in _GAP.split(line.strip()) if column]
    return len(columns) >= _COLUMNS and len(line) <= _LONGEST and not is_terminated(line)


def is_header(line: str) -> bool:
    """Whether a line may name a table's columns: two and more in both languages, or years."""
    if len(line) > _LONGEST or is_terminated(line):
        return False
    return _YEARS.search(line) is not None or (not _cells(line) and len(_SWITCH.findall(_ASIDE.sub("", line))) > 1)


def heads_columns(line: str) -> bool:
    """Whether a line in one language may name a table's columns: words alone, set apart."""
    return _has_columns(line) and not any(map(str.isdigit, line))


def table_lines(lines: Sequence[str]) -> set[int]:
    """Which lines, given in order without blank ones, belong to tables in both languages: rows and their headers.

    A row may have its Chinese label on a line of its own above it. A table in one language stays as it is: its lines
    are sentences.
    """
    found: set[int] = set()
    first = 0
    while first < len(lines):
        last, rows = first, []
        while last < len(lines) and (size := _row_at(lines, last)):
            rows.append(" ".join(lines[last : last + size]))
            last += size
        if _is_table(rows):
            is_titled = last - first > 1 and _cells(lines[first]) == 1 and is_header(lines[first + 1])
            found.update(range(first + is_titled, last))
            if first and is_header(lines[first - 1]) and not is_header(lines[first]):
                found.add(first - 1)
        first = max(last, first + 1)
    return found


def is_label(line: str) -> bool:
    """Whether a line may be the Chinese label of the row below it, which has the English one and the figures."""
    plain = not latin_count(line) and not any(map(str.isdigit, line)) and not is_terminated(line)
    return plain and han_count(line) > 1 and len(line) <= _LONGEST_LABEL


def _row_at(lines: Sequence[str], at: int) -> int:
    """How many lines the row takes that begins there: one or two; 0 where there is none."""
    if is_row(lines[at]):
        return 1
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return 2 if is_label(lines[at]) and _cells(below) and not han_count(below) and latin_count(below) else 0


def is_rule(line: str) -> bool:
    """Whether a line only rules a table off (|---|---|)."""
    return line.startswith("|") and _RULE.fullmatch(line) is not None


def label_of(row: str) -> str:
    """What a row is about: the first of its cells between pipes, or what stands before the figures at its end."""
    if _is_piped(row):
        return next((cell.strip() for cell in row.split("|") if cell.strip()), "")
    words = row.split()
    return " ".join(words[: len(words) - _figures_after_label(words)])


def _cells(line: str) -> int:
    """How many figures end a line that begins with a label; 0 where it is no row."""
    if len(line) > _LONGEST or is_terminated(line):
        return 0
    words = line.split()
    figures = _figures_after_label(words)
    label = words[: len(words) - figures]
    # After a colon stands a telephone number as well.
    is_label = any(map(str.isalpha, "".join(label))) and not label[-1].endswith((":", "："))
    return figures if is_label else 0


def _figures_after_label(words: Sequence[str]) -> int:
    return next((n for n, word in enumerate(reversed(words)) if not _CELL.fullmatch(word)), len(words))


def _is_table(rows: Sequence[str]) -> bool:
    bilingual = [row for row in rows if han_count(row) > 1 and latin_count(row) > 1]
    if 2 * len(bilingual) < len(rows) or not rows:
        return False
    several = [row for row in rows if _is_piped(row) or _has_columns(row) or _cells(row) > 1]
    return len(rows) >= FEWEST or len(several) >= FEWEST - 1
