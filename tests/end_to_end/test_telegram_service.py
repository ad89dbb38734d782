"""What the operator gets: webhook, metrics, limits, lists of chats, reports, retention."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot, Run
from tests.ports import free_port
from tests.telegram_api.errors import bad_request
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer

SECRET = "quiet_Secret-1"
ADMIN, OTHER_ADMIN, CRITIC = 71_001, 71_002, 71_005
ALLOWED_GROUP = -471_006


class Hooked:
    """A bot with a webhook and with metrics, and its server."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self.address = f"http://127.0.0.1:{free_port()}/hook/here"
        self.monitoring = f"http://127.0.0.1:{free_port()}"

    def settings(self) -> dict[str, str]:
        """Those of the bot."""
        return {
            "REPORTQA_TELEGRAM_WEBHOOK_URL": self.address,
            "REPORTQA_TELEGRAM_WEBHOOK_PORT": str(httpx.URL(self.address).port),
            "REPORTQA_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "REPORTQA_MONITORING_PORT": str(httpx.URL(self.monitoring).port),
        }

    def metric(self, name: str) -> float:
        """The sum of all samples of this name."""
        lines = httpx.get(f"{self.monitoring}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.partition("{")[0].split()[0] == name)


@pytest.fixture(scope="module")
def hooked(new_bot: NewBot) -> Iterator[Hooked]:
    with BotApiServer() as server:
        hooked = Hooked(server)
        new_bot(server, **hooked.settings()).start()
        server.wait_until(lambda: server.state.webhook is not None)
        yield hooked


def test_a_webhook_is_set_with_a_secret_and_served(hooked: Hooked) -> None:
    server = hooked.server
    (call,) = server.calls("setWebhook")
    assert call.parameters["url"] == hooked.address
    assert call.parameters["secret_token"] == SECRET
    people = [Person(server, 72_000 + number, language_code="en") for number in range(5)]
    questions = [person.send(GATES) for person in people]
    for person, question in zip(people, questions, strict=True):
        assert ANSWER in person.chat.wait_for_reply(question).text
    assert server.calls("getUpdates") == []
    assert {status for _, status in server.delivered} == {200}


def test_a_delivery_that_is_repeated_is_answered_once(hooked: Hooked) -> None:
    person = Person(hooked.server, 72_100, language_code="en")
    person.ask(GATES)
    update, _ = hooked.server.delivered[-1]
    hooked.server.state.queue.repeat(update["update_id"])
    hooked.server.wait_until(lambda: [u for u, _ in hooked.server.delivered].count(update) == 2)
    person.ask("/privacy")
    assert len(person.chat.from_bot()) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "ü"])
