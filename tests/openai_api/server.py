"""A scripted OpenAI-compatible server on loopback: chat completions, streamed or whole, and every way to fail."""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.openai_api.formats import anthropic_events, ollama_lines

Body = dict[str, Any]
Statements = Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `statements` become the arguments of the tool that the request offers, or marked text where it offers none;
    `arguments` are given as they stand. `cut_after` breaks the connection after so many events, `hang_s` keeps silent
    first, or after `hang_after` events of a stream; `event_s` goes by after every event of a stream.
    """

    text: str = ""
    statements: Statements | None = None
    arguments: str | None = None
    finish: str = "stop"
    status: int = 200
    error: Body | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    hang_s: float = 0.0
    event_s: float = 0.0
    hang_after: int = 0


Script = Callable[[Body], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what some tests are about; anything else is a defect of a script."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def marked(statements: Statements) -> str:
    """Statements as a model without tools writes them."""
    return "\n".join(text + " " + "".join(f"[{n}]" for n in numbers) for text, numbers in statements) or "NONE"


class OpenAIApi:
    """Answers requests from a queue of replies, then by a script; keeps the bodies of `requests` and their `keys`."""

    def __init__(self, script: Script | None = None) -> None:
        self.requests: list[Body] = []
        self.keys: list[str | None] = []
        self.script = script
        self._queue: deque[Reply] = deque()
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)

    def __enter__(self) -> OpenAIApi:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def enqueue(self, *replies: Reply) -> None:
        """Replies to the next requests, in order."""
        self._queue.extend(replies)

    def say(self, text: str) -> None:
        """The next reply is plain text."""
        self.enqueue(Reply(text))

    def answer(self, statements: Statements) -> None:
        """The next reply gives statements."""
        self.enqueue(Reply(statements=statements))

    def fail(self, status: int, error: Body | None = None, **headers: str) -> None:
        """The next reply is an HTTP error."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.enqueue(Reply(status=status, error=error, headers=named))

    def reply_to(self, body: Body, key: str | None) -> Reply:
        """The reply to a request, which is kept."""
        self.requests.append(body)
        self.keys.append(key)
        if self._queue:
            return self._queue.popleft()
        if self.script is None:
            return Reply(status=500, error={"message": "no reply is scripted"})
        return self.script(body)

    def wait(self, seconds: float) -> None:
        """Keeps silent, for as long as the server lives."""
        self._released.wait(seconds)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = api.reply_to(body, self.headers.get("Authorization"))
                if reply.hang_s and not reply.hang_after:
                    api.wait(reply.hang_s)
                try:
                    self._send(body, reply)
                except (BrokenPipeError, ConnectionResetError):  # the client has given up
                    self.close_connection = True

            def _send(self, body: Body, reply: Reply) -> None:
                if reply.status != 200:
                    error = reply.error or {"message": f"scripted {reply.status}", "type": "scripted"}
                    self._whole(reply.status, {"error": error}, reply.headers)
                elif self.path == "/v1/messages":
                    self._stream(anthropic_events(*_content(body, reply)), reply.cut_after)
                elif self.path == "/api/chat":
                    self._stream(ollama_lines(*_content(body, reply)), reply.cut_after, "application/x-ndjson")
                elif body.get("stream"):
                    events = [f"data: {event}\n\n".encode() for event in _events(body, reply)]
                    self._stream(events, reply.cut_after, hang=(reply.hang_after, reply.hang_s), pause_s=reply.event_s)
                else:
                    self._whole(200, _completion(body, reply), {})

            def _whole(self, status: int, body: Body, headers: dict[str, str]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _stream(
                self,
                events: list[bytes],
                cut_after: int | None,
                kind: str = "text/event-stream",
                pause_s: float = 0.0,
                hang: tuple[int, float] = (0, 0.0),
            ) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for number, data in enumerate(events[:cut_after]):
                    if hang[0] and number == hang[0]:
                        api.wait(hang[1])
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                    self.wfile.flush()
                    if pause_s:
                        api.wait(pause_s)
                if cut_after is None:
                    self.wfile.write(b"0\r\n\r\n")
                else:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Keeps standard error for what tests look at."""

        return Handler


USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def _content(body: Body, reply: Reply) -> tuple[str, str | None]:
    """The text and the tool's arguments of a reply; one of them is there."""
    if reply.arguments is not None:
        return "", reply.arguments
    if reply.statements is None:
        return reply.text, None
    if not body.get("tools"):
        return marked(reply.statements), None
    listed = [{"text": text, "passages": list(numbers)} for text, numbers in reply.statements]
    return "", json.dumps({"statements": listed}, ensure_ascii=False)


def _events(body: Body, reply: Reply) -> list[str]:
    text, arguments = _content(body, reply)
    deltas: list[Body] = [{"role": "assistant", "content": ""}]
    if arguments is None:
        deltas += [{"content": text[i : i + 7]} for i in range(0, len(text), 7)]
    else:
        function = {"name": "answer", "arguments": ""}
        deltas.append({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]})
        deltas += [
            {"tool_calls": [{"index": 0, "function": {"arguments": arguments[i : i + 7]}}]}
            for i in range(0, len(arguments), 7)
        ]
    chunks = [_chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(_chunk([{"index": 0, "delta": {}, "finish_reason": reply.finish}]))
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append({**_chunk([]), "usage": USAGE})
    return [*(json.dumps(chunk, ensure_ascii=False) for chunk in chunks), "[DONE]"]


def _chunk(choices: list[Body]) -> Body:
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": choices}


def _completion(body: Body, reply: Reply) -> Body:
    text, arguments = _content(body, reply)
    message: Body = {"role": "assistant", "content": text}
    if arguments is not None:
        function = {"name": "answer", "arguments": arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
        "usage": USAGE,
    }
