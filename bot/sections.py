"""Finds a section by the title that a person typed."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.schema import SectionPath, Title
from vectorstore.tokens import fold


def distinct_titles(sections: Sequence[SectionPath]) -> list[Title]:
    """Every title of the section tree once, in document order."""
    return list(dict.fromkeys(title for path in sections for title in path if title.zh or title.en))


def find_titles(typed: str, sections: Sequence[SectionPath]) -> list[Title]:
    """Titles that `typed` names in either language: those equal to it, else those that hold it.

    Case, full width and Traditional or Simplified characters make no difference.
    """
    wanted = _key(typed)
    if not wanted:
        return []
    keys = {title: (_key(title.zh), _key(title.en)) for title in distinct_titles(sections)}
    equal = [title for title, names in keys.items() if wanted in names]
    return equal or [title for title, names in keys.items() if any(wanted in name for name in names)]


def _key(title: str) -> str:
    """The form in which titles are compared; a lone surrogate, which folding cannot take, is a question mark."""
    return " ".join(fold(title.encode("utf-8", "replace").decode("utf-8")).split())
