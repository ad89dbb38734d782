"""Answers longer than one message of Telegram's, from a report whose sentence is a long list with rare characters."""

from __future__ import annotations

import itertools
import re
import subprocess

import pytest

from tests.end_to_end.conftest import COMMAND, NewBot, command_environment
from tests.telegram_api.chats import Message
from tests.telegram_api.formatting import utf16_length
from tests.telegram_api.people import Person
from tests.telegram_api.server import BotApiServer

PLACES = "堅尼地 威爾瑪 皇后 紅磡 大澳 梅窩 榕樹灣 索罟灣 坪洲 長洲".split()
POSTS = "看守員 燈塔 纜繩房 敲鐘人 驗潮站 訊號桅 候船大堂 售票處 貨運場 領港員".split()
ITEMS = [f"{place}{post}第{number}號𠵱🛳️" for number in range(1, 4) for post, place in itertools.product(POSTS, PLACES)]
LIST = f"二零二四年的燈塔巡查涵蓋以下崗位：{'、'.join(ITEMS)}。"
LONG, SHORT = "2024年燈塔巡查涵蓋咗邊啲崗位？", "2024年海事學院開辦咗幾多個課程？"
_ids = itertools.count(77_001)


@pytest.fixture(scope="module")
def server(api: BotApiServer, new_bot: NewBot, tmp_path_factory: pytest.TempPathFactory) -> BotApiServer:
    """A server with a bot that answers from a report of two sentences."""
    folder = tmp_path_factory.mktemp("long")
    report = folder / "list.md"
    report.write_text(
        f"# 港口事務處年報\n\n## 燈塔巡查\n\n{LIST}\n\n## 培訓\n\n海事學院在二零二四年開辦了 36 個課程。\n",
        encoding="utf-8",
    )
    command = [str(COMMAND), "ingest", str(report)]
    subprocess.run(command, env=command_environment(folder / "home"), cwd=folder, check=True, capture_output=True)
    new_bot(api, folder / "home").start()
    return api


@pytest.fixture
def person(server: BotApiServer) -> Person:
    return Person(server, next(_ids), language_code="zh-hk")


def parts_of(person: Person, question: Message) -> list[Message]:
    """The messages of an answer, when the last one has its buttons."""
    person.chat.wait_until(lambda chat: any("👍" in message.labels for message in chat.from_bot(question)))
    return person.chat.from_bot(question)


def assert_whole(parts: list[Message]) -> None:
    """Joined, the messages are the list with its marker; nothing is cut that is written as one."""
    assert "".join(part.text for part in parts) == f"{LIST}[1]"
    assert all(utf16_length(part.text) <= 4096 for part in parts)
    assert all(part.text.endswith("、") for part in parts[:-1])
    assert [part.labels for part in parts[:-1]] == [[] for _ in parts[:-1]]
    assert parts[-1].labels[0].startswith("[1] ")
    assert parts[-1].labels[-2:] == ["👍", "👎"]


def test_a_long_answer_comes_in_parts_with_its_buttons_under_the_last(person: Person) -> None:
    assert utf16_length(LIST) > 4096
    parts = parts_of(person, person.send(LONG))
    assert len(parts) == 2
    assert_whole(parts)


def test_a_source_opens_below_the_last_part_alone_and_closes(person: Person) -> None:
    parts = parts_of(person, person.send(LONG))
    before = [part.text for part in parts]
    person.press(parts[-1], "[1]")
    shown = person.chat.wait_until(lambda chat: parts[-1].text if "📖" in parts[-1].text else None)
    assert shown.startswith(before[-1])
    assert utf16_length(shown) <= 4096
    assert shown.endswith("list.md")
    (quote,) = parts[-1].marked("underline")
    assert LIST.startswith(quote.removesuffix("…"))
    assert parts[0].text == before[0]
    person.press(parts[-1], "[1]")
    person.chat.wait_until(lambda chat: [part.text for part in parts] == before)
    assert_whole(parts)


def test_an_edited_question_takes_parts_away_and_brings_them_back(person: Person) -> None:
    question = person.send(LONG)
    first, last = parts_of(person, question)
    person.edit(question, SHORT)
    person.chat.wait_until(lambda chat: last.deleted)
    assert re.search(r"36 ?個課程", first.text)
    assert first.labels[-2:] == ["👍", "👎"]
    assert person.chat.from_bot(question) == [first]
    person.edit(question, LONG)
    person.chat.wait_until(lambda chat: len(chat.from_bot(question)) == 2)
    parts = parts_of(person, question)
    assert parts[0] is first
    assert_whole(parts)


def test_a_reply_to_any_part_continues_from_the_answer(person: Person) -> None:
    first, _ = parts_of(person, person.send(LONG))
    follow_up = person.send("2024年嗰個呢？", reply_to=first)
    assert "燈塔巡查" in person.chat.wait_for_reply(follow_up).text


def test_a_part_in_trouble_comes_once_and_in_order(server: BotApiServer, person: Person) -> None:
    person.ask("/privacy")
    server.faults.order("cut_after", "sendMessage", chat_id=person.chat.id, times=2)
    question = person.send(LONG)
    assert_whole(parts_of(person, question))
    server.faults.clear()
