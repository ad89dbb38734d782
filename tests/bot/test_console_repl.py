"""The REPL's questions and slash commands, on the real assistant over a small report."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.assistant import Assistant
from bot.channels.console import Repl
from bot.channels.prompting import CommandCompleter, make_session
from bot.channels.screen import Screen
from prompts import LanguageChoice, load_messages

EN, HANS, HANT = (load_messages("console")[language] for language in ("en", "zh-Hans", "zh-Hant"))
GATES = "How many self-service boarding gates did the department manage in 2024?"
GATES_YUE = "2024年有幾多個自助登船閘口？"


class Console:
    """A REPL with what it printed."""

    def __init__(self, assistant: Assistant, language: LanguageChoice = "auto") -> None:
        self._out, self._err = io.StringIO(), io.StringIO()
        self.repl = Repl(assistant, Screen(self._out), Screen(self._err), language)

    def __call__(self, line: str) -> str:
        """What the REPL prints in reply to a line."""
        self._out.seek(0)
        self._out.truncate()
        assert self.repl.respond(line)
        return self._out.getvalue()

    @property
    def errors(self) -> str:
        return self._err.getvalue()


@pytest.fixture
def console(small_assistant: Assistant) -> Console:
    return Console(small_assistant)


@pytest.mark.parametrize(
    ("question", "number", "quote"),
    [
        (GATES, "214", "In 2024, the department managed a total of 214 self-service boarding gates."),
        (GATES_YUE, "214", "二零二四年，本处共管理 214 个自助登船闸口。"),
    ],
)
def test_a_question_is_answered_with_its_source_in_both_languages(
    console: Console, question: str, number: str, quote: str
) -> None:
    printed = console(question)
    assert number in printed.splitlines()[0]
    assert f"[1] {quote}\n" in printed
    assert printed.count("small-report.md · ") == 2


def test_a_follow_up_is_understood_from_the_conversation(console: Console) -> None:
    console(GATES)
    assert "187" in console("And in 2023?").splitlines()[0]


def test_a_new_conversation_forgets_the_earlier_turns(console: Console) -> None:
    console(GATES)
    assert console("/new") == EN("new_conversation") + "\n"
    assert console("/source") == EN("nothing_asked") + "\n"
    console("And in 2023?")
    assert "Read as        And in 2023?\n" in console("/why")


def test_source_shows_the_quote_inside_its_passage_in_both_languages(console: Console) -> None:
    console(GATES)
    printed = console("/source 1")
    assert ">>In 2024, the department managed a total of 214 self-service boarding gates.<< In 2023," in printed
    assert "【二零二四年，本处共管理 214 个自助登船闸口。】" in printed
    assert console("/source [1]") == console("/source") == printed


@pytest.mark.parametrize(
    ("line", "key"),
    [("/source 99", "no_such_source"), ("/source one", "source_usage"), ("/source ²", "source_usage")],
)
def test_a_source_that_is_not_there_is_one_friendly_line(console: Console, line: str, key: str) -> None:
    console(GATES)
    assert console(line) == EN(key, number=99, first=1, last=1) + "\n"


@pytest.mark.parametrize("line", ["/source 1", "/why"])
def test_before_the_first_question_there_is_nothing_to_show(console: Console, line: str) -> None:
    assert console(line) == EN("nothing_asked") + "\n"


def test_an_answer_without_citations_has_no_source(console: Console) -> None:
    console("hello")
    assert console("/source 1") == EN("no_citations") + "\n"


def test_why_explains_the_last_question_and_changes_nothing(console: Console) -> None:
    console(GATES)
    printed = console("/why")
    assert GATES in printed
    assert printed.endswith(EN("stage_answered") + "\n")
    assert "187" in console("And in 2023?").splitlines()[0]


def test_why_explains_a_refusal_as_it_was_asked(console: Console) -> None:
    console("/section Training")
    console(GATES)
    console("/section")
    printed = console("/why")
    assert printed.splitlines()[-1] in {EN("stage_refusal"), EN("stage_retrieval"), EN("stage_reading")}


def test_messages_follow_the_language_of_the_last_question(console: Console) -> None:
    assert console("/why") == EN("nothing_asked") + "\n"
    console(GATES_YUE)
    assert console("/foo") == HANT("unknown_command", command="/foo") + "\n"
    console(GATES)
    assert console("/foo") == EN("unknown_command", command="/foo") + "\n"


def test_a_chosen_language_holds_for_answers_and_messages(console: Console) -> None:
    assert console("/language zh-hans") == HANS("language_set") + "\n"
    assert "自助登船闸口" in console(GATES).splitlines()[0]
    assert console("/language auto") == HANS("language_auto") + "\n"
    assert console("/language fr") == HANS("language_usage") + "\n"


@pytest.mark.parametrize(("argument", "key"), [("sentence", "reader_sentence"), ("", "reader_usage")])
def test_the_chosen_reader_is_named(console: Console, argument: str, key: str) -> None:
    assert console(f"/reader {argument}") == EN(key) + "\n"


def test_a_chat_reader_without_a_model_is_one_line_and_the_sentence_reader_goes_on(console: Console) -> None:
    assert console("/reader chat") == ""
    assert "REPORTQA_CHAT_MODEL" in console.errors
    assert "214" in console(GATES)


def test_sections_are_listed_in_both_languages_and_narrowed_by_a_title(console: Console) -> None:
    assert "渡轮码头 · Ferry Terminals" in console("/sections")
    narrowed = console("/sections 培訓")
    assert "培训 · Training" in narrowed
    assert "Ferry" not in narrowed
    assert console("/sections nowhere") == EN("section_unknown", title="nowhere") + "\n"


def test_questions_are_limited_to_a_chosen_section_until_the_limit_is_lifted(console: Console) -> None:
    assert console("/section 培訓") == EN("section_set", title="培训 · Training") + "\n"
    assert console.repl.prompt == "[培训 · Training] > "
    assert "214" not in console(GATES)
    assert console("/section") == EN("section_cleared") + "\n"
    assert console.repl.prompt == "> "
    assert "214" in console(GATES)


def test_a_title_that_fits_several_sections_lists_them(console: Console) -> None:
    printed = console("/section r")
    assert "培训 · Training" in printed
    assert "渡轮码头 · Ferry Terminals" in printed


def test_help_tells_every_command_in_the_language_of_the_conversation(small_assistant: Assistant) -> None:
    for language, messages in (("en", EN), ("zh-Hant", HANT)):
        console = Console(small_assistant, "en" if language == "en" else "zh-Hant")
        lines = console("/help").splitlines()
        assert [line.split()[0] for line in lines] == list(console.repl.command_help())
        assert all(line.endswith(messages(f"help_{line.split()[0][1:]}")) for line in lines)


@pytest.mark.parametrize("line", ["/quit", "/exit", "  /quit  "])
def test_quit_leaves(console: Console, line: str) -> None:
    assert console.repl.respond(line) is False


def test_an_unknown_command_prints_no_control_character(console: Console) -> None:
    assert "\x1b" not in console("/\x1b[2J")


def test_an_error_is_one_line_and_the_conversation_goes_on(
    console: Console, small_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("out of\norder")

    with monkeypatch.context() as patch:
        patch.setattr(small_assistant, "stream", broken)
        assert console(GATES) == ""
    assert console.errors == EN("failed_unexpectedly", error="RuntimeError: out of order") + "\n"
    assert console.repl.failures == 1
    assert "214" in console(GATES)


@pytest.mark.parametrize(
    "line", ["\ud800", "\x00\x1b[31m", "e" * 10_000, "入" * 10_000, "[red]", "{0}", "/section {0}", "/section \ud800"]
)
def test_no_line_ends_the_conversation_or_fails(console: Console, line: str) -> None:
    assert console(line)
    assert console.repl.failures == 0


def completions(repl: Repl, typed: str) -> list[str]:
    completer = CommandCompleter(repl.command_help, repl.command_values())
    return [found.text for found in completer.get_completions(Document(typed), CompleteEvent())]


def test_commands_titles_and_values_are_completed_and_questions_are_not(console: Console) -> None:
    repl = console.repl
    assert completions(repl, "/s") == ["/source", "/sections", "/section"]
    assert completions(repl, "/section tra") == ["Training"]
    assert "渡轮码头" in completions(repl, "/sections ")
    assert completions(repl, "/language zh") == ["zh-Hans", "zh-Hant"]
    assert completions(repl, "/reader ") == ["sentence", "chat"]
    assert completions(repl, "How many ") == completions(repl, "/why x") == []


@pytest.mark.parametrize("typed", ["幾多條e-道?", "\udcff bytes that are no text", "two\nlines"])
def test_what_was_typed_is_kept_for_the_next_run(tmp_path: Path, typed: str) -> None:
    def session() -> Callable[[], list[str]]:
        history = make_session(tmp_path / "home" / "history", CommandCompleter(dict, {})).history
        return lambda: list(history.load_history_strings())

    make_session(tmp_path / "home" / "history", CommandCompleter(dict, {})).history.append_string(typed)
    assert session()() == [typed.replace("\udcff", "\ufffd")]
    assert (tmp_path / "home" / "history").stat().st_mode & 0o077 == 0


def test_a_history_that_cannot_be_kept_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    session = make_session(tmp_path / "home" / "history", CommandCompleter(dict, {}))
    session.history.append_string("question")
    assert session.history.get_strings() == ["question"]
