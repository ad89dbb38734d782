"""The bot as people in private chats and groups see it: the real process, a strict Bot API server."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import ANSWER, GATES, NewBot
from tests.telegram_api.chats import Message
from tests.telegram_api.people import Person, Place
from tests.telegram_api.server import BotApiServer


@pytest.fixture(scope="module")
def server(api: BotApiServer, new_bot: NewBot) -> BotApiServer:
    """A server that one bot serves for all tests of this module; each test has people of its own."""
    new_bot(api).start()
    return api


@pytest.fixture
def person(server: BotApiServer) -> Person:
    return Person(server, 10_000 + len(server.state.chats), language_code="en")


def pressed(person: Person, message: Message, label: str) -> None:
    person.wait_for_answer(person.press(message, label))


def test_start_greets_in_the_language_of_the_app(server: BotApiServer) -> None:
    greetings = {"en": "Hello!", "zh-hans": "欢迎", "zh-cn": "欢迎", "zh-hk": "歡迎", "yue": "歡迎", "fr": "Hello!"}
    for number, (code, word) in enumerate(greetings.items()):
        person = Person(server, 20_000 + number, language_code=code)
        assert word in person.ask("/start").text
    assert "Hello!" in Person(server, 20_100).ask("/start").text


def test_an_example_is_asked_when_it_is_tapped(person: Person) -> None:
    greeting = person.ask("/start")
    assert 1 <= len(greeting.labels) <= 3
    pressed(person, greeting, greeting.labels[0])
    answer = person.chat.wait_for("[1]", greeting)
    assert any(label.startswith("[1]") for label in answer.labels)


def test_a_question_is_answered_with_a_button_for_its_source(server: BotApiServer, person: Person) -> None:
    answer = person.ask(GATES)
    assert ANSWER in answer.text and "[1]" in answer.text
    assert answer.labels[0].startswith("[1] ")
    assert answer.labels[-2:] == ["👍", "👎"]
    assert "typing" in person.chat.actions


def test_the_source_opens_in_both_languages_and_closes_again(person: Person) -> None:
    answer = person.ask(GATES)
    before = answer.text
    pressed(person, answer, "[1]")
    shown = person.chat.wait_until(lambda chat: answer.text if answer.text != before else None)
    assert "214 self-service boarding gates" in shown.removeprefix(before)
    assert "214 个自助登船闸口" in shown
    assert "small-report.md" in shown
    assert any("214" in part for part in answer.marked("underline"))
    pressed(person, answer, "[1]")
    person.chat.wait_until(lambda chat: answer.text == before)


def test_a_cantonese_question_is_answered_in_traditional_chinese(person: Person) -> None:
    answer = person.ask("2024年有幾多個自助登船閘口㗎")
    assert "214 個自助登船閘口" in answer.text
    pressed(person, answer, "[1]")
    person.chat.wait_until(lambda chat: "自助登船閘口" in answer.text.split("📖")[-1] and "📖" in answer.text)
    assert "歡迎" in person.ask("/start").text  # the script that a person types wins over that of the app


def test_a_follow_up_uses_the_conversation_until_a_new_one_begins(person: Person) -> None:
    person.ask("how many courses did the Maritime Academy run")
    assert "36 courses" in person.ask("and when was that?").text
    person.ask("/new")
    assert "36 courses" not in person.ask("and when was that?").text


def test_a_reply_to_an_old_answer_continues_from_there(person: Person) -> None:
    gates = person.ask(GATES)
    person.ask("how many courses did the Maritime Academy run")
    question = person.send("and in 2023?", reply_to=gates)
    assert "187" in person.chat.wait_for_reply(question).text


def test_an_edited_question_has_its_answer_edited(person: Person) -> None:
    question = person.send(GATES)
    answer = person.chat.wait_for_reply(question)
    person.edit(question, "how many courses did the Maritime Academy run in 2024")
    person.chat.wait_until(lambda chat: "36 courses" in answer.text)
    assert len(person.chat.from_bot(question)) == 1


def test_a_chosen_language_is_kept(person: Person) -> None:
    pressed(person, person.ask("/language"), "简体中文")
    assert "闸口" in person.ask(GATES).text
    pressed(person, person.ask("/language"), "跟随")
    assert ANSWER in person.ask(GATES).text


def test_the_sections_can_be_browsed_and_asked_about(person: Person) -> None:
    tree = person.ask("/sections")
    while not any("Ask about" in label for label in tree.labels):
        before = tree.text
        pressed(person, tree, tree.labels[0])
        person.chat.wait_until(lambda chat, before=before: tree.text != before)  # type: ignore[misc]
    pressed(person, tree, "Ask about")
    assert person.chat.wait_for("❓", tree)


def test_forget_asks_first_and_then_forgets(server: BotApiServer, person: Person) -> None:
    answer = person.ask(GATES)
    confirm = person.ask("/forget")
    stranger = Person(server, 31_000, language_code="en")
    refused = stranger.wait_for_answer(stranger.press(confirm, "Delete"))
    assert refused["show_alert"]
    pressed(person, confirm, "Delete")
    person.chat.wait_until(lambda chat: "Nothing about you" in confirm.text)
    gone = person.wait_for_answer(person.press(answer, "[1]"))
    assert gone["show_alert"]


def test_privacy_says_how_long(person: Person) -> None:
    assert "30 days" in person.ask("/privacy").text


@pytest.mark.parametrize(
    "text",
    ["😀😀😀", '<b>&"_*[', "\u202eabc\u202c?", "\u200b\u200b", "غير ذلك", "x" * 4096, "how many <b> gates & [1]"],
)
def test_odd_text_gets_a_kind_reply(person: Person, text: str) -> None:
    reply = person.ask(text)
    assert reply.text
    assert not any(word in reply.text for word in ("Traceback", "Error", "Exception"))


@pytest.mark.parametrize(
    "parts",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"document": {"file_id": "a", "file_unique_id": "b"}},
        {"location": {"latitude": 22.3, "longitude": 114.2}},
    ],
)  # fmt: skip
def test_odd_content_gets_a_kind_reply_in_private_and_none_in_groups(
    server: BotApiServer, person: Person, parts: dict[str, object]
) -> None:
    group = Place(server).group()
    person.send_other(parts, group)
    sent = person.send_other(parts)
    assert person.chat.wait_for_reply(sent).text
    assert not group.from_bot()


def test_a_post_forwarded_from_a_channel_is_not_answered_as_a_question(person: Person) -> None:
    origin = {
        "type": "channel",
        "date": 1_700_000_000,
        "message_id": 5,
        "chat": {"id": -1_009_000_000_000, "type": "channel", "title": "News"},
    }
    post = person.send("how many gates", forward_origin=origin)
    assert "only answer questions" in person.chat.wait_for_reply(post).text


def test_in_a_group_the_bot_speaks_when_it_is_addressed(server: BotApiServer, person: Person) -> None:
    group = Place(server).group()
    person.send("who has time tonight", group)
    answer = person.ask(f"@report_test_bot {GATES}", group)
    assert ANSWER in answer.text
    assert answer.reply_to is not None
    reply = person.send("and in 2023?", group, reply_to=answer)
    assert "187" in group.wait_for_reply(reply).text
    asked = person.ask(f"/ask@report_test_bot {GATES}", group)
    assert ANSWER in asked.text
    person.send(f"/ask@another_bot {GATES}", group)
    person.send("/nonsense", group)
    before = len(group.from_bot())
    person.ask(GATES)  # the private chat is answered after what came before in the group
    assert len(group.from_bot()) == before == 3


def test_people_in_a_group_have_conversations_of_their_own(server: BotApiServer, person: Person) -> None:
    group, other = Place(server).group(), Person(server, 32_000, language_code="en")
    person.ask("@report_test_bot how many courses did the Maritime Academy run", group)
    assert "36 courses" not in other.ask("@report_test_bot and when was that?", group).text
    assert "36 courses" in person.ask("@report_test_bot and when was that?", group).text


def test_inline_mode_offers_the_answer_and_its_sources(server: BotApiServer, person: Person) -> None:
    results = person.wait_for_answer(person.type_inline(GATES))["results"]
    assert 2 <= len(results) <= 5
    assert ANSWER in results[0]["input_message_content"]["message_text"]
    assert person.wait_for_answer(person.type_inline(""))["results"] == []


def test_a_button_of_long_ago_is_answered(server: BotApiServer, person: Person) -> None:
    answer = person.ask(GATES)
    assert answer.keyboard is not None
    for data in ("zzz", "s:999999:1", "t:00000000:1:0", "😀" * 16, "q:en:9", "s:1:1:1"):
        answer.keyboard[0][0]["callback_data"] = data
        person.wait_for_answer(person.press(answer, answer.labels[0]))


def test_the_profile_is_published(server: BotApiServer) -> None:
    server.wait_until(lambda: server.state.profile.names.get("zh"))
    assert {"", "zh"} <= server.state.profile.descriptions.keys()
    commands = [command["command"] for command in server.state.profile.commands["default", ""]]
    assert {"help", "new", "sections", "language", "privacy", "forget", "ask"} == set(commands)
