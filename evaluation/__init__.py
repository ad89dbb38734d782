"""Gold questions and the scores of answers to them.

`from evaluation import load_gold, evaluate, compare` is the way in for scripts.
"""

from __future__ import annotations

from evaluation.compare import Comparison, compare
from evaluation.gold import GoldQuestion, load_gold
from evaluation.results import Results, read_results
from evaluation.runner import evaluate

__all__ = ["Comparison", "GoldQuestion", "Results", "compare", "evaluate", "load_gold", "read_results"]
