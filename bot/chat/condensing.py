"""A follow-up → a question that stands alone, by the chat model; what it gives is used only where it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, trim_messages

from bot.answer import Turn
from bot.chat.account import Account
from bot.chat.calling import Caller
from bot.chat.checks import in_script, is_in_language
from bot.chat.passages import count_tokens
from bot.chat.prompts import fenced, language_of
from bot.question import MAX_QUESTION, Question, sanitise
from prompts import Messages, load_messages
from vectorstore.quantities import find_quantities
from vectorstore.tokens import fold


class Condenser:
    """Rewrites follow-ups."""

    def __init__(self, caller: Caller, history_tokens: int) -> None:
        self._caller = caller
        self._history_tokens = history_tokens

    def condense(self, question: Question, history: Sequence[Turn], account: Account) -> str | None:
        """The question with what it leans on put in; None where the model's words will not do.

        Raises:
            Fault: the model did not answer.
        """
        messages = load_messages("chat_condense")[language_of(question.register)]
        conversation = _conversation(history, messages, self._history_tokens)
        if not conversation:
            return None
        sent: list[BaseMessage] = [
            SystemMessage(messages("system").strip()),
            HumanMessage(messages("human", conversation=conversation, question=fenced(question.text)).strip()),
        ]
        *_, reply = self._caller.stream(lambda tool: sent, account)
        return None if reply.declined else _trusted(reply.text, question, history)


def _conversation(history: Sequence[Turn], messages: Messages, budget: int) -> str:
    """The last turns that fit the budget, each whole, the oldest dropped first."""
    turns: list[BaseMessage] = []
    for turn in history:
        turns.append(HumanMessage(messages("asked", text=fenced(sanitise(turn.question)[:MAX_QUESTION]))))
        if turn.answer:
            turns[-1] = HumanMessage(f"{turns[-1].text}\n{messages('answered', text=fenced(sanitise(turn.answer)))}")
    kept = trim_messages(
        turns,
        max_tokens=budget,
        token_counter=lambda sent: sum(count_tokens(str(message.text)) for message in sent),
        strategy="last",
    )
    return "\n".join(str(message.text) for message in kept)


def _trusted(text: str, question: Question, history: Sequence[Turn]) -> str | None:
    """The model's question, in the asker's script; None where it is none, or holds a figure nobody spoke of.

    A question repeated as it was is none either: the rule-based way may still see that it leans on the conversation.
    """
    text = in_script(sanitise(text).strip("\"'「」“”‹› "), question.register)
    if not text or len(text) > MAX_QUESTION or not is_in_language(text, question.register):
        return None
    if fold(text) == fold(question.text):
        return None
    said = [question.text, *(part for turn in history for part in (turn.question, turn.answer or ""))]
    known = {quantity.value for part in said for quantity in find_quantities(sanitise(part))}
    return text if all(quantity.value in known for quantity in find_quantities(text)) else None
