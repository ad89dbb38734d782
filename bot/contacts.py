"""The enquiry line and the website, as the report itself prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vectorstore.schema import Passage

_HOTLINE = re.compile(
    r"(?:hotline|enquir(?:y|ies)|telephone|tel\.?|热线|熱線|查询|查詢|电话|電話)[^\d(+\n]{0,20}"
    r"((?:\(?\+?\d{1,4}\)?[ -]?)?\d{3,4}[ -]?\d{4})\b",
    re.I,
)
_WEBSITE = re.compile(r"\b(?:https?://)?www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Where a person can ask on; None where the report prints none."""

    hotline: str | None
    website: str | None


def find_contacts(passages: Iterable[Passage]) -> Contacts:
    """The first enquiry line and the first website that the passages print."""
    hotline = website = None
    for passage in passages:
        if hotline is None and (match := _HOTLINE.search(passage.text)):
            hotline = match.group(1)
        if website is None and (match := _WEBSITE.search(passage.text)):
            website = match.group()
    return Contacts(hotline, website)
