"""Mistyped Chinese characters → the words of the reports that sound the same (入镜处 → 入境处).

Most mistyped characters sound like the right one (Liu et al., 2011, "Visually and Phonologically Similar Characters in
Incorrect Chinese Words"), in Mandarin or, as Hong Kong types, in Cantonese. What was meant is the likeliest row of
words by how often the reports have them, found by Viterbi, where a word with one character exchanged for another that
sounds the same costs more (a noisy channel; Kernighan, Church and Gale, 1990, "A Spelling Correction Program Based on a
Noisy Channel Model").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from bot.lexicon import question_patterns, synonyms
from bot.sounds import are_alike
from vectorstore.tokens import chinese_words, convert_script

LONGEST = 5
"""Characters of a word."""
OFTEN = 6
"""How often a word must stand in the reports of which only characters without topic were typed right (请 of 申请): so
many others sound like it."""
EXCHANGED = 9.0
"""What an exchanged character costs: minus the logarithm of its chance, as all costs here."""
KNOWN = 13.0
"""What a word costs that jieba knows and no report has."""
UNKNOWN = 2.0
"""What a character that neither knows costs beyond the rarest word of the reports."""
MOST_WORDS = 3
"""Words in a row that may be a name."""
NAMED = 500_000
"""Code points of the reports that names are taken from: 200,000 names, 30 MB."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Homophones:
    """Mends questions in written Chinese, Simplified. Safe to call from several threads."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are those of the reports."""
        self._texts = texts

    def mended(self, question: str) -> str:
        """`question` with its mistyped characters as they were meant, and all else as it is."""
        return _HAN.sub(lambda match: self._likeliest(match.group()), question)

    def _likeliest(self, run: str) -> str:
        """The words that a run of characters was most likely meant to be."""
        best = [(0.0, ""), *[(math.inf, "")] * len(run)]
        for start in range(len(run)):
            cost, meant = best[start]
            for end in range(start + 1, min(len(run), start + LONGEST) + 1):
                for word, added in self._meant(run[start:end]):
                    best[end] = min(best[end], (cost + added, meant + word))
        return best[-1][1]

    def _meant(self, typed: str) -> Iterator[tuple[str, float]]:
        """The words that a stretch may have been meant to be, and what each costs."""
        if typed in self._costs:
            yield typed, self._costs[typed]
        elif len(typed) == 1:
            yield typed, self._rarest + UNKNOWN
        elif chinese_words(typed) == [typed]:
            yield typed, KNOWN
        else:
            yield from ((word, self._costs[word] + EXCHANGED) for word in self._alike_to(typed))

    def _alike_to(self, typed: str) -> Iterator[str]:
        """The words that differ from what was typed in one character, which sounds the same."""
        for place, character in enumerate(typed):
            if character in topicless_characters():
                continue
            before, after = typed[:place], typed[place + 1 :]
            often = OFTEN if topicless_characters().issuperset(before + after) else 0
            for other in self._between.get(_gap(before, after), ""):
                word = before + other + after
                is_alike = self._words[word] >= often and are_alike(other, character)
                if is_alike and not (character in function_characters() and _is_another(word, place)):
                    yield word

    @cached_property
    def _words(self) -> Counter[str]:
        """The words of the reports and of our table of everyday words, by how often they stand there."""
        text = convert_script("\n".join(self._texts), "hk2s")
        words = Counter(word for run in _HAN.finditer(text) for word in _words_of(run.group(), run.end() <= NAMED))
        table = synonyms().words
        words.update(word for said, official in table.items() for word in (said, *official) if _HAN.fullmatch(word))
        return Counter({word: count for word, count in words.items() if len(word) <= LONGEST})

    @cached_property
    def _costs(self) -> Mapping[str, float]:
        total = self._words.total()
        return {word: math.log(total / count) for word, count in self._words.items()}

    @cached_property
    def _rarest(self) -> float:
        return max(self._costs.values())

    @cached_property
    def _between(self) -> Mapping[str, str]:
        """By what stands before and after, the characters that make a word of it."""
        between: dict[str, str] = {}
        for word in self._words:
            for place, character in enumerate(word if len(word) > 1 else ""):
                gap = _gap(word[:place], word[place + 1 :])
                between[gap] = between.get(gap, "") + character
        return between


def _gap(before: str, after: str) -> str:
    return f"{before}_{after}"


def _is_another(word: str, place: int) -> bool:
    """Whether a character that is a word by itself would become another word, or half of a short one (卖门票, 收机)."""
    return len(word) == 2 or word[place] in chinese_words(word)


def _words_of(run: str, named: bool) -> Iterator[str]:
    """The words of a run of characters; with `named`, two and three words in a row too, as names are cut (高 才 通)."""
    words = chinese_words(run)
    for count in range(1, MOST_WORDS + 1 if named else 2):
        for start in range(len(words) - count + 1):
            yield "".join(words[start : start + count])


@cache
def function_characters() -> frozenset[str]:
    """Those of words without topic (的, 多少), and those that are words by themselves (工, 机)."""
    patterns = question_patterns()
    return frozenset(c for word in (*patterns.stopwords, *patterns.single) if _HAN.fullmatch(word) for c in word)


@cache
def topicless_characters() -> frozenset[str]:
    """Those of words without topic alone."""
    return frozenset(c for word in question_patterns().stopwords if _HAN.fullmatch(word) for c in word)
