"""The REPL: questions and slash commands, from a terminal or line by line from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rich.text import Text

from bot.answer import Citation, Quote, ReaderName
from bot.channels.conversation import Conversation
from bot.channels.rendering import answer_text, both_titles, citation_blocks, section_blocks, source_blocks
from bot.channels.screen import Block, Screen, one_line, spaced
from bot.explaining import explanation_blocks
from bot.sections import distinct_titles, find_titles
from prompts import LANGUAGES, LanguageChoice, load_messages
from vectorstore.errors import ReportQAError

if TYPE_CHECKING:
    from bot.assistant import Assistant

_LISTED_TITLES = 5


class Repl:
    """Answers questions and follows slash commands on a screen."""

    def __init__(self, assistant: Assistant, screen: Screen, errors: Screen, language: LanguageChoice = "auto") -> None:
        """Answers go to `screen`, errors to `errors`; `failures` counts the lines that ended in an error."""
        self.failures = 0
        self._assistant = assistant
        self._conversation = Conversation(assistant, language)
        self._screen = screen
        self._errors = errors
        self._commands: dict[str, Callable[[str], None]] = {
            "/source": self._source,
            "/why": self._why,
            "/language": self._language,
            "/reader": self._reader,
            "/new": self._new,
            "/sections": self._sections,
            "/section": self._section,
            "/help": self._help,
        }

    @property
    def prompt(self) -> str:
        """What stands before the line to type: the section that questions are limited to, if any."""
        section = self._conversation.section
        return f"[{both_titles(section)}] > " if section else "> "

    def command_help(self) -> dict[str, str]:
        """Each slash command with what it does."""
        return {
            name: self._conversation.messages(f"help_{name.removeprefix('/')}") for name in (*self._commands, "/quit")
        }

    def command_values(self) -> dict[str, list[str]]:
        """The values that slash commands take, for completion."""
        titles = distinct_titles(self._assistant.sections())
        names = [name for title in titles for name in (title.zh, title.en) if name]
        languages: list[str] = list(get_args(LanguageChoice))
        return {
            "/section": names,
            "/sections": names,
            "/language": languages,
            "/reader": list(get_args(ReaderName)),
        }

    def respond(self, line: str) -> bool:
        """Answers a question or follows a command; an error becomes one line. False when the person leaves."""
        line = line.strip()
        name, _, argument = line.partition(" ")
        if name in {"/quit", "/exit"}:
            return False
        try:
            if name in self._commands:
                self._commands[name](argument.strip())
            elif name.startswith("/"):
                self._say("unknown_command", command=one_line(name))
            elif line:
                self._ask(line)
        except ReportQAError as error:
            self._fail("failed", str(error))
        except Exception as error:  # a defect may cost one question, not the conversation
            self._fail("failed_unexpectedly", f"{type(error).__name__}: {error}")
        return True

    def cancelled(self) -> None:
        """Says that the question was cancelled."""
        self._say("cancelled")

    def _say(self, key: str, **fields: object) -> None:
        self._screen.say(self._conversation.messages(key, **fields))

    def _fail(self, key: str, error: str) -> None:
        self.failures += 1
        self._errors.say(self._conversation.messages(key, error=one_line(error)), "red")

    def _ask(self, question: str) -> None:
        """Shows the answer as it grows, then its citations; of a cancelled one what was shown stays."""
        growing = self._screen.growing()
        try:
            for answer in self._conversation.ask(question):
                growing.show(answer_text(answer))
        finally:
            growing.end()
        self._screen.show(*citation_blocks(answer, self._conversation.messages))

    def _source(self, argument: str) -> None:
        asked = self._conversation.last
        if asked is None or not asked.answer.citations:
            self._say("no_citations" if asked else "nothing_asked")
            return
        citations = {str(citation.marker): citation for citation in asked.answer.citations}
        number = argument.strip("[]［］【】 ") or next(iter(citations))
        if number in citations:
            self._show_source(citations[number])
        elif number.isdecimal():
            first, last = min(citations, key=int), max(citations, key=int)
            self._say("no_such_source", number=number, first=first, last=last)
        else:
            self._say("source_usage")

    def _show_source(self, citation: Citation) -> None:
        quotes: list[Quote] = [citation, *([citation.counterpart] if citation.counterpart else [])]
        messages, colour = self._conversation.messages, self._screen.has_colour
        self._screen.show(
            *spaced(
                source_blocks(
                    quote, self._assistant.passage(quote.passage_id), citation.language, messages, colour=colour
                )
                for quote in quotes
            )
        )
        if citation.in_one_language:
            self._say("one_language_only")

    def _why(self, argument: str) -> None:
        asked = self._conversation.last
        if asked is None:
            self._say("nothing_asked")
            return
        explanation = self._conversation.explain(asked)
        self._screen.show(*explanation_blocks(explanation, self._conversation.messages))

    def _language(self, argument: str) -> None:
        if argument == "auto":
            self._conversation.language = "auto"
            self._say("language_auto")
            return
        chosen = next((language for language in LANGUAGES if language.lower() == argument.lower()), None)
        if chosen is None:
            self._say("language_usage")
            return
        self._conversation.language = chosen
        self._say("language_set")

    def _reader(self, argument: str) -> None:
        chosen = next((reader for reader in get_args(ReaderName) if reader == argument), None)
        if chosen is None:
            self._say("reader_usage")
            return
        self._assistant.choose_reader(chosen)
        self._conversation.reader = chosen
        self._say(f"reader_{chosen}")

    def _new(self, argument: str) -> None:
        messages = self._conversation.messages
        self._conversation.begin_anew()
        self._screen.say(messages("new_conversation"))

    def _sections(self, argument: str) -> None:
        sections = self._assistant.sections()
        if argument:
            titles = set(find_titles(argument, sections))
            sections = [path for path in sections if titles & set(path)]
        blocks = section_blocks(sections)
        if blocks:
            self._screen.show(*blocks)
        elif argument:
            self._say("section_unknown", title=one_line(argument))
        else:
            self._say("no_sections")

    def _section(self, argument: str) -> None:
        if not argument:
            self._conversation.section = None
            self._say("section_cleared")
            return
        titles = find_titles(argument, self._assistant.sections())
        if len(titles) == 1:
            self._conversation.section = titles[0]
            self._say("section_set", title=both_titles(titles[0]))
        elif titles:
            listed = [both_titles(title) for title in titles[:_LISTED_TITLES]]
            more = ["…"] if len(titles) > _LISTED_TITLES else []
            self._say("section_ambiguous", title=one_line(argument), titles="; ".join(listed + more))
        else:
            self._say("section_unknown", title=one_line(argument))

    def _help(self, argument: str) -> None:
        purposes = self.command_help()
        width = max(map(len, purposes)) + 2
        self._screen.show(
            *(
                Block(Text.assemble((name.ljust(width), "bold"), purpose), hanging=width)
                for name, purpose in purposes.items()
            )
        )


def greet(screen: Screen, language: LanguageChoice) -> None:
    """The first lines of a REPL at a terminal: in `language`, or in English and Traditional Chinese."""
    messages = load_messages("console")
    for spoken in ("en", "zh-Hant") if language == "auto" else (language,):
        screen.say(messages[spoken]("greeting"), "bold")


def chat_at_terminal(repl: Repl, screen: Screen, history_file: Path) -> None:
    """Prompts until Ctrl-D or /quit. Ctrl-C clears the line, or cancels the question that is being answered."""
    from bot.channels.prompting import CommandCompleter, make_session

    session = make_session(history_file, CommandCompleter(repl.command_help, repl.command_values()))
    while True:
        line = ""
        try:
            line = session.prompt(repl.prompt)
            if not repl.respond(line):
                return
            screen.say("")
        except KeyboardInterrupt:
            if line:
                repl.cancelled()
        except EOFError:
            return


def chat_from_pipe(repl: Repl, screen: Screen) -> None:
    """Answers each line of standard input that is not blank, each below itself; ends with the input or /quit."""
    for line in sys.stdin:
        if line.strip():
            screen.say(f"> {one_line(line)}")
            if not repl.respond(line):
                return
            screen.say("")
