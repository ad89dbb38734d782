"""One short call that shows whether the chat model replies."""

from __future__ import annotations

import time

from langchain_core.messages import HumanMessage

from bot.chat.account import Account
from bot.chat.budget import Budget
from bot.chat.calling import Caller
from bot.chat.models import open_model
from bot.settings import Settings

_TRIAL = "1 + 1 ="


def try_model(settings: Settings) -> str:
    """What the model took to reply, in words.

    Raises:
        InputError: the settings name no usable model.
        Fault: it does not reply.
    """
    once = settings.model_copy(update={"chat_attempts": 1})
    caller = Caller(open_model(once), once, Budget(once.home, 0))
    account = Account(time.monotonic() + once.chat_deadline_s)
    began = time.perf_counter()
    for _ in caller.stream(lambda tool: [HumanMessage(_TRIAL)], account):
        pass
    tokens = account.tokens_in + account.tokens_out
    return f"{settings.chat_model} replied in {1000 * (time.perf_counter() - began):.0f} ms, {tokens} tokens"
