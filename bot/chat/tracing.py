"""Tracing: a LangChain callback that writes a JSON line for every call of the chat model."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult


class TraceFile(BaseCallbackHandler):
    """Appends what was sent, what came back, and how long it took; the file holds people's questions, so guard it."""

    def __init__(self, file: Path, secret: str = "") -> None:
        """`secret` is blotted out: some providers quote the key in their errors."""
        self._file = file
        self._secret = secret
        self._lock = threading.Lock()
        self._began: dict[UUID, tuple[float, list[dict[str, str]]]] = {}

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> None:
        """Remembers when a call began and with what."""
        sent = [{"role": message.type, "content": str(message.text)} for message in messages[0]]
        with self._lock:
            self._began[run_id] = time.perf_counter(), sent

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Writes a call that ended well."""
        generation = response.generations[0][0]
        reply: dict[str, Any] = {"text": generation.text}
        if isinstance(generation, ChatGeneration):
            message = generation.message
            reply |= {
                "tool_calls": getattr(message, "tool_calls", []),
                "usage": getattr(message, "usage_metadata", None),
            }
        self._write(run_id, {"reply": reply})

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Writes a call that failed."""
        self._write(run_id, {"error": f"{type(error).__name__}: {error}"})

    def _write(self, run_id: UUID, outcome: dict[str, Any]) -> None:
        with self._lock:
            began, sent = self._began.pop(run_id, (time.perf_counter(), []))
            record = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "run": str(run_id),
                "ms": round(1000 * (time.perf_counter() - began), 3),
                "messages": sent,
                **outcome,
            }
            with self._file.open("a", encoding="utf-8") as file:
                line = json.dumps(record, ensure_ascii=False, default=str)
                file.write((line.replace(self._secret, "***") if self._secret else line) + "\n")
