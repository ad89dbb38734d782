"""What a chat model is told: the templates of one purpose as LangChain prompts, and the name of their version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder

from bot.answer import Register
from bot.chat.statements import TOOL
from prompts import MessageLanguage, Messages, load_messages

MOST_STATEMENTS = 5

CHAIN_PROMPT = ChatPromptTemplate([MessagesPlaceholder("messages")])
"""The first step of every chain: texts of passages may hold braces, so no template is made of them."""


def language_of(register: Register) -> MessageLanguage:
    """The language of the prompt for someone who asks in `register`."""
    return "zh-Hant" if register == "yue" else register


@cache
def prompt_name(purpose: str, language: MessageLanguage) -> str:
    """`zh-Hant/chat_answer@1-3f2a9c04`: file, version, and a digest of the file, so that no change goes unnoticed."""
    content = (files("prompts") / language / f"{purpose}.toml").read_bytes()
    version = load_messages(purpose)[language]("version")
    return f"{language}/{purpose}@{version}-{hashlib.sha256(content).hexdigest()[:8]}"


def fenced(text: str) -> str:
    """Text that cannot close the fence it stands in."""
    return text.replace("<", "‹").replace(">", "›")


def answer_messages(messages: Messages, passages: str, question: str, *, tool: bool) -> list[BaseMessage]:
    """The rules, then passages and question as fenced data. `passages` are fenced already."""
    form = messages("form_tool" if tool else "form_text").strip()
    return [
        SystemMessage(messages("system", most=MOST_STATEMENTS, form=form).strip()),
        HumanMessage(messages("human", passages=passages, question=fenced(question)).strip()),
    ]


def repair_message(messages: Messages, failed: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> BaseMessage:
    """Asks for failed statements again; each comes with the kinds and texts of its problems."""
    lines = [
        messages(
            "repair_line",
            number=number,
            statement=fenced(statement),
            reasons=messages("reasons_separator").join(
                messages(f"problem_{kind}", text=fenced(text)) for kind, text in problems
            ),
        )
        for number, (statement, problems) in enumerate(failed, 1)
    ]
    return HumanMessage(messages("repair", problems="\n".join(lines)).strip())


def answer_tool(messages: Messages) -> dict[str, Any]:
    """The tool by which a model gives its statements, as JSON schema."""
    statement = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": messages("tool_statement")},
            "passages": {
                "type": "array",
                "items": {"type": "integer"},
                "description": messages("tool_passages"),
            },
        },
        "required": ["text", "passages"],
        "additionalProperties": False,
    }
    parameters = {
        "type": "object",
        "properties": {"statements": {"type": "array", "items": statement}},
        "required": ["statements"],
        "additionalProperties": False,
    }
    function = {"name": TOOL, "description": messages("tool_answer"), "parameters": parameters}
    return {"type": "function", "function": function}
