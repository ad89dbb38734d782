"""/sections: the section tree of the report, browsed with buttons."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.channels.telegram.addressing import Addressed, sender
from bot.channels.telegram.handlers.questions import Questions, quoting
from bot.channels.telegram.keyboards import SECTION, button
from bot.channels.telegram.people import language_of
from bot.channels.telegram.rendering import clipped_end, escape
from bot.channels.telegram.service import Service
from bot.display import shown_quote, shown_titles
from prompts import MessageLanguage
from vectorstore.schema import SectionPath

Context = ContextTypes.DEFAULT_TYPE
PAGE = 8
"""Sections on one page: more would push the buttons off a telephone's screen."""
OPENING_UNITS = 400
"""How much of a section's text its page shows."""
_VERSION = 8
ROOT = 0


@dataclass(slots=True)
class _Node:
    path: SectionPath
    parent: int = ROOT
    children: list[int] = field(default_factory=list)


class Sections:
    """The tree, and a page of it as a message."""

    def __init__(self, service: Service, questions: Questions) -> None:
        self._service = service
        self._questions = questions
        self._nodes = _tree(service.sections())

    async def command(self, update: Update, context: Context) -> None:
        """/sections: the chapters."""
        message = update.message
        found = sender(message) if message is not None else None
        if message is None or found is None:
            return
        person = await self._service.stored(self._service.store.person, found[0])
        language = language_of(person, found[1])
        if len(self._nodes) == 1:
            await message.reply_text(self._service.messages(language)("sections_none"))
            return
        text, buttons = self._page(ROOT, 0, language)
        await message.reply_html(text, reply_markup=buttons, reply_parameters=quoting(message))

    async def pressed(self, update: Update, context: Context) -> None:
        """A press: down, up, another page, or a question about a section."""
        query = update.callback_query
        if query is None or query.data is None:
            return
        _, version, number, page = query.data.split(":")
        user = query.from_user
        person = await self._service.stored(self._service.store.person, user.id)
        language = language_of(person, user.language_code)
        messages = self._service.messages(language)
        if version != self._service.fingerprint[:_VERSION] or int(number) >= len(self._nodes):
            await query.answer(messages("gone"), show_alert=True)
            return
        await query.answer()
        if page == "ask":
            await self._ask(query, int(number), language, context)
            return
        text, buttons = self._page(int(number), int(page), language)
        try:
            await query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)
        except BadRequest:  # too old to be edited
            if isinstance(query.message, Message):
                await query.message.reply_html(text, reply_markup=buttons)

    async def _ask(self, query: CallbackQuery, number: int, language: MessageLanguage, context: Context) -> None:
        if not isinstance(query.message, Message):
            return
        title, _ = shown_titles(self._nodes[number].path[-1], language)
        question = self._service.messages(language)("example_section", title=title)
        await query.message.reply_text(f"❓ {question}", reply_parameters=quoting(query.message))
        asked = Addressed(query.message, query.from_user.id, query.from_user.language_code, question)
        await self._questions.answer(asked, context, ())

    def _page(self, number: int, page: int, language: MessageLanguage) -> tuple[str, InlineKeyboardMarkup]:
        """A section and a page of those below it: text and buttons."""
        messages, node = self._service.messages(language), self._nodes[number]
        pages = max(1, -(-len(node.children) // PAGE))
        page = min(page, pages - 1)
        rows = [[self._go(self._label(child, language), child, 0)] for child in node.children[page * PAGE :][:PAGE]]
        if pages > 1:
            turning = []
            if page:
                turning.append(self._go(messages("sections_previous"), number, page - 1))
            if page < pages - 1:
                turning.append(self._go(messages("sections_next"), number, page + 1))
            rows.append(turning)
        if number != ROOT:
            rows.append([self._go(messages("sections_ask"), number, "ask")])
            rows.append([self._go(messages("sections_back"), node.parent, 0)])
        lines = [f"<b>{escape(messages('sections_title'))}</b>"]
        for title in node.path:
            lines.append(escape(" · ".join(part for part in shown_titles(title, language) if part)))
        opening = self._opening(node.path, language) if node.path else ""
        if opening:
            lines.append(f"<blockquote>{escape(opening)}</blockquote>")
        if pages > 1:
            lines.append(f"<i>{escape(messages('sections_page', page=page + 1, pages=pages))}</i>")
        return "\n".join(lines), InlineKeyboardMarkup(rows)

    def _opening(self, path: SectionPath, language: MessageLanguage) -> str:
        """How the text of a section itself begins; nothing where it holds other sections alone."""
        side = "en" if language == "en" else "zh"
        for passage in self._service.passages():
            if passage.section == path and passage.language == side and passage.role in ("body", "list"):
                return clipped_end(shown_quote(passage.text, language), OPENING_UNITS)
        return ""

    def _label(self, number: int, language: MessageLanguage) -> str:
        return shown_titles(self._nodes[number].path[-1], language)[0]

    def _go(self, label: str, number: int, page: int | str) -> InlineKeyboardButton:
        return button(label, SECTION, self._service.fingerprint[:_VERSION], number, page)


def _tree(paths: list[SectionPath]) -> list[_Node]:
    """Every section once, in document order; the first node is above them all."""
    nodes = [_Node(())]
    numbers: dict[SectionPath, int] = {(): ROOT}
    for path in paths:
        for level in range(1, len(path) + 1):
            here = path[:level]
            if here not in numbers:
                parent = numbers[path[: level - 1]]
                numbers[here] = len(nodes)
                nodes[parent].children.append(len(nodes))
                nodes.append(_Node(here, parent))
    return nodes
