"""A block's sentences, and the reading text of a verbatim slice."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.characters import CJK, HAN, han_count, has_words
from vectorstore.schema import Span

_CLOSING = "\"'”’」』）)】》〉\\]*"
_STOP = re.compile(rf"[。！？!?．…]+[{_CLOSING}]*|\.[{_CLOSING}]*(?=\s|$|[{HAN}])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Ltd|Co|Inc|Corp|Jr|Sr|No|Nos|Fig|Figs|Vol|Art|Sec|Ch|Ref|pp?|vs|cf|al|approx|est|Hon"
    r"|Gen|Col|Capt|Sgt|Rev|Mt|Ave|Rd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|i\.e|e\.g)"
    r"|(?<![A-Za-z.])[A-Z](?:\.[A-Z])*)\.$"
)
_SENTENCE_START = re.compile(rf"[\"'“‘(\[「『（*]*(?:[A-Z0-9À-Þ{HAN}]|[a-z]{{1,2}}-?[A-Z])")
_CONTINUES = re.compile("[的之等，、；：及和与,;:]")
AS_AT = re.compile(r"截至[^，。]{4,24}|[Aa]s (?:at|of) [^.;]{4,30}\d{4}")
"""A statement of the date for which a page holds: no sentence."""
_AHEAD = 60  # characters after a stop that can tell whether it ends a sentence
_LINE_MARK = re.compile(r"(?:(?:[-*+•●▪◦‧·–—]|#{1,6}) )+(?=\S)")


def split_sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The sentences of `text[start:end]` in order, without outer white space; all its words are in one of them.

    A semicolon stays inside its sentence. A full stop of an abbreviation, an initial or a figure ends nothing.
    """
    spans: list[Span] = []
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if stop.start() >= begin and _ends_sentence(text, begin, stop.start(), stop.end(), end):
            spans.append(Span(begin, stop.end()))
            begin = stop.end()
    spans.append(Span(begin, end))
    return _without_empty(text, spans)


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def is_terminated(text: str) -> bool:
    """Whether the text ends as a sentence (or a lead-in to a list) does."""
    return re.search(rf"[。！？!?．…：:；;.][{_CLOSING}]*\s*$", text) is not None


def _ends_sentence(text: str, begin: int, stop: int, after: int, end: int) -> bool:
    following = text[after : min(end, after + _AHEAD)].lstrip()
    if not following:
        return True
    if text[stop] in "。！？":
        closed = after > stop + 1
        return not (closed and _CONTINUES.match(following))
    if _ABBREVIATION.search(text[max(begin, stop - 12) : stop + 1]):
        return False
    if not text[after].isspace():
        return han_count(text[max(begin, stop - 1)] + text[after]) == 2
    return _SENTENCE_START.match(following) is not None


def _without_empty(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Trimmed spans; one without a word is added to the sentence before it (or after it, at the beginning)."""
    kept: list[Span] = []
    pending: int | None = None
    for span in (trim(text, *span) for span in spans):
        if span.start == span.end:
            continue
        if has_words(text[span.start : span.end]):
            kept.append(Span(span.start if pending is None else pending, span.end))
            pending = None
        elif kept:
            kept[-1] = Span(kept[-1].start, span.end)
        elif pending is None:
            pending = span.start
    return tuple(kept)


_REMARK_MARK = re.compile(r"\^\[[^\]\n]{1,20}\]")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPLIT_HYPHEN = re.compile(rf"(?<=[A-Za-z]-)\s+(?=[{HAN}])")
_CJK_SPACE = re.compile(rf"(?<=[{CJK}])\s+(?=[{CJK}])")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=4096)  # the same sentences are read again for question after question
def clean(text: str) -> str:
    """The reading text of a verbatim slice: marks of typesetting and recognition out, words unchanged.

    Bold marks, remark marks (`^[Remark]`), Markdown links and backslash escapes go; white space becomes one space, and
    none between Chinese characters. Digit groups (`4 172`) stay as they are.
    """
    text = _LINK.sub(r"\1", _REMARK_MARK.sub("", text)).replace("**", "")
    text = _ESCAPE.sub(r"\1", text)
    text = _SPLIT_HYPHEN.sub("", text)
    text = _SPACE.sub(" ", _CJK_SPACE.sub("", text)).strip()
    mark = _LINE_MARK.match(text)
    return text[mark.end() :] if mark else text
