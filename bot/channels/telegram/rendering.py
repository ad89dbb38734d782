"""Answers and their sources as Telegram's HTML, correct for every text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from bot.answer import Answer, Citation, Quote, Register
from bot.channels.telegram.splitting import MESSAGE_UNITS, head, split_answer, tail, units
from bot.display import TitleLike, shown_parts, shown_titles
from prompts import Messages

BUTTON_UNITS = 60
"""What a button may say: Telegram shows one line, and a phone about half of this."""
QUOTE_UNITS = 1400
CONTEXT_UNITS = 300
"""What a source shows of a quote, and of the passage on each side of it."""
PLACE_UNITS = 140
MOST_PLACES = 10
"""What a list of sources shows of each, and how many."""
LEAST_SOURCE_UNITS = 500
"""With less room than this below its answer, a source is shown in the answer's place."""

Context = Callable[[Quote], tuple[str, str]]
"""Gives the verbatim text of the passage before a quote and after it."""

# Telegram replaces control characters, takes these format characters out, and refuses lone surrogates.
_REMOVED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]*>")
_LABEL_JOINT = " · "


def plain(text: str) -> str:
    """`text` as Telegram can show it: no control characters, line ends as `\\n`, lone surrogates as U+FFFD."""
    return _SURROGATES.sub("\ufffd", _REMOVED.sub("", _LINE_ENDS.sub("\n", text)))


def escape(text: str) -> str:
    """`text` as HTML that shows it, whatever it holds."""
    return html.escape(plain(text), quote=False)


def shown_units(markup: str) -> int:
    """The length of a message in the units that Telegram's limit counts: what is shown, without the tags."""
    return units(html.unescape(_TAG.sub("", markup)))


def answer_messages(answer: Answer) -> list[str]:
    """The answer as HTML: one message, or several cut between sentences."""
    return [escape(message) for message in split_answer(plain(answer.answer))] or ["…"]


def citation_label(citation: Citation, register: Register) -> str:
    """What the button of a citation says: its marker and its chapter, in the asker's language and in the other one."""
    own, other = shown_titles(citation.section[0], register) if citation.section else (citation.document, "")
    room = BUTTON_UNITS - units(f"[{citation.marker}] {_LABEL_JOINT}")
    own = clipped(plain(own), room if not other else max(room // 2, room - units(other)))
    other = clipped(plain(other), room - units(own))
    return f"[{citation.marker}] " + _LABEL_JOINT.join(part for part in (own, other) if part)


def clipped(text: str, limit: int) -> str:
    """`text`, or as much of it as fits into `limit` units with an ellipsis."""
    text = " ".join(text.split())
    return text if units(text) <= limit else f"{head(text, max(limit - 1, 0)).rstrip()}…"


def with_source(message: str, source: Callable[[int], str]) -> str:
    """A message of an answer with a source below it; `source` makes one of at most so many units.

    Where the message leaves no room, the source alone.
    """
    room = MESSAGE_UNITS - shown_units(message) - 2
    return f"{message}\n\n{source(room)}" if room >= LEAST_SOURCE_UNITS else source(MESSAGE_UNITS)


def source_view(citation: Citation, register: Register, context: Context, messages: Messages, limit: int) -> str:
    """A source in at most `limit` units: section, the quote in its context in both languages, and the document.

    The asker's language comes first. The quote is underlined, the answering words in it are bold where they are known.
    """
    own = "en" if register == "en" else "zh"
    quotes: list[Quote] = [citation, *([citation.counterpart] if citation.counterpart else [])]
    quotes.sort(key=lambda quote: quote.language != own)
    note = f"\n\n<i>{escape(messages('source_one_language'))}</i>" if citation.in_one_language else ""
    document = f"\n\n📄 {escape(clipped(citation.document, BUTTON_UNITS))}"
    headings = [_heading(quote, register) for quote in quotes]
    headings[0] = f"📖 <b>[{citation.marker}]</b> {headings[0]}".rstrip()
    fixed = "\n\n".join(f"{heading}\n" for heading in headings) + note + document
    room = max(limit - shown_units(fixed), 0) // len(quotes)
    blocks = [
        f"{heading}\n{_in_context(quote, _register_of(quote, register), context, room)}".strip()
        for heading, quote in zip(headings, quotes, strict=True)
    ]
    return "\n\n".join(blocks) + note + document


def source_list(answer: Answer) -> str:
    """Where the statements of an answer stand, a line a citation, as HTML; at most 1,500 units."""
    lines = [
        f"<b>[{citation.marker}]</b> {escape(clipped(_place(citation, answer.language), PLACE_UNITS))}"
        for citation in answer.citations[:MOST_PLACES]
    ]
    return "\n".join(["📖", *lines]) if len(lines) > 1 else f"📖 {lines[0]}"


def _place(citation: Citation, register: Register) -> str:
    parts = (section_line(citation.section, register), citation.document)
    return _LABEL_JOINT.join(part for part in parts if part)


def _heading(quote: Quote, register: Register) -> str:
    return f"<b>{escape(section_line(quote.section, _register_of(quote, register)))}</b>" if quote.section else ""


def section_line(section: Sequence[TitleLike], register: Register) -> str:
    """The titles from the outermost section inwards, in the language of `register` where the report has them."""
    return clipped(" › ".join(shown_titles(title, register)[0] for title in section), 3 * BUTTON_UNITS)


def _register_of(quote: Quote, asker: Register) -> Register:
    """How a quote is written for the asker: Chinese in their script, as the report prints it for readers of English."""
    if quote.language == "en":
        return "en"
    return "zh-Hans" if asker == "en" else asker


def _in_context(quote: Quote, register: Register, context: Context, limit: int) -> str:
    before, after = context(quote)
    words = _answering_words(quote)
    parts = (before, quote.quote[: words[0]], quote.quote[words[0] : words[1]], quote.quote[words[1] :], after)
    left, opening, middle, closing, right = (plain(part) for part in shown_parts(parts, register))
    room = min(limit, QUOTE_UNITS)
    middle = clipped_end(middle, room)
    opening, closing = _around(opening, closing, room - units(middle))
    room = min(limit - units(opening + middle + closing), 2 * CONTEXT_UNITS)
    left, right = _around(left, right, room)
    bold = f"<b>{escape(middle)}</b>" if middle else ""
    return f"<blockquote>{escape(left)}<u>{escape(opening)}{bold}{escape(closing)}</u>{escape(right)}</blockquote>"


def _answering_words(quote: Quote) -> tuple[int, int]:
    if isinstance(quote, Citation) and quote.answer_start is not None and quote.answer_end is not None:
        return quote.answer_start, quote.answer_end
    return 0, 0


def clipped_end(text: str, limit: int) -> str:
    """The beginning of a text that fits into `limit` units, its ellipsis included."""
    return text if units(text) <= limit else head(text, max(limit - 1, 0)) + "…"[: max(limit, 0)]


def _clipped_start(text: str, limit: int) -> str:
    return text if units(text) <= limit else "…"[: max(limit, 0)] + tail(text, max(limit - 1, 0))


def _around(left: str, right: str, room: int) -> tuple[str, str]:
    """What fits into `room` units of the texts on both sides of something; what one side leaves, the other gets."""
    half = max(room // 2, room - units(right))
    left = _clipped_start(left, half)
    return left, clipped_end(right, room - units(left))
