"""What is said where there is no answer: why, which sections come nearest, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Register
from bot.contacts import Contacts
from bot.display import shown_titles
from bot.refusal import Decision
from prompts import Messages
from vectorstore.retriever import Hit

NEAREST_SECTIONS = 3


class RefusalTexts:
    """Refusals over reports that print these contacts."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    def text(self, decision: Decision, register: Register, hits: Sequence[Hit], messages: Messages) -> str:
        """A refusal for the reason of `decision`."""
        parts = [messages(f"refusal_{decision.reason or 'nothing'}")]
        sections = _nearest_sections(hits, register)
        if sections:
            parts.append(messages("nearest", sections=messages("separator").join(sections)))
        space = " " if register == "en" else ""
        return self.with_contact(space.join(parts), messages, space)

    def with_contact(self, text: str, messages: Messages, space: str = " ") -> str:
        """`text`, and where a person can ask on, if the reports say so."""
        hotline, website = self._contacts.hotline, self._contacts.website
        if not hotline and not website:
            return text
        key = "both" if hotline and website else "hotline" if hotline else "website"
        return text + space + messages(f"contact_{key}", hotline=hotline, website=website)

    def names_in(self, text: str, hits: Sequence[Hit], register: Register) -> list[str]:
        """The names of a refusal's text, which a translation keeps as they are."""
        names = (*_nearest_sections(hits, register), self._contacts.hotline, self._contacts.website)
        return [name for name in names if name and name in text]


def _nearest_sections(hits: Sequence[Hit], register: Register) -> list[str]:
    titles: list[str] = []
    for hit in hits[:20]:
        if hit.passage.section:
            titles.append(shown_titles(hit.passage.section[-1], register)[0])
    return list(dict.fromkeys(titles))[:NEAREST_SECTIONS]
