"""Whether a sentence holds the kind of answer that a question wants: a number, a date, a person, a place …"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vectorstore.corpus import announces
from vectorstore.quantities import Quantity

_DURATION_AFTER = re.compile(
    r"\s?(?:个|個)?(?:-?(?:working |calendar )?(?:day|week|month|year|hour|minute)s?\b"
    r"|工作天|工作日|星期|小时|小時|分钟|分鐘|[月年天日周](?!起))",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:located|situated|relocated|installed|held|based|at|in) (?:the )?[A-Z]"
    r"|\b(?:Road|Street|Hall|Centre|Building|Tower|Town)\b"
    r"|位于|坐落|设于|设在|迁往|迁至|举行|地址|[省市区县镇村路街道厦楼中心]"
)
_PERSON = re.compile(
    r"\b[A-Z]{2,}(?: [A-Z]{2,})? [A-Z][a-z]+-[a-z]+\b|\b(?:Mr|Ms|Mrs|Dr)\.? [A-Z]"
    r"|\b(?:Secretary|Director|Commissioner|chaired)\b|[局处司署院]长|主席|主任|担任"
)
_ORGANISATION = re.compile(
    r"\b(?:Limited|Ltd|Company|Corporation|Inc|Group|Holdings|Engineering|Consult\w+|University|Institute|Foundation"
    r"|Association|Society|Bank|Partners|Associates|Research|Shipyard)\b"
    r"|公司|集[团團]|[银銀]行|大[学學]|机构|機構|[顾顧][问問]|基金|[协協学學商]会|船[厂廠]|事[务務]所|承[办辦建]商"
)
_ENUMERATION = re.compile(r"[、；]|,\s(?:and\s)?|\band\b|以及|及|和|与")
_PURPOSE = re.compile(
    r"\b(?:because|in order to|so as to|to|with a view to|aim(?:s|ed|ing)?|owing to|due to|following|since"
    r"|in response|cope|tie in)\b"
    r"|为了?|由于|因|以便|旨在|以|令|藉|避免|配合|响应|目的|随着",
    re.I,
)
_DEFINING = re.compile(
    r"\b(?:aims?|is|are|refers|means|responsible|comprises?|known as|allows?|enables?|was established|uses?|employs?)\b"
    r"|旨在|是|指|负责|负責|由.{1,20}组成|让|容许|采用|以.{1,20}核实|成立|专责",
    re.I,
)
_FREE = re.compile(
    r"\b(?:free of charge|no charge|free (?:admission|entry|of cost)|for free)\b|免费|免費|不收费|不收費", re.I
)
_NO_LIMIT = re.compile(
    r"\b(?:no (?:\w+ )?(?:quota|limit|ceiling|cap)|unlimited|without (?:any |a )?(?:quota|limit))\b"
    r"|(?:不设|不設|没有|沒有|无|無|取消)[\u4e00-\u9fff]{0,4}(?:配额|配額|上限|限额|限額|名额限制|名額限制|配额限制)",
    re.I,
)
_NAMED = re.compile(r"[A-Za-z]-?\Z|[表图圖]\s?\Z|\b(?:table|figure|chapter|appendix|no\.?)\s\Z", re.I)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PHONE = re.compile(
    r"\b\d{4}[ -]\d{4}\b|(?:hotline|热线|熱線)\D{0,12}\d{4,}|\b\d{4,} ?(?:WeChat |微信)?(?:\w+ )?(?:hotline|热线)", re.I
)
_WEBSITE = re.compile(r"\bwww\.|https?://", re.I)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b|[零一二三四五六七八九十\d]\s?[时時点點](?![间間期])", re.I)
_MANNER = re.compile(
    r"\b(?:by|through|via|using|can|may|use|online|simply|with)\b|透过|通过|凭|经|可|利用|以|使用|在网上", re.I
)


def _count(text: str, quantities: Sequence[Quantity]) -> float:
    """A number after a letter is a name's (block G1), one after "table" too: they count nothing."""
    numbers = [q for q in quantities if q.kind == "number" and not q.money and not _is_named(text, q)]
    if any(not number.spelled for number in numbers):
        return 1.0
    return 0.8 if numbers else NONE_FIT if _NO_LIMIT.search(text) else 0.0


def _is_named(text: str, quantity: Quantity) -> bool:
    return _NAMED.search(text[max(0, quantity.start - 10) : quantity.start]) is not None


def _share(quantities: Sequence[Quantity]) -> float:
    kinds = {quantity.kind for quantity in quantities}
    return 1.0 if "share" in kinds else 0.5 if "number" in kinds else 0.0


def _date(quantities: Sequence[Quantity]) -> float:
    dates = [quantity.value for quantity in quantities if quantity.kind == "date"]
    if any(len(date) > 4 for date in dates):
        return 1.0
    return 0.7 if dates else 0.0


def _duration(text: str, quantities: Sequence[Quantity]) -> float:
    lengths = (quantity.kind == "number" and _DURATION_AFTER.match(text, quantity.end) for quantity in quantities)
    return 1.0 if any(lengths) else 0.0


def _money(text: str, quantities: Sequence[Quantity]) -> float:
    if any(quantity.money for quantity in quantities):
        return 1.0
    return NONE_FIT if _FREE.search(text) else 0.0


def _listing(text: str, quantities: Sequence[Quantity]) -> float:
    return 1.0 if announces(text) else min(1.0, len(_ENUMERATION.findall(text)) / 3)


def _matches(pattern: re.Pattern[str], miss: float) -> Callable[[str, Sequence[Quantity]], float]:
    return lambda text, quantities: 1.0 if pattern.search(text) else miss


_FITS: dict[str, Callable[[str, Sequence[Quantity]], float]] = {
    "number": _count,
    "share": lambda text, quantities: _share(quantities),
    "money": _money,
    "date": lambda text, quantities: _date(quantities),
    "duration": _duration,
    "email": _matches(_EMAIL, 0.0),
    "phone": _matches(_PHONE, 0.0),
    "website": _matches(_WEBSITE, 0.0),
    "clock": _matches(_CLOCK, 0.0),
    "list": _listing,
    "place": _matches(_PLACE, 0.2),
    "person": _matches(_PERSON, 0.2),
    "organisation": _matches(_ORGANISATION, 0.2),
    "reason": _matches(_PURPOSE, 0.2),
    "definition": _matches(_DEFINING, 0.4),
    "how": _matches(_MANNER, 0.4),
}
NONE_FIT = 0.8
"""How well a sentence fits who asks for a figure or a fee, if it says that there is none."""
DEMANDING = frozenset({"number", "share", "money", "date", "duration", "email", "phone", "website", "clock"})
"""Kinds whose answer can be recognised: a sentence that holds none of that kind does not answer."""
LACKING = 0.5
"""Below this fit a text holds no answer of a demanding kind."""


def answer_fit(kind: str, text: str, quantities: Sequence[Quantity]) -> float:
    """How well a sentence, by its reading text and quantities, fits the kind of answer: 0 to 1; 0.5 where any may."""
    fit = _FITS.get(kind)
    return fit(text, quantities) if fit else 0.5
