"""Whether a sentence speaks of the time that a question names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.lexicon import question_patterns
from vectorstore.corpus import Corpus
from vectorstore.quantities import ENGLISH_NUMBER, Quantity, find_quantities
from vectorstore.tokens import fold

_COMPARISON_BEFORE = re.compile(
    r"(?:compared?\s(?:with|to)(?:\s(?:that|those|the\sfigures?))?(?:\s(?:of|in))?|over\sthat\s(?:of|in)"
    r"|than(?:\s(?:that|those))?(?:\s(?:of|in))?|from(?:\sthe)?\speak\s(?:of\s[\d,]+\s)?in"
    r"|(?:level|figure|that)\s(?:in|of)|vs\.?|versus|against|\bborn(?:\s(?:in|on|before|after|since))?|比|较|較|相比|对比)\s*$",
    re.I,
)
_BIRTH = r"出(?:世(?![纸紙证證])|生(?!登|[证證纸紙率数數及和与與、或]))"
_COMPARISON_AFTER = re.compile(
    rf"\s*(?:高峰|高峯|同期|的水平|年的水平|相比|比较|(?:或?[之以]?[前后])?的?{_BIRTH}|年?生(?:的|人|嘅|\W|$))"
)

_BORN = re.compile(rf"\bborn\b|{_BIRTH}", re.I)
"""Whoever says so names years of birth."""
_FIGURE_AFTER = re.compile(r"\s?年?(?:全年)?的\s?(?:大?约|逾|共)?\s?\d")
"""What is compared with is stated as well: 较二零二二年的 167 375 航次."""
_THIS_YEAR = re.compile(
    r"年内|年內|本年|全年|\b(?:during|in|over|throughout|for) the year\b(?! \d)|\bthis year\b", re.I
)
_FROM_TO = re.compile(
    r"[由从](?:\d{4}|[零一二三四五六七八九]{4})年?(?:全年|度)?的[^，。；]{1,24}?[至到]"
    r"|\bfrom (?:[^;.]|\.\d){1,40}? in \d{4} to\b",
    re.I,
)
"""It speaks of the time that a figure came to as well: 由二零二三年的 3.1% 降至 1.8%."""
_CHANGED = re.compile(
    r"[由从][^，。；]{0,12}?[\d两二三四五六七八九十][^，。；]{0,12}?"
    r"(?:[增减升降跌加]|延长|缩短|提高|扩大|调整|改)[^，。；]{0,3}?[至到为]"
    rf"|\bfrom (?:[^;,.]|\.\d|,\d){{0,30}}?(?:\d|\b(?:{ENGLISH_NUMBER})\b)(?:[^;,.]|\.\d|,\d){{0,30}}? to\b"
)
_YEAR = re.compile(r"date:\d{4}")
FRONT = 60
"""Sentences that the first pages have."""
_REPORT_AFTER = re.compile(r"\s?年?度?\s?(?:annual|yearly|年报|年度报告|工作报告|报告)")
_REPORT_BEFORE = re.compile(r"(?:annual\sreport|yearly\sreport|年报|年度报告)\W{0,3}$")
_OF_TWO_YEARS = re.compile(r"\d[/-]\d|^[/-]|[/-]$|^至|至$")


def years(quantities: Sequence[Quantity]) -> frozenset[str]:
    """The years that dates among `quantities` name."""
    return frozenset(q.value[:4] for q in quantities if q.kind == "date" and not q.value.startswith("-"))


def stated_years(text: str) -> frozenset[str]:
    """The years a text gives figures of, without those it only compares with (较二零二三年, compared with 2023)."""
    dates = [
        quantity
        for quantity in find_quantities(text)
        if quantity.kind == "date"
        and (
            not _COMPARISON_BEFORE.search(text[max(0, quantity.start - 40) : quantity.start])
            or _FIGURE_AFTER.match(text, quantity.end)
        )
        and not _COMPARISON_AFTER.match(text, quantity.end)
    ]
    return years(dates)


def speaks_of(asked: str, kind: str, text: str, context: str, report_year: str | None) -> bool:
    """Whether a sentence answers for the time that a question names; one that names none is always answered.

    A sentence without a year of its own speaks of the years of `context` (the text around it) and of the report's.
    Questions about a change may name the year that the sentence compares with.
    """
    wanted = stated_years(asked)
    if not wanted or _BORN.search(asked):
        return True  # one year may stand away from the word (and my dad? he's 1958)
    stated = years(find_quantities(text)) if kind == "share" else stated_years(text)
    implied = stated
    if not stated or _THIS_YEAR.search(text) or _FROM_TO.search(text):
        implied |= stated_years(context) | ({report_year} if report_year else set())
    return bool(wanted & implied)


def report_year(corpus: Corpus) -> str | None:
    """The year that a report is about: the one of which its first pages say that they report (Annual Report 2024), else
    the one that its sentences name most often; None where none is named.

    A report that says "during the year" throughout may name the year before, which it compares with, more often.
    """
    front = [fold(place.text) for place in corpus.places[:FRONT]]
    reported = Counter(year for text in front for year in _reported(text))
    named = Counter(token[5:] for tokens in corpus.tokens for token in set(tokens) if _YEAR.fullmatch(token))
    counts = reported or named
    return min(counts, key=lambda year: (-counts[year], year), default=None)


def _reported(text: str) -> list[str]:
    """The years, whole ones, of which a folded text says that a report is about them."""
    return [
        quantity.value
        for quantity in find_quantities(text)
        if quantity.kind == "date"
        and len(quantity.value) == len("2024")
        and not _OF_TWO_YEARS.search(text[max(0, quantity.start - 1) : quantity.end + 2])
        and (
            _REPORT_AFTER.match(text, quantity.end)
            or _REPORT_BEFORE.search(text[max(0, quantity.start - 20) : quantity.start])
        )
    ]


def says_what_was_before(words: str, text: str, report_year: str | None) -> bool:
    """Whether a folded sentence gives, beside some words of it, what they were at an earlier time.

    The time stands after them, or before them with no more than one figure between (from the original seven to five).
    """
    start = text.find(words)
    if start < 0:
        return speaks_of_before(text, report_year)
    first = max(text.rfind(mark, 0, start) for mark in ";；") + 1
    last = min((place for mark in ";；" if (place := text.find(mark, start)) >= 0), default=len(text))
    times = [time for time in _times_before(text, report_year) if first <= time < last]
    figures = [q.start for q in find_quantities(text) if q.kind != "date" and first <= q.start < last]
    return any(time > start or sum(time < figure < start for figure in figures) <= 1 for time in times)


def speaks_of_before(text: str, report_year: str | None) -> bool:
    """Whether a folded sentence speaks of a time before the report's: by a year, a word (the previous year), or by what
    changed (from 30 days to 60)."""
    return bool(_times_before(text, report_year))


def _times_before(text: str, report_year: str | None) -> list[int]:
    """Where a folded text speaks of a time before the report's."""
    times = [match.start() for pattern in (question_patterns().before, _CHANGED) for match in pattern.finditer(text)]
    if report_year is None:
        return times
    return times + [q.start for q in find_quantities(text) if any(year < report_year for year in years([q]))]
