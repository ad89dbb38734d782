"""The enquiry line and the website, as the report itself prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vectorstore.schema import Passage

_NUMBER = re.compile(
    r"(?<![\d.,])(?!(?:19|20)\d\d[ -](?:19|20)\d\d)((?:\(?\+?\d{1,4}\)?[ -]?)?\d{3,4}[ -]?\d{4})(?![\d.,]*\d)"
)
_GENERAL = re.compile(r"\bgeneral\b|\bswitchboard\b|\bmain (?:line|number)\b|一般|综合|綜合|总机|總機", re.I)
_LINE = re.compile(
    r"hotline|enquir(?:y|ies)|inquir(?:y|ies)|telephone|\bphone\b|\btel\b|热线|熱線|查询|查詢|电话|電話", re.I
)
_WORDS_OF_A_LABEL = re.compile(
    rf"{_LINE.pattern}|\b(?:our|the|for|please|call|any|further|number|no|customers?|passengers?|public|services?|head"
    r"|office|headquarters|24|hours?|is|on|at)\b"
    r"|号码|號碼|如有|任何|欲|请|請|致电|致電|顾客|顧客|客户|客戶|乘客|客运|客運|市民|服务|服務|总部|總部|总社|總社|总办事处|總辦事處|二十四|小时|小時|为|為|[^\w]|_",
    re.I,
)
_WEBSITE = re.compile(r"\b(?:https?://)?www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where a person can ask on; None where the report prints none."""

    hotline: str | None
    website: str | None


def find_contacts(passages: Iterable[Passage]) -> Contacts:
    """The enquiry line and the first website that the passages print.

    A number counts as the enquiry line where its label says so and names nothing else: the line of a licensing office,
    or of counsellors, is not the one to call with any question. One that is called general goes first.
    """
    general = hotline = website = None
    for passage in passages:
        for sentence in passage.sentences:
            text = passage.slice(sentence.start, sentence.end)
            if (match := _NUMBER.search(text)) and _LINE.search(label := text[: match.start()]):
                if _WORDS_OF_A_LABEL.sub("", _GENERAL.sub("", label)):
                    continue
                if general is None and _GENERAL.search(label):
                    general = match.group(1)
                hotline = hotline or match.group(1)
        if website is None and (match := _WEBSITE.search(passage.text)):
            website = match.group()
    return Contacts(general or hotline, website)
