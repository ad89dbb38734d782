"""Text → tokens for lexical search, the same for Chinese and English, for reports and for questions."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from typing import Any

from vectorstore.quantities import date_parts, find_quantities

_LATIN = re.compile(r"[a-z]\s?-\s?[\u4e00-\u9fff]|[a-z0-9]+(?:[-+&.][a-z0-9]+)*\+?")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+")
_STEMS = {"buses": "bus", "gases": "gas", "lens": "lens"}
"""Where Snowball gives a word and its plural two stems: buse, len."""
_OPENCC_LOCK = threading.Lock()
_THREAD = threading.local()


@cache
def _converter(configuration: str) -> Any:
    import opencc

    return opencc.OpenCC(configuration)


def convert_script(text: str, configuration: str) -> str:
    """OpenCC conversion (`hk2s`, `s2hk`), the tables loaded once and shared by threads."""
    with _OPENCC_LOCK:
        converter = _converter(configuration)
    return "\0".join(converter.convert(part) for part in text.split("\0"))  # OpenCC stops at a NUL


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball (Porter2) stem of a lower-case English word."""
    import Stemmer

    if word in _STEMS:
        return _STEMS[word]
    if not hasattr(_THREAD, "stemmer"):
        _THREAD.stemmer = Stemmer.Stemmer("english")  # a stemmer serves one thread
    stemmed: str = _THREAD.stemmer.stemWord(word)
    return stemmed


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Full-width to half-width (NFKC), lower case, Traditional to Simplified, the apostrophe of telephones to that of
    keyboards: what no comparison should depend on."""
    return convert_script(unicodedata.normalize("NFKC", text).lower().replace("’", "'"), "hk2s")


def chinese_words(text: str) -> list[str]:
    """The words of a folded Chinese text, as jieba cuts them."""
    import rjieba

    words: list[str] = rjieba.cut(text, hmm=False)
    return words


def is_chinese_noun(word: str) -> bool:
    """Whether jieba has a Chinese word, Simplified, as a noun that is no name."""
    import rjieba

    tags = [tag for _, tag in rjieba.tag(word, hmm=False)] if word else []
    return len(tags) == 1 and tags[0].startswith("n") and not tags[0].startswith("nr")


def chinese_phrases(text: str, stopwords: Container[str] = ()) -> list[tuple[int, int, bool]]:
    """A folded Chinese text cut into phrases, `start` to `end`, and whether each has a word of content in it.

    Words in a row that jieba tags as nouns, or as what stands before one, are a phrase; so are single characters in a
    row, as a name that it does not know comes out; so is every other word.
    """
    import rjieba

    phrases: list[tuple[int, int, bool]] = []
    start, grows, lone = 0, False, False
    for word, tag in rjieba.tag(text, hmm=False):
        nominal = tag.startswith("n") or tag in ("eng", "j", "l", "vn", "b", "zg", "q", "an")
        content = (tag[0] in "nvijlz" or tag in ("an", "ad")) and len(word) > 1
        single = len(word) == 1 and tag[0] in "nvadgjzl" and word not in stopwords
        if (nominal and grows) or (single and lone):
            first, _, before = phrases[-1]
            phrases[-1] = (first, start + len(word), before or content or single)
        else:
            phrases.append((start, start + len(word), content))
        lone = single
        start, grows = start + len(word), nominal
    return phrases


def tokenise(text: str) -> list[str]:
    """Tokens in order: canonical quantities (`date:2024-06`, `number:4172`, `share:30`), stems, words and characters.

    A Chinese run gives its words and, from words of two characters and more, its single characters, so that
    neither a different cut nor an inflected name hides a match.
    """
    return [token for token, _ in _weighted(text)]


PART_WEIGHT = 0.3
"""What a part weighs in a query (a character of a Chinese word, half of a hyphenated word, the year of a date)."""


def weighted_tokens(text: str, stopwords: Container[str] = ()) -> dict[str, float]:
    """The tokens of a query: whole words and quantities weigh 1, their parts `PART_WEIGHT`; stop words are left out."""
    weights: dict[str, float] = {}
    for token, weight in _weighted(text, stopwords):
        weights[token] = max(weight, weights.get(token, 0.0))
    return weights


def _weighted(text: str, stopwords: Container[str] = ()) -> Iterator[tuple[str, float]]:
    folded = fold(text)
    rest = list(folded)
    for quantity in find_quantities(folded):
        values = date_parts(quantity.value) if quantity.kind == "date" else [quantity.value]
        yield f"{quantity.kind}:{values[0]}", 1.0
        yield from ((f"{quantity.kind}:{value}", PART_WEIGHT) for value in values[1:])
        if not (quantity.kind == "number" and quantity.spelled):  # "one" of one-stop stays a word as well
            rest[quantity.start : quantity.end] = " " * (quantity.end - quantity.start)
    remaining = "".join(rest)
    for match in _LATIN.finditer(remaining):
        if match.group() not in stopwords:
            yield from _latin_tokens(match.group())
    for match in _CHINESE.finditer(remaining):
        yield from _chinese_tokens(match.group(), stopwords)


def _latin_tokens(run: str) -> Iterator[tuple[str, float]]:
    run = run.replace(" ", "")
    parts = [part for part in re.split(r"[-+&.]", run) if part]
    yield (run, 1.0) if len(parts) > 1 else (stem(run), 1.0)
    if len(parts) > 1:
        yield from ((stem(part), PART_WEIGHT) for part in parts if len(part) > 1)


def _chinese_tokens(run: str, stopwords: Container[str]) -> Iterator[tuple[str, float]]:
    for word in chinese_words(run):
        if word in stopwords:
            continue
        yield word, 1.0
        if len(word) > 1:
            yield from ((character, PART_WEIGHT) for character in word if character not in stopwords)
