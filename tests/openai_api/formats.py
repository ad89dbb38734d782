"""The streams of Anthropic's and Ollama's own APIs, enough of them to try their clients."""

from __future__ import annotations

import json
from typing import Any

Body = dict[str, Any]


def anthropic_events(text: str, arguments: str | None) -> list[bytes]:
    """Server-sent events of `POST /v1/messages`."""
    message: Body = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "scripted",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 1},
    }
    tool = {"type": "tool_use", "id": "t", "name": "answer", "input": {}}
    block = {"type": "text", "text": ""} if arguments is None else tool
    written, kind, key = (
        (text, "text_delta", "text") if arguments is None else (arguments, "input_json_delta", "partial_json")
    )
    deltas = [{"type": kind, key: written[i : i + 7]} for i in range(0, len(written), 7)]
    ending = {"stop_reason": "end_turn" if arguments is None else "tool_use", "stop_sequence": None}
    events: list[Body] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ending, "usage": {"input_tokens": 100, "output_tokens": 20}},
        {"type": "message_stop"},
    ]
    return [f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode() for event in events]


def ollama_lines(text: str, arguments: str | None) -> list[bytes]:
    """JSON lines of `POST /api/chat`; Ollama gives a tool call in one piece."""
    stamp = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z"}
    messages: list[Body] = [{"role": "assistant", "content": text[i : i + 7]} for i in range(0, len(text), 7)]
    if arguments is not None:
        call = {"function": {"name": "answer", "arguments": json.loads(arguments)}}
        messages = [{"role": "assistant", "content": "", "tool_calls": [call]}]
    counts = {"total_duration": 1, "prompt_eval_count": 100, "eval_count": 20}
    last = {**stamp, "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", **counts}
    lines = [*({**stamp, "message": message, "done": False} for message in messages), last]
    return [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]
