"""What calls do, what they are refused with, and what each chat shows afterwards."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.telegram_api.conftest import Call
from tests.telegram_api.errors import bad_request
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer

KEYBOARD = {"inline_keyboard": [[{"text": "[1] Source", "callback_data": "s1"}]]}


def test_a_call_may_come_as_form_json_multipart_or_query(server: BotApiServer, person: Person) -> None:
    address = f"{server.url}/bot{server.token}/sendMessage"
    fields = {"chat_id": str(person.chat.id), "text": "é字", "reply_markup": json.dumps(KEYBOARD)}
    nested: dict[str, Any] = {"chat_id": person.chat.id, "text": "é字", "reply_markup": KEYBOARD}
    answers = [
        httpx.post(address, data=fields),
        httpx.post(address, json=nested),
        httpx.post(address, data=fields, files={"unused": b"x"}),
        httpx.get(address.replace("sendMessage", "SENDMESSAGE"), params=fields),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [(m.text, m.labels) for m in person.chat.from_bot()] == [("é字", ["[1] Source"])] * 4
    assert [c.method.lower() for c in server.calls()] == ["sendmessage"] * 4


@pytest.mark.parametrize(
    ("path", "code"), [("bot1:bad/getMe", 404), ("botTOKEN/nonsense", 404), ("bot9:{}/getMe", 401), ("", 404)]
)
def test_a_wrong_token_or_method(server: BotApiServer, path: str, code: int) -> None:
    response = httpx.get(f"{server.url}/{path.replace('TOKEN', server.token).format('x' * 35)}")
    assert (response.status_code, response.json()["error_code"]) == (code, code)


def test_a_revoked_token_is_401(server: BotApiServer, call: Call) -> None:
    assert call("getMe")["is_bot"]
    server.state.revoked = True
    assert call("getMe") == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 5501234567, "text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("sendMessage", {"chat_id": 5501234567, "text": "x", "reply_parameters": {"message_id": 4}}, "to be replied"),
        ("editMessageText", {"chat_id": 5501234567, "text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 5501234567, "message_id": 4, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"inline_message_id": "4", "text": "x"}, "MESSAGE_ID_INVALID"),
        ("deleteMessage", {"chat_id": 5501234567, "message_id": 4}, "message to delete not found"),
        ("sendChatAction", {"chat_id": 5501234567, "action": "thinking"}, "wrong parameter action"),
        ("sendMessageDraft", {"chat_id": 5501234567, "text": "x"}, "draft_id must be non-zero"),
        ("answerCallbackQuery", {"callback_query_id": "4"}, "query is too old"),
        ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "invalid language code"),
        ("setMyCommands", {"commands": [{"command": "Forget", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "ask", "description": ""}]}, "COMMAND_DESCRIPTION_INVALID"),
        ("setMyName", {"name": "x" * 65}, "BOT_NAME_INVALID"),
        ("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_INVALID"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "BOT_SHORT_DESCRIPTION_INVALID"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setWebhook", {"url": "nonsense"}, "bad webhook"),
        ("setWebhook", {"url": "https://a.hk", "secret_token": "a b"}, "unallowed characters"),
    ],
)  # fmt: skip
def test_a_call_that_telegram_refuses(
    call: Call, person: Person, method: str, parameters: dict[str, Any], words: str
) -> None:
    code, description = call(method, **parameters)
    assert code == 400
    assert description.startswith("Bad Request: ")
    assert words in description
    assert person.chat.from_bot() == []


def test_an_edit_replaces_text_and_keyboard_and_must_change_something(call: Call, person: Person) -> None:
    chat = person.chat.id
    sent = call("sendMessage", chat_id=chat, text="<b>x</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    place = {"chat_id": chat, "message_id": sent["message_id"]}
    unchanged = call("editMessageText", **place, text="<strong>x</strong>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert unchanged[1].startswith("Bad Request: message is not modified")
    assert call("editMessageReplyMarkup", **place, reply_markup=KEYBOARD)[1].startswith("Bad Request: message is not m")
    assert "edit_date" in call("editMessageText", **place, text="y")
    (message,) = person.chat.from_bot()
    assert (message.text, message.labels, message.edits) == ("y", [], ["x"])
    message.editable = False
    assert call("editMessageText", **place, text="z") == (400, "Bad Request: message can't be edited")
    question = person.send("mine")
    own = {"chat_id": chat, "message_id": question.id}
    assert call("editMessageText", **own, text="z") == (400, "Bad Request: message can't be edited")


def test_a_draft_grows_until_the_message_comes_and_only_in_private(
    server: BotApiServer, call: Call, person: Person
) -> None:
    for text in ("one", "one two"):
        assert call("sendMessageDraft", chat_id=person.chat.id, draft_id=1, text=text) is True
    assert person.chat.draft == "one two"
    assert "draft: one two" in person.chat.transcript()
    call("sendMessage", chat_id=person.chat.id, text="one two three")
    assert person.chat.drafts == ["one", "one two"]
    assert "draft" not in person.chat.transcript()
    group = Place(server).group()
    assert call("sendMessageDraft", chat_id=group.id, draft_id=1, text="x") == (
        400,
        "Bad Request: TEXTDRAFT_PEER_INVALID",
    )


def test_who_blocked_the_bot_is_not_reached(call: Call, person: Person) -> None:
    person.block()
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert call("sendMessage", chat_id=person.chat.id, text="x") == blocked
    person.unblock()
    assert call("sendMessage", chat_id=person.chat.id, text="x")["text"] == "x"


def test_a_press_is_answered_unless_it_is_too_old(server: BotApiServer, call: Call, person: Person) -> None:
    call("sendMessage", chat_id=person.chat.id, text="x", reply_markup=KEYBOARD)
    (message,) = person.chat.from_bot()
    fresh, old = person.press(message, "[1]"), person.press(message, "[1]", too_old=True, inaccessible=True)
    first, second = call("getUpdates")
    assert (first["callback_query"]["data"], first["callback_query"]["message"]["text"]) == ("s1", "x")
    assert second["callback_query"]["message"]["date"] == 0
    assert call("answerCallbackQuery", callback_query_id=fresh.id, text="ok") is True
    assert person.wait_for_answer(fresh)["text"] == "ok"
    assert "query is too old" in call("answerCallbackQuery", callback_query_id=old.id)[1]
    assert call("answerCallbackQuery", callback_query_id=fresh.id, text="x" * 201)[1].endswith("MESSAGE_TOO_LONG")


def test_inline_results_are_checked_and_can_be_sent(server: BotApiServer, call: Call, person: Person) -> None:
    query = person.type_inline("channels")

    def result(id: str) -> dict[str, Any]:
        content = {"message_text": "<b>756</b>", "parse_mode": "HTML"}
        return {"type": "article", "id": id, "title": "t", "input_message_content": content, "reply_markup": KEYBOARD}

    unreadable = {"message_text": "<x>", "parse_mode": "HTML"}

    def answer(results: list[dict[str, Any]]) -> Any:
        return call("answerInlineQuery", inline_query_id=query.id, results=results)

    assert answer([result(str(n)) for n in range(51)])[1].endswith("RESULTS_TOO_MUCH")
    assert answer([result("x" * 65)])[1].endswith("RESULT_ID_INVALID")
    assert answer([result("1"), result("1")])[1].endswith("RESULT_ID_DUPLICATE")
    assert "can't find field" in answer([result("1") | {"title": ""}])[1].lower()
    assert "Unsupported start tag" in answer([result("1") | {"input_message_content": unreadable}])[1]
    assert answer([result("1")]) is True
    (shown,) = person.wait_for_answer(query)["results"]
    message = person.choose(shown, Place(server).group())
    person.press(message, "[1]")
    inline_id = call("getUpdates")[-1]["callback_query"]["inline_message_id"]
    assert call("editMessageText", inline_message_id=inline_id, text="edited") is True
    assert message.text == "edited"


def test_trouble_comes_as_ordered(server: BotApiServer, call: Call, person: Person) -> None:
    send = {"chat_id": person.chat.id, "text": "x"}
    server.faults.order("flood", "sendMessage", chat_id=person.chat.id, lasting=60)
    assert call("sendMessage", **send) == (429, "Too Many Requests: retry after 60")
    server.faults.clear()
    server.faults.order("error", "sendMessage", times=1, error=bad_request("chat not found"))
    assert call("sendMessage", **send)[0] == 400
    server.faults.order("bad_gateway", times=1)
    assert httpx.get(f"{server.url}/bot{server.token}/getMe").status_code == 502
    server.faults.order("cut_before", "sendMessage", times=1)
    with pytest.raises(httpx.HTTPError):
        call("sendMessage", **send)
    assert person.chat.from_bot() == []
    cut = server.faults.order("cut_after", "sendMessage", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        call("sendMessage", **send)
    assert [message.text for message in person.chat.from_bot()] == ["x"]
    assert cut.is_over()
    with server.unreachable(), pytest.raises(httpx.ConnectError):
        call("getMe")
    assert call("getMe")["is_bot"]
    assert [c.code for c in server.calls("sendMessage")] == [429, 400, 0, 0]


def test_a_supergroup_is_named_to_who_writes_to_the_old_group(server: BotApiServer, call: Call) -> None:
    old, new = Place(server).group(supergroup=False), Place(server).group()
    old.migrated_to = new.id
    body = httpx.post(f"{server.url}/bot{server.token}/sendMessage", json={"chat_id": old.id, "text": "x"}).json()
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
