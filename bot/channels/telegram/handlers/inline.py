"""Inline mode: `@bot question` in any chat gives the answer, and its sources, to send there."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot.answer import Answer, Citation, Quote
from bot.channels.rendering import message_language
from bot.channels.telegram.handlers.questions import NO_PREVIEW
from bot.channels.telegram.people import language_of, language_of_question
from bot.channels.telegram.rendering import (
    citation_label,
    clipped,
    clipped_end,
    escape,
    plain,
    source_list,
    source_view,
)
from bot.channels.telegram.service import Service
from bot.channels.telegram.splitting import MESSAGE_UNITS
from bot.display import shown_quote
from prompts import LanguageChoice

Context = ContextTypes.DEFAULT_TYPE
MOST_RESULTS = 5
KEPT_S = 300
"""How long Telegram may show the same results again without asking."""
REMEMBERED = 256
ANSWER_UNITS = 2400
"""How much of an answer goes into a message that cannot be continued: what is left is for its sources."""
_TITLE_UNITS, _DESCRIPTION_UNITS = 100, 200


class Inline:
    """Answers inline queries; the last ones are remembered."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._answers: OrderedDict[tuple[str, LanguageChoice], Answer] = OrderedDict()

    async def query(self, update: Update, context: Context) -> None:
        """Up to five results: the answer with the list of its sources, then each source by itself."""
        query = update.inline_query
        if query is None:
            return
        service, text = self._service, query.query.strip()
        person = await service.stored(service.store.person, query.from_user.id)
        messages = service.messages(language_of(person, query.from_user.language_code))
        hint = InlineQueryResultsButton(clipped(messages("inline_hint"), 64), start_parameter="ask")
        if not any(character.isalnum() for character in text):
            await query.answer([], cache_time=0, button=hint)
            return
        choice = language_of_question(text, person, query.from_user.language_code)
        answer = self._answers.get((text, choice))
        if answer is None:
            with service.admit(query.from_user.id, None) as admission:
                if admission != "welcome":
                    await query.answer([], cache_time=1, button=hint)
                    return
                answer = await service.ask(text, language=choice)
            service.log_answer(query.from_user.id, text, answer)
            self._remember(text, choice, answer)
        if answer.refused or not answer.citations:
            nothing = clipped(messages("inline_nothing"), 64)
            button = InlineQueryResultsButton(nothing, start_parameter="ask")
            await query.answer([], cache_time=KEPT_S, is_personal=True, button=button)
            return
        await query.answer(self._results(text, answer), cache_time=KEPT_S, is_personal=True)

    def _results(self, question: str, answer: Answer) -> list[InlineQueryResultArticle]:
        first = f"{escape(clipped_end(plain(answer.answer), ANSWER_UNITS))}\n\n{source_list(answer)}"
        results = [_article(question, 0, clipped(plain(question), _TITLE_UNITS), plain(answer.answer), first)]
        for citation in answer.citations[: MOST_RESULTS - 1]:
            title = citation_label(citation, answer.language)
            quote = shown_quote(citation.quote, answer.language)
            source = self._source(answer, citation, MESSAGE_UNITS)
            results.append(_article(question, citation.marker, title, plain(quote), source))
        return results

    def _source(self, answer: Answer, citation: Citation, room: int) -> str:
        messages = self._service.messages(message_language(answer.language))
        return source_view(citation, answer.language, self._context, messages, room)

    def _context(self, quote: Quote) -> tuple[str, str]:
        return "", ""

    def _remember(self, text: str, language: LanguageChoice, answer: Answer) -> None:
        self._answers[text, language] = answer
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)


def _article(question: str, number: int, title: str, description: str, text: str) -> InlineQueryResultArticle:
    identity = hashlib.sha256(f"{question}\0{text}".encode("utf-8", "replace")).hexdigest()[:24]
    return InlineQueryResultArticle(
        id=f"{number}-{identity}",
        title=title or "…",
        description=clipped(description, _DESCRIPTION_UNITS),
        input_message_content=InputTextMessageContent(text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW),
    )
