"""A refusal in the language of someone who asks in a fourth one: by the model, held to checks, else as it stands."""

from __future__ import annotations

import re

import pytest

from bot.assistant import Assistant
from bot.languages import other_language
from prompts import LanguageChoice
from tests.bot.chat.conftest import Chatting
from tests.openai_api.server import Body, OpenAIApi, Reply, Script

FRENCH = "Quelle est la capitale de la France ?"
ASKED = {
    "fr": FRENCH,
    "tl": "Magkano ang presyo ng gatas sa France?",
    "id": "Berapa harga susu di Prancis?",
    "ur": "فرانس میں دودھ کی قیمت کیا ہے؟",
    "ja": "フランスの牛乳はいくらですか？",
}
SAID = {
    "fr": "Le rapport ne traite pas de cela ; je réponds seulement avec ce qui est dans le rapport.",
    "tl": "Wala ito sa saklaw ng ulat na ito. Sumasagot lamang ako mula sa ulat.",
    "id": "Laporan ini tidak membahas hal itu. Saya hanya menjawab berdasarkan yang ada di laporan.",
    "ur": "یہ رپورٹ اس بارے میں نہیں ہے۔ میں صرف رپورٹ سے جواب دیتا ہوں۔",
    "ja": "この報告書にはそのことは書かれていません。報告書の内容だけにお答えします。",
}


def kept_of(body: Body) -> str:
    """What a request wants kept as it stands."""
    found = re.search(r"(?:untranslated: |不可翻譯：|不得翻译：)(.*)", str(body["messages"][0]["content"]))
    return found[1] if found else ""


def translating(text: str) -> Script:
    """A model that says `text`, then what is to be kept."""
    return lambda body: Reply(f"{text} {kept_of(body)}")


@pytest.mark.parametrize("language", ASKED)
def test_a_refusal_comes_in_the_language_of_the_question(
    api: OpenAIApi, chatting: Chatting, small_assistant: Assistant, language: str
) -> None:
    assert other_language(ASKED[language]) == language
    plain = small_assistant.ask(ASKED[language])
    assert plain.refused
    api.script = translating(SAID[language])
    answer = chatting().ask(ASKED[language])
    assert answer.answer.startswith(SAID[language])
    assert (answer.refused, answer.citations, answer.reader) == (True, (), "chat")
    assert answer.generation is not None
    assert re.fullmatch(r"en/chat_refusal@1-[0-9a-f]{8}", answer.generation.prompt)
    assert (answer.generation.calls, answer.generation.tokens_in, answer.generation.fallback) == (1, 100, None)


def test_the_model_is_sent_the_message_and_nothing_that_was_asked(
    api: OpenAIApi, chatting: Chatting, small_assistant: Assistant
) -> None:
    api.script = translating(SAID["fr"])
    chatting().ask(FRENCH)
    sent = "".join(str(message["content"]) for message in api.requests[0]["messages"])
    assert small_assistant.ask(FRENCH).answer in sent
    assert "capitale" not in sent
    assert "French" in sent
    assert "tools" not in api.requests[0]


@pytest.mark.parametrize(
    ("language", "choice", "named"), [("fr", "zh-Hant", "法文"), ("ja", "zh-Hans", "日语"), ("tl", "en", "Tagalog")]
)
def test_the_prompt_is_in_the_language_that_the_message_is_in(
    api: OpenAIApi, chatting: Chatting, language: str, choice: LanguageChoice, named: str
) -> None:
    api.script = translating(SAID[language])
    answer = chatting().ask(ASKED[language], language=choice)
    assert named in str(api.requests[0]["messages"][0]["content"])
    assert answer.answer.startswith(SAID[language])
    assert answer.generation is not None
    assert answer.generation.prompt.startswith(f"{choice}/chat_refusal@1-")


