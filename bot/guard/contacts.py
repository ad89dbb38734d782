"""Links, addresses and telephone numbers of a draft, and markup that no answer has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.guard.verdict import Problem

_CONTACTS = re.compile(
    r"(?P<link>\b[a-z][a-z0-9+.-]{1,15}://[^\s<>\"'」』）)\]]+|\bwww\.[^\s<>\"'」』）)\]]+|\b(?:mailto|tel|javascript|data):\S+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<domain>\b(?:[a-z0-9-]+\.)+(?:[a-z]{2,})(?:/[^\s<>\"'」』）)\]]*)?(?!\w))"
    r"|(?P<phone>(?<![\d,.$])(?:\(?\+?852\)?[\s-]?)?[2-9]\d{3}[\s-]?\d{4}(?![\d%]|[.,]\d|\s\d{3}\b)|\+\d[\d\s-]{7,}\d)",
    re.I | re.ASCII,
)
_NOT_DOMAINS = re.compile(r"(?:[a-z]\.)+[a-z]?\.?$|(?:e\.g|i\.e|etc|vs|no|st|mr|dr)\.[a-z]+$", re.I)
_MARKUP = re.compile(
    r"!?\[[^\]\n]*\]\([^)\n]*\)?|!\[|\]\(|<[!/?a-z|][^>\n]{0,200}>?|&(?:#\d+|#x[0-9a-f]+|[a-z]+);|```+|~~~+|<\||\|>|\[/?inst\]|<<|>>"
    r"|[\[【［〔]\s*\^?\d{1,3}\s*[\]】］〕]|^\s*\[[^\]\n]+\]:|^\s*#{1,6}\s|\*\*|__"
    r"|\bassistant\s*[:：]|^\s*(?:system|assistant|user|human|tool|developer|系统|助手|用户|系統|用戶)\s*[:：]"
    r"|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]",
    re.I | re.M,
)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s()-]", "", text).lower()


def unheld_contacts(draft: str, evidence: str) -> Iterator[Problem]:
    """The links, addresses and telephone numbers that the evidence does not hold as they stand."""
    held = _squeezed(evidence)
    for match in _CONTACTS.finditer(draft):
        found = match.group().rstrip(".,;:!?。，；：！？")
        if match.lastgroup == "domain" and (_NOT_DOMAINS.match(found) or not re.search(r"\.[a-z]{2,}(?:/|$)", found)):
            continue
        wanted = _squeezed(found)
        at = held.find(wanted)
        if not wanted or at < 0 or (match.lastgroup == "phone" and re.match(r"\d", held[at + len(wanted) :])):
            yield Problem("url", found)


def markup(draft: str) -> Iterator[Problem]:
    """HTML, Markdown, role tags, loose markers and invisible characters."""
    for match in _MARKUP.finditer(draft):
        yield Problem("markup", match.group())
