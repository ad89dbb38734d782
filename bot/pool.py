"""Many questions at a time, their results in order: the models let go of Python's lock, so every core has work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from bot.answer import ReaderName

Item = TypeVar("Item")
Result = TypeVar("Result")


def threads_for(reader: ReaderName, wanted: int = 0) -> int:
    """How many questions to ask at a time: as many as wanted, else one a core; of a chat model, one."""
    return wanted or (1 if reader == "chat" else os.cpu_count() or 1)


def in_order(function: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Generator[Result, None, None]:
    """`function` of each item, in the order of the items, by so many threads.

    Only a few items ahead of the one that is asked for are begun, however many there are. Close the iterator where it
    is left early: what has not begun is dropped then. Raises what `function` raises, when its item's turn comes.
    """
    pool = ThreadPoolExecutor(threads, "question")
    ahead: deque[Future[Result]] = deque()
    try:
        for item in items:
            ahead.append(pool.submit(function, item))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
