"""A Bot API server on loopback, in a thread of its own, as strict as Telegram's and as troublesome as ordered."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.telegram_api import messages, profile, queries, webhook
from tests.telegram_api.chats import PATIENCE
from tests.telegram_api.errors import METHOD_NOT_FOUND, NOT_FOUND, OTHER_POLLER, UNAUTHORIZED, WEBHOOK_ACTIVE, ApiError
from tests.telegram_api.faults import Fault, Faults
from tests.telegram_api.parameters import Parameters
from tests.telegram_api.state import TOKEN, Call, State

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{30,}")
_METHODS: dict[str, Callable[[State, Parameters], Any]] = {
    function.__name__.replace("_", ""): function
    for function in (
        messages.send_message,
        messages.send_message_draft,
        messages.send_chat_action,
        messages.send_document,
        messages.edit_message_text,
        messages.edit_message_reply_markup,
        messages.delete_message,
        messages.delete_messages,
        queries.answer_callback_query,
        queries.answer_inline_query,
        profile.get_me,
        profile.get_chat,
        profile.get_file,
        profile.set_my_commands,
        profile.get_my_commands,
        profile.delete_my_commands,
        profile.set_my_name,
        profile.get_my_name,
        profile.set_my_description,
        profile.get_my_description,
        profile.set_my_short_description,
        profile.get_my_short_description,
        webhook.set_webhook,
        webhook.delete_webhook,
        webhook.get_webhook_info,
    )
}


class BotApiServer:
    """A context manager; within it the server answers at `url` and delivers to webhooks.

    What it knows and shows is in `state`; `tests.telegram_api.people` holds who talks to the bot.
    """

    def __init__(
        self,
        token: str = TOKEN,
        username: str = "report_test_bot",
        *,
        without: tuple[str, ...] = (),
        terse: bool = False,
        impatient: bool = False,
    ) -> None:
        """A server as other people's emulators are, too.

        Args:
            token: The bot's token.
            username: The bot's name, without the sign.
            without: Methods that it does not have.
            terse: It leaves out every field that the Bot API calls optional, and answers edits with True.
            impatient: It answers a poll at once, whatever the poll's timeout.
        """
        self.state = State(token, username)
        self.without = frozenset(name.lower() for name in without)
        self.terse = terse
        self.impatient = impatient
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bot-api-server", daemon=True)
        self._ready = threading.Event()
        self._polls = 0
        self._open: set[asyncio.Transport] = set()
        self._something_new = asyncio.Event()
        self._stopped = asyncio.Event()
        self._delivery = webhook.Delivery(self.state)

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.state.token

    @property
    def faults(self) -> Faults:
        """The trouble that is ordered."""
        return self.state.faults

    @property
    def delivered(self) -> list[tuple[dict[str, Any], int]]:
        """What was posted to the webhook, with the status of each attempt."""
        return self._delivery.delivered

    def __enter__(self) -> BotApiServer:
        self._thread.start()
        self._ready.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(PATIENCE)

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls so far, of one method or all."""
        with self.state.lock:
            return [c for c in self.state.calls if method is None or c.method.lower() == method.lower()]

    def wait_for_call(self, method: str, count: int = 1, seconds: float = PATIENCE) -> list[Call]:
        """The calls of a method as soon as there are so many. Raises AssertionError when they do not come."""
        with self.state.called:
            came = self.state.called.wait_for(lambda: len(self.calls(method)) >= count, seconds)
            assert came, f"{method} was called {len(self.calls(method))} times within {seconds:g} s, not {count}"
        return self.calls(method)

    def wait_until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Waits until a condition about the server holds. Raises AssertionError when it does not come to hold."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"it did not come to hold within {seconds:g} s"
            time.sleep(0.02)

    @contextmanager
    def unreachable(self) -> Iterator[Fault]:
        """Within it nothing listens at the port, and connections that are open are cut."""
        fault = self.faults.order("cut_before")
        self._in_loop(self._fall_silent())
        try:
            yield fault
        finally:
            fault.until = 0.0
            self._in_loop(self._listen())

    def _in_loop(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.state.queue.listen(lambda: self._loop.call_soon_threadsafe(self._wake))
        delivery = asyncio.create_task(self._delivery.run())
        self._ready.set()
        await self._stopped.wait()
        self._wake()
        delivery.cancel()
        with suppress(asyncio.CancelledError):
            await delivery
        await self._runner.cleanup()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        assert self._runner.addresses
        self.port = self._runner.addresses[0][1]

    async def _fall_silent(self) -> None:
        await self._site.stop()
        for transport in self._open:
            transport.abort()

    def _wake(self) -> None:
        self._something_new.set()
        self._something_new = asyncio.Event()
        self._delivery.wake()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is None:
            return web.Response()
        self._open.add(transport)
        try:
            return await self._respond(request)
        finally:
            self._open.discard(transport)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        came = time.monotonic()
        _, _, rest = request.path.partition("/bot")
        token, _, method = rest.partition("/")
        values: dict[str, str] = {}
        fault = None
        try:
            self._check_token(token)
            parameters = await Parameters.read(request)
            values = parameters.values
            fault = self.faults.meet(method, parameters.integer("chat_id") or None)
            early = await self._trouble_before(request, fault)
            if early is not None:
                self._record(method, values, early.status if fault and fault.kind != "cut_before" else 0, "fault", came)
                return early
            result = await self._call(method, parameters)
        except ApiError as error:
            self._record(method, values, error.code, error.description, came)
            return web.json_response(error.body(), status=error.code)
        cut = fault is not None and fault.kind == "cut_after"
        self._record(method, values, 0 if cut else 200, "cut after the effect" if cut else "", came)
        response = web.json_response({"ok": True, "result": result})
        return await _cut_in_the_middle(request, response) if cut else response

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise NOT_FOUND
        if token != self.state.token or self.state.revoked:
            raise UNAUTHORIZED

    async def _trouble_before(self, request: web.Request, fault: Fault | None) -> web.StreamResponse | None:
        """What comes in place of an answer; None where the call goes on."""
        if fault is None or fault.kind == "cut_after":
            return None
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "cut_before":
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.kind == "bad_gateway":
            page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"
            return web.Response(status=502, text=page, content_type="text/html")
        if fault.kind == "garbage":
            return web.Response(text="<!doctype html>", content_type="text/html")
        refusal = fault.refusal()
        assert refusal is not None
        raise refusal

    async def _call(self, method: str, parameters: Parameters) -> Any:
        name = method.lower()
        if name == "getupdates":
            return await self._get_updates(parameters)
        function = _METHODS.get(name)
        if function is None or name in self.without:
            raise METHOD_NOT_FOUND
        with self.state.lock:
            result = function(self.state, parameters)
        if name in ("setwebhook", "deletewebhook"):
            self._polls += 1  # ends a poll that waits
            self._wake()
        return _terse(name, result) if self.terse else result

    async def _get_updates(self, parameters: Parameters) -> Any:
        """getUpdates: waits up to `timeout` seconds; a later poll ends an earlier one."""
        state = self.state
        self._polls += 1
        poll = self._polls
        self._wake()
        webhook.allow(state, parameters)
        deadline = time.monotonic() + min(max(parameters.integer("timeout"), 0), 50)
        limit = min(max(parameters.integer("limit", 100), 1), 100)
        while True:
            if state.webhook is not None:
                raise WEBHOOK_ACTIVE
            if poll != self._polls:
                raise OTHER_POLLER
            something_new = self._something_new
            updates = state.queue.take(parameters.integer("offset"), limit)
            left = deadline - time.monotonic()
            if updates or left <= 0 or self.impatient or self._stopped.is_set():
                return updates
            with suppress(TimeoutError):
                await asyncio.wait_for(something_new.wait(), left)

    def _record(self, method: str, values: dict[str, str], code: int, description: str, at: float) -> None:
        self.state.record(Call(method, values, code, description, at))


def _terse(method: str, result: Any) -> Any:
    """A result without its optional fields."""
    if method.startswith("edit"):
        return True
    if not isinstance(result, dict):
        return result
    kept = {key: result[key] for key in ("message_id", "date", "text", "id", "is_bot", "first_name") if key in result}
    return kept | ({"chat": {"id": result["chat"]["id"], "type": result["chat"]["type"]}} if "chat" in result else {})


async def _cut_in_the_middle(request: web.Request, response: web.Response) -> web.StreamResponse:
    body = response.body
    assert isinstance(body, bytes)
    half = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
