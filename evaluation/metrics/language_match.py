"""Language match: whether an answer is in the language of its question, as its text shows."""

from __future__ import annotations

import re

from evaluation.metrics.base import Metric, of_each
from evaluation.record import Record
from vectorstore.schema import Language

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def language_of(text: str) -> Language:
    """Chinese where a text has more Han characters than Latin words."""
    return "zh" if len(_HAN.findall(text)) > len(_LATIN_WORD.findall(text)) else "en"


def _judge(record: Record) -> bool | None:
    if record.gold.category == "injection":  # some ask in one language for text in another
        return None
    wanted: Language = "en" if record.gold.register == "en" else "zh"
    return language_of(record.answer.answer) == wanted


METRIC = Metric("language_match", "language match", of_each(_judge))
