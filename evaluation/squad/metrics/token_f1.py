"""Token F1 of the answering words against the best gold string.

As in SQuAD's evaluation script (Rajpurkar et al., 2016), articles and punctuation left out; a Chinese character is a
token of its own, as in CMRC's (Cui et al., 2019).
"""

from __future__ import annotations

import re
from collections import Counter

from evaluation.metrics.base import Metric
from evaluation.squad.metrics.base import of_each
from evaluation.squad.record import SquadRecord
from vectorstore.tokens import fold

_TOKEN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]|[^\\W\u3400-\u9fff\uf900-\ufaff]+")
_ARTICLES = frozenset(("a", "an", "the"))


def _tokens(text: str) -> Counter[str]:
    return Counter(token for token in _TOKEN.findall(fold(text)) if token not in _ARTICLES)


def token_f1(prediction: str, gold: str) -> float:
    """The harmonic mean of the shares of tokens in common, 0 to 1."""
    predicted, wanted = _tokens(prediction), _tokens(gold)
    common = (predicted & wanted).total()
    return 2 * common / (predicted.total() + wanted.total()) if common else 0.0


def _judge(record: SquadRecord) -> float:
    return max(token_f1(record.prediction, answer) for answer in record.answers)


METRIC = Metric("token_f1", "token F1", of_each(_judge))
