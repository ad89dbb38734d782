"""What a person sees: real updates through the real application on the small report; only the line is a stand-in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from telegram import Update
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest, RequestData

from bot.answer import Answer
from bot.assistant import Assistant
from bot.channels.telegram import growing
from bot.channels.telegram.addressing import command_of
from bot.channels.telegram.examples import Examples
from bot.channels.telegram.growing import Growing
from bot.channels.telegram.handlers import COMMANDS, buttons, publish_profile, questions, register
from bot.channels.telegram.handling import Handling, handling
from bot.channels.telegram.keyboards import OPEN_MARK, SOURCE, data
from bot.channels.telegram.limits import Limits, Rate
from bot.channels.telegram.metrics import Metrics
from bot.channels.telegram.people import language_of_app, language_of_question
from bot.channels.telegram.service import Service
from bot.channels.telegram.splitting import split_answer
from bot.conversations import Conversations, Person
from bot.database import open_database
from bot.display import shown_titles
from bot.settings import Settings
from prompts import LANGUAGES, LanguageChoice, MessageLanguage, load_messages

Json = dict[str, Any]
BOT: Json = {"id": 42, "is_bot": True, "first_name": "Report", "username": "report_bot"}
GATES = "How many self-service boarding gates did the department manage in 2024?"
GROUP: Json = {"id": -1001, "type": "supergroup", "title": "Family"}


class Line(BaseRequest):
    """The line to Telegram: every call is written down, and answered as Telegram would answer it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self._ids = count(1000)

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        values = request_data.parameters if request_data else {}
        self.calls.append((name, values))
        result: Any = True
        if name == "getMe":
            result = BOT
        elif name in ("sendMessage", "editMessageText"):
            chat_id = values["chat_id"]
            chat = GROUP if chat_id == GROUP["id"] else {"id": chat_id, "type": "private"}
            result = {"message_id": values.get("message_id") or next(self._ids), "date": 1, "chat": chat, "from": BOT}
            result["text"] = values["text"]
        return 200, json.dumps({"ok": True, "result": result}).encode()


