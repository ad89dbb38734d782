"""Chinese abbreviations that a report never uses: 优才 for 优秀人才, 应科院 for 应用科技研究院."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from vectorstore.tokens import chinese_words, fold

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
MAX_GAP = 3
"""Characters that may be left out between two that are kept."""
MAX_READINGS = 3
"""An abbreviation that could stand for more different strings stands for none."""


class Abbreviations:
    """Spells out the abbreviations of a question by the words of the reports."""

    def __init__(self, texts: Sequence[str], function_words: Collection[str] = ()) -> None:
        """`function_words` are those that no abbreviation begins or ends with (的, 能)."""
        self._texts = texts
        self._function_words = function_words

    @cached_property
    def _text(self) -> str:
        return "\n".join(fold(text) for text in self._texts)

    def spell_out(self, question: str) -> dict[str, list[str]]:
        """The unknown words of a folded question, each with the strings of the reports that it may abbreviate.

        An unknown word is a run of two to four characters that no dictionary word joins and no report holds. It
        abbreviates a string that holds its characters in order, the first one first and the last one last, with at
        most `MAX_GAP` others between two.
        """
        found: dict[str, list[str]] = {}
        for run in _loose_runs(question):
            for part in _parts(run):
                readings = self._readings(part)
                if readings:
                    found[part] = readings
                    break
        return found

    def _readings(self, part: str) -> list[str]:
        if part in self._text or part[0] in self._function_words or part[-1] in self._function_words:
            return []
        pattern = rf"[\u4e00-\u9fff]{{0,{MAX_GAP}}}?".join(map(re.escape, part))
        readings = sorted({match.group() for match in re.finditer(pattern, self._text)})
        return readings if len(readings) <= MAX_READINGS else []


def _loose_runs(question: str) -> Iterator[str]:
    """Runs of adjacent characters that jieba left single."""
    for match in _HAN_RUN.finditer(question):
        run = ""
        for word in [*chinese_words(match.group()), "  "]:
            if len(word) == 1:
                run += word
                continue
            if len(run) > 1:
                yield run
            run = ""


def _parts(run: str) -> Iterator[str]:
    for length in (4, 3, 2):
        yield from (run[i : i + length] for i in range(len(run) - length + 1))
