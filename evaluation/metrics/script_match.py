"""Script match: whether a Chinese answer is in the script of its question, Simplified or Traditional."""

from __future__ import annotations

from typing import Literal

from evaluation.metrics.base import Metric, of_each
from evaluation.metrics.language_match import language_of
from evaluation.record import Record
from vectorstore.tokens import convert_script

Script = Literal["zh-Hans", "zh-Hant"]


def script_of(text: str) -> Script | None:
    """The script of most of the characters that tell; None where as many tell one as the other."""
    simplified = sum(a != b for a, b in zip(text, convert_script(text, "s2t"), strict=False))
    traditional = sum(a != b for a, b in zip(text, convert_script(text, "hk2s"), strict=False))
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _wanted(record: Record) -> Script | None:
    match record.gold.register:
        case "en":
            return None
        case "mixed":
            return script_of(record.gold.question)
        case "zh-Hans":
            return "zh-Hans"
        case _:
            return "zh-Hant"


def _judge(record: Record) -> bool | None:
    wanted = _wanted(record)
    if wanted is None or record.gold.category == "injection" or language_of(record.answer.answer) == "en":
        return None
    found = script_of(record.answer.answer)
    return None if found is None else found == wanted


METRIC = Metric("script_match", "script match", of_each(_judge))