class Bot:
    """The bot, and somebody who talks to it."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], service: Service, line: Line) -> None:
        self.application = application
        self.service = service
        self.line = line
        self._ids = count(1)

    def message(self, text: str, user: int = 7, code: str = "en", chat: Json | None = None, **parts: Any) -> Json:
        """A message as Telegram gives it, without the entities that it may have."""
        account = {"id": user, "is_bot": False, "first_name": "Ka Yan", "language_code": code}
        chat = chat or {"id": user, "type": "private"}
        return {"message_id": next(self._ids), "date": 1, "chat": chat, "from": account, "text": text, **parts}

    async def handle(self, kind: str, content: Json) -> list[tuple[str, Json]]:
        """The calls that an update leads to, typing and the clocks of buttons aside."""
        self.line.calls.clear()
        update = Update.de_json({"update_id": next(self._ids), kind: content}, self.application.bot)
        await self.application.process_update(update)
        return [(name, values) for name, values in self.line.calls if name != "sendChatAction"]

    async def say(self, text: str, **parts: Any) -> list[Json]:
        """What the bot sends to a message."""
        return [values for name, values in await self.handle("message", self.message(text, **parts))]

    async def press(self, value: str, message_id: int = 1000, user: int = 7) -> list[tuple[str, Json]]:
        """What a press of a button leads to."""
        message = {"message_id": message_id, "date": 1, "chat": {"id": 7, "type": "private"}, "from": BOT, "text": "x"}
        account = {"id": user, "is_bot": False, "first_name": "Ka Yan", "language_code": "en"}
        query = {"id": str(next(self._ids)), "from": account, "message": message, "chat_instance": "c", "data": value}
        return await self.handle("callback_query", query)


@pytest_asyncio.fixture
async def bot(small_assistant: Assistant, tmp_path: Path) -> AsyncIterator[Bot]:
    database = open_database(tmp_path)
    with ThreadPoolExecutor(1) as workers, ThreadPoolExecutor(1) as writer:
        service = Service(
            settings=Settings(home=tmp_path),
            assistant=small_assistant,
            store=Conversations(database),
            limits=Limits(Rate(100, 100), Rate(100, 100), 100),
            workers=workers,
            writer=writer,
            metrics=Metrics(),
        )
        line = Line()
        application = ApplicationBuilder().token("42:token").updater(None).request(line).build()
        register(application, service, Examples(service))
        async with application:
            yield Bot(application, service, line)
    database.close()


def labels(sent: Json) -> list[str]:
    """What the buttons under a message say."""
    rows = sent.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    return [button["text"] for row in rows for button in row]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-hk", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("en-GB", "en"),
        ("fr", "en"),
        (None, "en"),
    ],
)
def test_the_language_of_the_app_is_ours_or_english(code: str | None, language: MessageLanguage) -> None:
    assert language_of_app(code) == language


@pytest.mark.parametrize(
    ("text", "person", "code", "language"),
    [
        ("how many gates", Person(1), "zh-hk", "auto"),
        ("登船口有多少", Person(1), "zh-hans", "zh-Hans"),
        ("登船口有多少", Person(1), "zh-hk", "auto"),
        ("閘口有多少", Person(1), "zh-hans", "auto"),
        ("登船口有多少", Person(1, typed="zh-Hans"), "zh-hk", "zh-Hans"),
        ("2023?", Person(1, typed="zh-Hant"), "en", "zh-Hant"),
        ("غير ذلك", Person(1), "zh-hk", "zh-Hant"),
        ("how many gates", Person(1, language="zh-Hant"), "en", "zh-Hant"),
        ("x" * 5000, Person(1), "zh-hk", "zh-Hant"),
    ],
)
def test_what_a_question_does_not_tell_its_asker_does(
    text: str, person: Person, code: str, language: LanguageChoice
) -> None:
    assert language_of_question(text, person, code) == language


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/START abc", "start"),
        ("/ask@Report_Bot\nhow many", "ask"),
        ("/ask@other_bot how many", ""),
        ("/2024 visitors?", None),
        ("/", None),
        ("and/or", None),
    ],
)
async def test_a_command_is_told_by_its_text(bot: Bot, text: str, command: str | None) -> None:
    update = Update.de_json({"update_id": 1, "message": bot.message(text)}, bot.application.bot)
    assert update.message is not None
    assert command_of(update.message, bot.application.bot) == command


async def test_small_talk_has_no_verdicts_and_an_answer_has(bot: Bot) -> None:
    assert labels((await bot.say("hello"))[0]) == []
    assert labels((await bot.say(GATES))[0])[-2:] == ["👍", "👎"]
    assert labels((await bot.say("x" * 4096))[0]) == []
    (refusal,) = await bot.say("what is the weather in Paris")
    assert labels(refusal) == ["👍", "👎"]
    assert refusal["link_preview_options"]["is_disabled"]


async def test_a_second_press_of_the_same_button_closes_the_source(bot: Bot) -> None:
    answer = (await bot.say(GATES))[0]
    value = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    _, (name, opened) = await bot.press(value)
    assert name == "editMessageText"
    assert opened["text"].startswith(answer["text"])
    assert "<u>" in opened["text"]
    assert labels(opened)[0] == labels(answer)[0] + OPEN_MARK
    _, (name, closed) = await bot.press(value)
    assert (name, closed["text"], labels(closed)) == ("editMessageText", answer["text"], labels(answer))


async def test_a_press_that_is_followed_again_after_a_restart_leaves_the_source_open(bot: Bot) -> None:
    answer = (await bot.say(GATES))[0]
    value = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    _, (_, opened) = await bot.press(value)
    with handling(Handling("the same update", late=True)):
        _, (_, again) = await bot.press(value)  # the message in it is that of the press: without the source
    assert again["text"] == opened["text"]


async def test_an_edited_question_changes_its_messages_whatever_their_number(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short_messages(answer: Answer) -> list[str]:
        return split_answer(answer.answer, 60)

    monkeypatch.setattr(questions, "answer_messages", short_messages)
    monkeypatch.setattr(buttons, "answer_messages", short_messages)
    question = bot.message(GATES)
    (_, first), (_, last) = await bot.handle("message", question)
    assert (labels(first), labels(last)[-2:]) == ([], ["👍", "👎"])
    value = last["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    _, (_, opened) = await bot.press(value, message_id=1001)
    assert opened["message_id"] == 1001
    assert opened["text"].startswith(last["text"])

    shorter = {**question, "text": "How many courses did the Maritime Academy run in 2024?", "edit_date": 2}
    (edit, only), (delete, gone) = await bot.handle("edited_message", shorter)
    assert (edit, only["message_id"], only["text"]) == (
        "editMessageText",
        1000,
        "The Maritime Academy ran 36 courses in 2024. [1]",
    )
    assert labels(only)[-2:] == ["👍", "👎"]
    assert (delete, gone["message_id"]) == ("deleteMessage", 1001)

    (edit, first), (send, _) = await bot.handle("edited_message", {**question, "edit_date": 3})
    assert (edit, first["message_id"], send) == ("editMessageText", 1000, "sendMessage")
    assert await bot.handle("edited_message", {**question, "edit_date": 4}) == []  # only the markup was changed


async def test_a_chinese_question_that_both_scripts_write_alike_takes_the_script_of_the_app(bot: Bot) -> None:
    assert "自助登船闸口" in (await bot.say("2024年有多少自助登船口", code="zh-hans"))[0]["text"]
    assert "自助登船閘口" in (await bot.say("2024年有多少自助登船口", user=8, code="zh-hk"))[0]["text"]


async def test_a_follow_up_of_digits_alone_stays_in_the_language_of_the_conversation(bot: Bot) -> None:
    await bot.say("2024年有幾多個自助登船閘口？")
    assert "187 個" in (await bot.say("2023?"))[0]["text"]


async def test_in_a_group_only_what_is_addressed_is_answered_and_then_quoted(bot: Bot) -> None:
    assert await bot.say(GATES, chat=GROUP) == []
    assert await bot.say(f"hello @report_bot_2 {GATES}", chat=GROUP) == []
    assert await bot.say("/ask@other_bot how many gates", chat=GROUP) == []
    smile = bot.message("😀", chat=GROUP, reply_to_message={**bot.message("x", chat=GROUP), "from": BOT})
    assert await bot.handle("message", smile) == []
    (hint,) = await bot.say("@report_bot", chat=GROUP)
    assert hint["text"] == load_messages("telegram")["en"]("start_group")
    for text in (f"@Report_Bot {GATES}", f"/ask@report_bot {GATES}"):
        (sent,) = await bot.say(text, chat=GROUP)
        assert "214" in sent["text"]
        assert sent["reply_parameters"]["message_id"]


async def test_inline_results_are_the_answer_with_its_sources_and_each_source(bot: Bot) -> None:
    async def typed(text: str) -> Json:
        account = {"id": 7, "is_bot": False, "first_name": "Ka Yan", "language_code": "en"}
        ((_, values),) = await bot.handle("inline_query", {"id": "1", "from": account, "query": text, "offset": ""})
        return values

    found = await typed(GATES)
    answer, source = (result["input_message_content"]["message_text"] for result in found["results"])
    assert "214" in answer and "📖 <b>[1]</b> " in answer
    assert "<u>" in source
    assert found["cache_time"] > 0
    for text in ("", "what is the weather in Paris"):
        nothing = await typed(text)
        assert (nothing["results"], bool(nothing["button"])) == ([], True)


@pytest.mark.parametrize("text", ["😀", "\u200b", "<_*[&", "a", "\u202e?"])
async def test_a_text_without_words_gets_a_kind_word_in_the_language_of_the_app(bot: Bot, text: str) -> None:
    (sent,) = await bot.say(text, code="zh-hk")
    assert sent["text"] == load_messages("telegram")["zh-Hant"]("odd_words")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_example_is_answered_by_the_report(
    bot: Bot, assistant: Assistant, language: MessageLanguage
) -> None:
    service = replace(bot.service, assistant=assistant)
    examples = await Examples(service).questions(language)
    assert examples
    assert len(set(examples)) == len(examples) <= 3
    for question in examples:
        answer = await service.ask(question, language=language)
        assert answer.citations and not answer.refused


async def test_a_section_shows_how_it_begins(bot: Bot) -> None:
    (tree,) = await bot.say("/sections")
    value = tree["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    _, (_, chapter) = await bot.press(value)
    down = chapter["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    _, (_, section) = await bot.press(down)
    assert "<blockquote>In 2024, the department managed a total of 214" in section["text"]


async def test_only_the_owner_may_confirm_forgetting(bot: Bot) -> None:
    await bot.say(GATES)
    (confirm,) = await bot.say("/forget")
    value = confirm["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    ((_, refused),) = await bot.press(value, user=8)
    assert refused["show_alert"]
    assert bot.service.store.history(7, 7)
    await bot.press(value)
    assert not bot.service.store.history(7, 7)


async def test_the_chosen_language_is_ticked(bot: Bot) -> None:
    await bot.press("l:zh-Hans")
    (chooser,) = await bot.say("/language")
    assert [label for label in labels(chooser) if "✓" in label] == ["✓ 简体中文"]


async def test_a_growing_answer_is_a_draft_in_private_and_an_edited_message_in_groups(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def grow(chat: Json | None) -> list[str]:
        update = Update.de_json({"update_id": 1, "message": bot.message("q", chat=chat)}, bot.application.bot)
        assert update.message is not None
        answer = Growing(update.message, bot.application.bot)
        bot.line.calls.clear()
        for text in ("one", "one two", "one two three"):
            await answer.show(text)
        return [name for name, _ in bot.line.calls]

    assert await grow(None) == ["sendMessageDraft"]  # more than one a second would be too many
    monkeypatch.setattr(growing, "EVERY_S", 0.0)
    monkeypatch.setattr(growing, "EVERY_S_IN_GROUPS", 0.0)
    assert await grow(None) == ["sendMessageDraft"] * 3
    assert await grow(GROUP) == ["sendMessage", "editMessageText", "editMessageText"]


async def test_the_profile_is_told_in_english_and_chinese(bot: Bot) -> None:
    bot.line.calls.clear()
    await publish_profile(bot.application, bot.service)
    told = {(name, values.get("language_code", "")) for name, values in bot.line.calls}
    methods = ("setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription")
    assert told == {(method, code) for method in methods for code in ("", "zh")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_fits_into_telegram(language: MessageLanguage) -> None:
    messages = load_messages("telegram")[language]
    limits = {"bot_name": 64, "bot_short_description": 120, "bot_description": 512}
    limits |= {f"command_{name}": 256 for name in COMMANDS}
    assert {key: len(messages(key)) for key, limit in limits.items() if not 1 <= len(messages(key)) <= limit} == {}


def test_what_a_button_carries_fits_whatever_the_numbers() -> None:
    assert len(data(SOURCE, 2**63 - 1, 10**6)) <= 64


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_report_that_ships_gives_three_examples_and_each_answer_is_about_what_is_asked(
    assistant: Assistant, tmp_path: Path, language: MessageLanguage
) -> None:
    with ThreadPoolExecutor(1) as pool:
        service = Service(
            settings=Settings(home=tmp_path),
            assistant=assistant,
            store=Conversations(open_database(tmp_path)),
            limits=Limits(Rate(100, 100), Rate(100, 100), 100),
            workers=pool,
            writer=pool,
            metrics=Metrics(),
        )
        examples = await Examples(service).questions(language)
        answers = [await service.ask(question, language=language) for question in examples]
    assert len(set(examples)) == 3
    for question, answer in zip(examples, answers, strict=True):
        titles = [shown_titles(title, language)[0] for title in answer.citations[0].section]
        beginning = answer.answer[:20].lower()
        is_named = any(question[i : i + 4].lower() in beginning for i in range(len(question) - 4))
        assert is_named or any(title in question for title in titles), (question, answer.answer)


async def test_an_edit_that_addresses_the_bot_for_the_first_time_is_answered(bot: Bot) -> None:
    for text in (f"@report_bot {GATES}", f"/ask {GATES}"):
        overheard = bot.message(GATES, chat=GROUP)
        assert await bot.handle("message", overheard) == []
        assert await bot.handle("edited_message", {**overheard, "text": f"{GATES} please", "edit_date": 2}) == []
        ((name, sent),) = await bot.handle("edited_message", {**overheard, "text": text, "edit_date": 3})
        assert (name, sent["reply_parameters"]["message_id"]) == ("sendMessage", overheard["message_id"])
        assert "214" in sent["text"]
    other = bot.message("x", chat=GROUP)
    assert await bot.handle("edited_message", {**other, "text": f"/ask@other_bot {GATES}", "edit_date": 2}) == []


async def test_a_mention_in_private_is_no_part_of_the_question(bot: Bot) -> None:
    await bot.say(f"@report_bot {GATES}")
    assert [turn.question for turn in bot.service.store.history(7, 7)] == [GATES]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_writes_the_answers_is_part_of_the_privacy_notice(bot: Bot, language: MessageLanguage) -> None:
    await bot.press(f"l:{language}")
    (alone,) = await bot.say("/privacy")
    chat = bot.service.settings.model_copy(update={"reader": "chat", "chat_model": "openai:some-model"})
    object.__setattr__(bot.service, "settings", chat)
    (together,) = await bot.say("/privacy")
    searched = bot.service.settings.model_copy(
        update={"embedding_provider": "openai", "embedding_model": "some-vectors"}
    )
    object.__setattr__(bot.service, "settings", searched)
    (passed_on,) = await bot.say("/privacy")
    assert "some-model" in together["text"] and "some-model" not in alone["text"]
    assert "some-vectors" in passed_on["text"] and "some-vectors" not in together["text"]
    end = load_messages("telegram")[language]("privacy_end")
    assert alone["text"].endswith(end) and together["text"].endswith(end)
