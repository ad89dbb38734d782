"""Long polling: each batch of updates is in the inbox before the next call tells Telegram that it was received."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from telegram import Bot, Update

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
BATCH = 100
WAIT_S = 20


class Poller:
    """Fetches updates until it is cancelled."""

    def __init__(self, bot: Bot, receive: Callable[[Sequence[Update], bool], Awaitable[None]]) -> None:
        """`receive` writes a batch down; its second argument tells whether the batch waited while the bot was away."""
        self._bot = bot
        self._receive = receive
        self._offset: int | None = None
        self._late = True

    async def run(self) -> None:
        """Polls for ever.

        Raises:
            InvalidToken: Telegram no longer accepts the token.
        """
        while True:
            updates = await self._bot.get_updates(
                offset=self._offset, limit=BATCH, timeout=WAIT_S, allowed_updates=ALLOWED_UPDATES
            )
            if updates:
                await self._receive(updates, self._late)
                self._offset = updates[-1].update_id + 1
            self._late = self._late and len(updates) == BATCH