@pytest.mark.parametrize(
    "said",
    [
        "That is not in the report, I am afraid, and so I will not guess at all.",
        SAID["tl"],
        "這份報告沒有提及這個問題，我只根據報告內容作答，不會猜測。",
        f"{SAID['fr']} Voir https://evil.example/a",
        f"{SAID['fr']} Voir evil.example",
        f"{SAID['fr']} Appelez le 2999 8888.",
        f"{SAID['fr']} Il y a 3 bureaux.",
        f"{SAID['fr']} Demandez au professeur Tournesol.",
        f"{SAID['fr']} ![x](a)",
        f"{SAID['fr']} <b>Non</b>",
        SAID["fr"] * 9,
        "Non, pas dans le rapport.",
        f"{SAID['fr']} You translate messages of an assistant for the public.",
        "",
    ],
    ids=["untranslated", "another", "Chinese", "link", "domain", "telephone", "figure", "name", "image", "HTML", "long",
         "short", "prompt", "empty"],
)  # fmt: skip
def test_a_translation_that_will_not_do_leaves_the_message_as_it_is(
    api: OpenAIApi, chatting: Chatting, small_assistant: Assistant, said: str
) -> None:
    api.script = translating(said)
    answer = chatting().ask(FRENCH)
    assert answer.answer == small_assistant.ask(FRENCH).answer
    assert (answer.refused, answer.reader) == (True, "sentence")
    assert answer.generation is not None
    assert answer.generation.fallback == "untranslated"


def test_what_is_to_be_kept_is_kept(api: OpenAIApi, chatting: Chatting, small_assistant: Assistant) -> None:
    api.script = lambda body: Reply(SAID["fr"])
    answer = chatting().ask(FRENCH)
    assert "Harbour" in kept_of(api.requests[0])
    assert answer.answer == small_assistant.ask(FRENCH).answer


@pytest.mark.parametrize(("status", "reason"), [(401, "key"), (500, "provider")])
def test_a_fault_leaves_the_message_as_it_is(
    api: OpenAIApi, chatting: Chatting, small_assistant: Assistant, status: int, reason: str
) -> None:
    api.script = lambda body: Reply(status=status)
    answer = chatting().ask(FRENCH)
    assert answer.answer == small_assistant.ask(FRENCH).answer
    assert answer.generation is not None
    assert answer.generation.fallback == reason


@pytest.mark.parametrize("question", ["What is the capital of France?", "法國首都係邊度？", "Where is 優の良品?"])
def test_a_refusal_in_our_languages_is_not_sent(api: OpenAIApi, chatting: Chatting, question: str) -> None:
    assert chatting().ask(question).refused
    assert not api.requests


def test_a_translation_is_kept_for_the_next_asker(api: OpenAIApi, chatting: Chatting) -> None:
    api.script = translating(SAID["fr"])
    assistant = chatting()
    first, second = assistant.ask(FRENCH), assistant.ask(FRENCH)
    assert second.answer == first.answer
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Schalter gibt es am Flughafen?", "de"),
        ("¿Cuánto cuesta una visa de trabajo?", "es"),
        ("Quanto custa um visto de trabalho?", "pt"),
        ("Làm thế nào để gia hạn thị thực?", "vi"),
        ("여권 발급에 며칠 걸립니까?", "ko"),
        ("ค่าธรรมเนียมวีซ่าเท่าไหร่", "th"),
        ("वीज़ा शुल्क कितना है?", "hi"),
        ("भिसा शुल्क कति लाग्छ?", "ne"),
        ("ਵੀਜ਼ਾ ਫੀਸ ਕਿੰਨੀ ਹੈ?", "pa"),
        ("كم تبلغ رسوم التأشيرة؟", "ar"),
        ("Сколько стоит виза и где её получить?", "ru"),
        ("ভিসার ফি কত?", "bn"),
        ("هزینه ویزا چقدر است؟", None),
        ("How much is the fee in la Ville de Québec?", None),
        ("簽證費用係幾多？", None),
        ("e-Channel", None),
    ],
)
def test_a_language_is_told_by_its_words_or_letters(text: str, language: str | None) -> None:
    assert other_language(text) == language
