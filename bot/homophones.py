"""Mistyped Chinese characters → the words of the reports that sound the same (入镜处 → 入境处).

Most mistyped characters sound like the right one (Liu et al., 2011, "Visually and Phonologically Similar Characters in
Incorrect Chinese Words"). One character is exchanged, where jieba knows no word around it and no report has what was
typed.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise

from bot.lexicon import question_patterns, synonyms
from vectorstore.tokens import chinese_words, convert_script

LONGEST = 5
"""Characters of a word."""
OFTEN = 6
"""How often a word of two characters must stand in the reports: so many others sound like it."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Homophones:
    """Mends questions in written Chinese, Simplified. Safe to call from several threads."""

    def __init__(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> None:
        """`texts` are those of the reports, `words` the words of each as `vectorstore.tokens` cuts them."""
        self._texts = texts
        self._cut = words

    def mended(self, question: str) -> str:
        """`question` with its mistyped characters as they were meant, and all else as it is."""
        return _HAN.sub(lambda match: self._mended(match.group()), question)

    def _mended(self, run: str) -> str:
        mended, taken = list(run), set[int]()
        for start, word in sorted(self._slips(run), key=lambda slip: (-len(slip[1]), -self._words[slip[1]], slip)):
            places = range(start, start + len(word))
            if taken.isdisjoint(places):
                taken.update(places)
                mended[start : start + len(word)] = word
        return "".join(mended)

    def _slips(self, run: str) -> Iterator[tuple[int, str]]:
        """The words that may have been meant, and where they begin."""
        cuts = list(accumulate(map(len, chinese_words(run)), initial=0))
        # Only a character that jieba left alone may be wrong: in a word that it knows, all are as they were meant.
        alone = {start for start, end in pairwise(cuts) if end == start + 1}
        for number, start in enumerate(cuts):
            for end in (cut for cut in cuts[number + 2 : number + LONGEST + 1] if cut <= start + LONGEST):
                typed = run[start:end]
                if typed in self._words or typed in self._text:
                    continue
                for place in sorted(alone & set(range(start, end))):
                    if len(typed) > 2 or {start, start + 1} <= alone:
                        yield from ((start, word) for word in self._meant(typed, place - start))

    def _meant(self, typed: str, place: int) -> Iterator[str]:
        function = function_characters()
        if typed[place] in function or set(typed[:place] + typed[place + 1 :]) <= function:
            return
        for word in self._alike.get((typed[:place], typed[place + 1 :]), ()):
            if (len(word) > 2 or self._words[word] >= OFTEN) and sound(word[place]) == sound(typed[place]):
                yield word

    @cached_property
    def _text(self) -> str:
        return convert_script("\n".join(self._texts), "t2s")

    @cached_property
    def _words(self) -> Counter[str]:
        """The words of the reports, by how often they stand there, and those of our table of everyday words."""
        table = synonyms().words
        words = Counter(word for words in self._cut for word in words)
        words.update(word for said, official in table.items() for word in (said, *official))
        return Counter({w: n for w, n in words.items() if 2 <= len(w) <= LONGEST and _HAN.fullmatch(w)})

    @cached_property
    def _alike(self) -> Mapping[tuple[str, str], list[str]]:
        """The words by what stands before and after one of their characters."""
        alike: dict[tuple[str, str], list[str]] = defaultdict(list)
        for word in self._words:
            for place in range(len(word)):
                alike[word[:place], word[place + 1 :]].append(word)
        return alike


@cache
def function_characters() -> frozenset[str]:
    """Those of words without topic (的, 多少), and those that are words by themselves (工, 机)."""
    patterns = question_patterns()
    return frozenset(c for word in (*patterns.stopwords, *patterns.single) if _HAN.fullmatch(word) for c in word)


@cache
def _readings() -> Mapping[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # read when it is imported: its phrases take 40 MB
    from pypinyin.pinyin_dict import pinyin_dict

    readings: Mapping[int, str] = pinyin_dict
    return readings


@lru_cache(maxsize=8192)
def sound(character: str) -> str:
    """Its commonest reading without the tone; the character itself where it has none."""
    reading = _readings().get(ord(character), character).split(",")[0]
    return "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))