def test_what_comes_without_the_secret_is_not_heard(hooked: Hooked, secret: str | None) -> None:
    person = Person(hooked.server, 72_200 + len(hooked.server.state.chats), language_code="en")
    update = {"update_id": 5, "message": person.send_other({"text": GATES}, kind="unknown").to_json()}
    headers = {} if secret is None else {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
    refused = httpx.post(hooked.address, json=update, headers=headers)
    assert refused.status_code == 403
    assert refused.text == ""
    person.ask("/privacy")
    assert len(person.chat.from_bot()) == 1


def test_what_is_no_update_is_refused_and_an_unknown_kind_is_taken(hooked: Hooked) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert httpx.post(hooked.address, content=b"{", headers=headers).status_code == 400
    assert httpx.post(hooked.address, json=[1], headers=headers).status_code == 400
    assert httpx.post(hooked.address, content=b"x" * 5_000_000, headers=headers).status_code in (400, 413)
    assert httpx.post(hooked.address, json={"update_id": 1, "new_kind": {}}, headers=headers).status_code == 200
    assert httpx.get(hooked.address, headers=headers).status_code in (404, 405)
    assert httpx.post(hooked.address + "r", json={}, headers=headers).status_code == 404


def test_questions_refusals_and_latency_are_counted(hooked: Hooked) -> None:
    person = Person(hooked.server, 72_300, language_code="en")
    names = ("reportqa_questions_total", "reportqa_refusals_total", "reportqa_answer_seconds_count")
    before = [hooked.metric(name) for name in names]
    person.ask(GATES)
    person.ask("who won the lottery in 1987?")
    assert [hooked.metric(name) for name in names] == [before[0] + 2, before[1] + 1, before[2] + 2]
    health = httpx.get(f"{hooked.monitoring}/healthz")
    assert (health.status_code, health.text) == (200, "ok\n")


@pytest.fixture(scope="module")
def guarded(new_bot: NewBot) -> Iterator[BotApiServer]:
    """The server of a bot with admins, a list of chats and a limit of two questions."""
    settings = {
        "REPORTQA_TELEGRAM_ALLOWED_CHATS": f"{ADMIN},{OTHER_ADMIN},{CRITIC},{ALLOWED_GROUP},71003,71004",
        "REPORTQA_TELEGRAM_ADMIN_CHATS": f"{ADMIN},{OTHER_ADMIN}",
        "REPORTQA_TELEGRAM_USER_BURST": "2",
        "REPORTQA_TELEGRAM_USER_PER_MINUTE": "0.01",
    }
    with BotApiServer() as server:
        new_bot(server, **settings).start()
        yield server


def test_who_asks_too_much_is_told_once_and_others_are_not_held_up(guarded: BotApiServer) -> None:
    person, other = Person(guarded, 71_003, language_code="zh-hk"), Person(guarded, 71_004, language_code="en")
    other.ask("/privacy")  # what waits when the bot comes is answered whatever the limits say: let that be this
    for _ in range(2):
        assert "214" in person.ask("2024年有幾多個自助登船閘口").text
    notice = person.ask("2024年有幾多個自助登船閘口")
    assert "214" not in notice.text
    person.send("2024年有幾多個自助登船閘口")
    assert "30" in person.ask("/privacy").text  # commands go on, in order, so the question before got nothing
    assert [m.id for m in person.chat.from_bot(notice)] == [person.chat.from_bot()[-1].id]
    assert ANSWER in other.ask(GATES).text


def test_a_chat_that_is_not_on_the_list_gets_nothing(guarded: BotApiServer) -> None:
    stranger, admin = Person(guarded, 79_999, language_code="en"), Person(guarded, ADMIN, language_code="en")
    stranger.send(GATES)
    stranger.send("/start")
    admin.ask("/privacy")
    update_id = guarded.state.queue.add("message", stranger.send_other({"text": GATES}, kind="unknown").to_json())
    assert update_id is not None
    admin.ask("/privacy")
    guarded.wait_until(lambda: int(guarded.calls("getUpdates")[-1].parameters.get("offset", 0)) > update_id)
    assert stranger.chat.from_bot() == []
    assert stranger.chat.actions == []


def test_a_group_on_the_list_stays_on_it_as_a_supergroup(guarded: BotApiServer) -> None:
    old, new = guarded.state.add_chat(ALLOWED_GROUP, "group", "Office"), Place(guarded).group("Office")
    other, person = Place(guarded).group("Elsewhere"), Person(guarded, 71_007, language_code="en")
    person.send(f"/ask {GATES}", new)
    assert ANSWER in person.ask(f"/ask {GATES}", old).text
    assert new.from_bot() == []
    old.migrated_to = new.id
    person.send_other({"migrate_to_chat_id": new.id}, old)
    person.send("/privacy", other)
    guarded.wait_until(lambda: not guarded.state.queue.waiting())
    assert "30 days" in person.ask("/privacy", new).text
    assert other.from_bot() == []


def test_an_error_reaches_the_operator_but_no_chat(guarded: BotApiServer) -> None:
    admin, person = Person(guarded, OTHER_ADMIN, language_code="en"), Person(guarded, ADMIN, language_code="en")
    guarded.faults.order("error", "sendMessage", chat_id=ADMIN, times=1, error=bad_request("strange new rule"))
    reply = person.ask(GATES)
    assert "something went wrong" in reply.text
    report = admin.chat.wait_for("BadRequest")
    for text in (reply.text, report.text):
        assert "strange new rule" not in text
        assert "Traceback" not in text
    stats = admin.ask("/stats").text
    assert "Questions:" in stats
    assert "Errors: 1" in stats


def test_when_all_hands_are_full_the_bot_says_so(api: BotApiServer, new_bot: NewBot) -> None:
    bot = new_bot(api, REPORTQA_TELEGRAM_QUEUE="1", REPORTQA_TELEGRAM_THREADS="1").start()
    people = [Person(api, 73_000 + number, language_code="en") for number in range(30)]
    people[0].ask("/privacy")
    bot.signal(signal.SIGSTOP)  # so that all come in one batch
    questions = [person.send(GATES) for person in people]
    bot.signal(signal.SIGCONT)
    replies = [p.chat.wait_for_reply(q).text for p, q in zip(people, questions, strict=True)]
    assert bot.stop() == 0
    answered = [reply for reply in replies if ANSWER in reply]
    busy = [reply for reply in replies if "A lot of people" in reply]
    assert answered
    assert busy
    assert len(answered) + len(busy) == len(people)


def test_verdicts_can_be_exported_as_candidates_for_gold(guarded: BotApiServer, run: Run, bot_home: Path) -> None:
    person = Person(guarded, CRITIC, language_code="en")
    for question, verdict in ((GATES, "👍"), ("how many courses did the Maritime Academy run in 2024", "👎")):
        answer = person.ask(question)
        assert person.wait_for_answer(person.press(answer, verdict))["text"]
    export = run("feedback", "export", home=bot_home)
    assert export.returncode == 0
    good, bad = map(json.loads, export.stdout.splitlines())
    assert (good["question"], good["register"], good["candidate"]["verdict"]) == (GATES, "en", "up")
    assert any(ANSWER in evidence for evidence in good["evidence"])
    assert good["candidate"]["index"]
    assert (bad["candidate"]["verdict"], bad["answers"]) == ("down", [])
    assert str(CRITIC) not in export.stdout


def test_what_is_older_than_the_retention_is_deleted(api: BotApiServer, new_bot: NewBot, bot_home: Path) -> None:
    person = Person(api, 74_000, language_code="en")
    bot = new_bot(api, REPORTQA_TELEGRAM_RETENTION_DAYS="2", REPORTQA_LOG_FORMAT="json").start()
    old = person.ask(GATES)
    assert bot.stop() == 0
    with sqlite3.connect(bot_home / "conversations.sqlite3") as database:
        database.execute("UPDATE turns SET asked_at = asked_at - 3 * 86400 WHERE user_id = 74000")
        database.execute("CREATE TRIGGER full BEFORE DELETE ON turns BEGIN SELECT raise(FAIL, 'disk is full'); END")
    bot.start(until="old conversations could not be deleted")
    assert bot.stop() == 0
    assert "Traceback" not in bot.log
    with sqlite3.connect(bot_home / "conversations.sqlite3") as database:
        database.execute("DROP TRIGGER full")
    bot.start(until="old conversations were deleted")
    assert person.wait_for_answer(person.press(old, "[1]"))["show_alert"]
    new = person.ask(GATES)
    assert not person.wait_for_answer(person.press(new, "[1]")).get("show_alert")
    assert bot.stop() == 0
    with sqlite3.connect(bot_home / "conversations.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM turns WHERE user_id = 74000").fetchone() == (1,)
    lines = [json.loads(line) for line in bot.log.splitlines()]
    assert {"ready", "stopped"} <= {line["event"] for line in lines}
