"""The `reportqa` command. Each command imports what it needs when it runs, so that `--help` stays quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.models_command import app as models
from prompts import LanguageChoice
from vectorstore.errors import IndexMissingError, InputError, ReportQAError

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.assistant import Assistant
    from bot.explanation import Explanation
    from bot.settings import Settings
    from vectorstore.store import Filter

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""

app = typer.Typer(
    help="Answers questions about a bilingual report, every statement cited to the character.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(models, name="models")

Language = Annotated[LanguageChoice | None, typer.Option(help="Language of the answer; auto follows the question.")]
Reader = Annotated[Literal["sentence", "chat"] | None, typer.Option(help="Who writes the answer.")]
Threads = Annotated[
    int, typer.Option(min=0, max=64, help="Questions asked at a time; 0 is one a core, and of a chat model one.")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"reportqa {version('reportqa')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options that stand before the command."""


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Reports or folders of them; by default the report that ships."),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Take nothing from the old index.")] = False,
) -> None:
    """Read reports into the index, which then holds exactly these."""
    from bot.ingestion import ingest_reports, summary

    report = ingest_reports(_settings(), paths or [], rebuild=rebuild)
    typer.echo("\n".join(summary(report)))


@app.command()
def chat(language: Language = None, reader: Reader = None) -> None:
    """Ask questions and follow-ups; from a pipe, answer each line."""
    from bot.channels.console import Repl, chat_at_terminal, chat_from_pipe, greet
    from bot.channels.screen import Screen

    settings = _settings(language, reader)
    screen, at_terminal = Screen(), sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal:
        greet(screen, settings.language)
    assistant = _open_or_ingest(settings)
    repl = Repl(assistant, screen, Screen(stderr=True), settings.language)
    if at_terminal:
        chat_at_terminal(repl, screen, settings.home / "history")
        return
    chat_from_pipe(repl, screen)
    if repl.failures:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in English or Chinese.", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="Print the answer as one line of JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how the answer came about.")] = False,
    language: Language = None,
    reader: Reader = None,
    document: Annotated[str | None, typer.Option(help="Look only in the document of this name.")] = None,
    section: Annotated[str | None, typer.Option(help="Look only in the section of this title.")] = None,
) -> None:
    """Answer one question."""
    from bot.opening import open_assistant

    settings = _settings(language, reader)
    assistant = open_assistant(settings)
    where = _filter(assistant, document, section)
    explanation = None
    if explain:
        answer, explanation = assistant.explain(question, language=settings.language, filter=where)
    else:
        answer = assistant.ask(question, language=settings.language, filter=where)
    if json:
        _print_json(answer, explanation)
    else:
        _print_answer(answer, explanation)


@app.command()
def batch(
    questions: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="A question a line.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.jsonl", help="Gets an answer a line.")],
    language: Language = None,
    reader: Reader = None,
    threads: Threads = 0,
) -> None:
    """Answer a file of questions, in order."""
    from bot.batch import answer_lines, read_lines, written_at_once
    from bot.opening import open_assistant
    from bot.pool import threads_for
    from bot.progress import progress_bars

    settings = _settings(language, reader)
    lines = read_lines(questions)
    with written_at_once(out) as file, progress_bars() as progress:
        report = answer_lines(
            open_assistant(settings),
            lines,
            file,
            settings.language,
            threads_for(settings.reader, threads),
            lambda done, total: progress("answer", done, total),
        )
    typer.echo(f"{report.answered} of {len(lines)} lines answered, in {out}.", err=True)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(metavar="[GOLD.jsonl]", help="Gold questions, one a line.", show_default=False)
    ] = None,
    split: Annotated[Literal["dev", "test", "all"], typer.Option(help="Which side of the gold questions.")] = "all",
    reader: Reader = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Gets results.json and report.html.")] = None,
    least: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="NAME=VALUE", help="Exit 1 below this level; for latencies, above it."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="The --out folder of a run to compare with.")
    ] = None,
    ablation: Annotated[bool, typer.Option("--ablation", help="Run again with one part off at a time.")] = False,
    squad: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file in SQuAD's format, in place of gold.")
    ] = None,
    squad_language: Annotated[Literal["zh", "en"] | None, typer.Option(help="Language of its questions.")] = None,
    judge: Annotated[str | None, typer.Option(metavar="MODEL", help="A chat model that judges groundedness.")] = None,
    threads: Threads = 0,
) -> None:
    """Score the assistant on gold questions."""
    try:
        from evaluation.command import Options, run
    except ModuleNotFoundError as error:
        raise InputError(
            f"Evaluation needs {error.name}; install it with `pip install 'reportqa[evaluation]'`."
        ) from error

    options = Options(
        gold=gold,
        split=split,
        out=out,
        least=tuple(least or ()),
        baseline=baseline,
        ablation=ablation,
        squad=squad,
        squad_language=squad_language,
        judge=judge,
        threads=threads,
    )
    if code := run(options, _settings(reader=reader)):
        raise typer.Exit(code)


@app.command()
def telegram(reader: Reader = None) -> None:
    """Answer on Telegram until told to stop."""
    from bot.channels.telegram.application import run, token_of

    settings = _settings(reader=reader)
    token_of(settings)
    run(settings, _open_or_ingest(settings))


feedback = typer.Typer(help="What readers thought of answers.", add_completion=False, rich_markup_mode=None)
app.add_typer(feedback, name="feedback")


@feedback.callback()
def _feedback() -> None:
    """Keeps `export` a command of its own, though it is the only one so far."""


@feedback.command()
def export(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.jsonl", help="Gets the lines; by default standard output.")
    ] = None,
) -> None:
    """Write readers' verdicts as candidates for gold questions, one JSON object a line."""
    from bot.batch import written_at_once
    from bot.conversations import Conversations
    from bot.database import open_database
    from bot.feedback import gold_candidates

    lines = list(gold_candidates(Conversations(open_database(_settings().home))))
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        with written_at_once(out) as file:
            file.write(data)
    typer.echo(f"{len(lines)} verdicts.", err=True)


@app.command()
def doctor() -> None:
    """Say what is configured, what works, what is missing and how to mend it."""
    from bot.doctor import examine, report_lines

    checks = examine(_settings())
    typer.echo("\n".join(report_lines(checks)))
    if any(check.state == "trouble" for check in checks):
        raise typer.Exit(1)


def _settings(language: LanguageChoice | None = None, reader: str | None = None) -> Settings:
    """The settings of this process, with what the command line says in their place."""
    from bot.settings import load_settings

    given = {"language": language, "reader": reader}
    return load_settings().model_copy(update={name: value for name, value in given.items() if value})


def _open_or_ingest(settings: Settings) -> Assistant:
    """The assistant; without an index, of the report that ships."""
    from bot.opening import open_assistant

    try:
        return open_assistant(settings)
    except IndexMissingError:
        from bot.ingestion import ingest_reports

        typer.echo("There is no index yet: reading the report (about a minute, once) ...", err=True)
        ingest_reports(settings, [])
        return open_assistant(settings)


def _filter(assistant: Assistant, document: str | None, section: str | None) -> Filter | None:
    from bot.sections import find_titles
    from vectorstore.store import Filter

    if document is None and section is None:
        return None
    names = [entry.name for entry in assistant.manifest.documents]
    if document is not None and document not in names:
        raise InputError(f"The index has no document {document}; it has {', '.join(names)}.")
    if section is not None:
        titles = find_titles(section, assistant.sections())
        if len(titles) != 1:
            found = f"{len(titles)} sections" if titles else "no section"
            raise InputError(f"The index has {found} called {section}; /sections in `reportqa chat` lists them.")
        section = titles[0].zh or titles[0].en
    return Filter(document=document, section=section)


def _print_json(answer: Answer, explanation: Explanation | None) -> None:
    from dataclasses import asdict

    from bot.jsonl import to_json

    record = answer.model_dump()
    if explanation:
        record["explanation"] = asdict(explanation)
    sys.stdout.buffer.write(to_json(record))


def _print_answer(answer: Answer, explanation: Explanation | None) -> None:
    from bot.channels.rendering import answer_blocks, message_language
    from bot.channels.screen import Screen, spaced
    from bot.explaining import explanation_blocks
    from prompts import load_messages

    messages = load_messages("console")[message_language(answer.language)]
    parts = [answer_blocks(answer, messages)]
    if explanation:
        parts.append(explanation_blocks(explanation, messages))
    Screen().show(*spaced(parts))


def main() -> None:
    """The entry point: runs the command and ends the process with 0, 1 or 2, without a traceback.

    Python's development mode (`python -X dev`) lets the traceback of a defect through.
    """
    _use_utf8()
    sys.exit(_run())


def _use_utf8() -> None:
    """Makes the standard streams UTF-8 whatever the locale, so that no text fails to be read or written."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _run() -> int:
    try:
        code: int | None = app(prog_name="reportqa", standalone_mode=False)
        sys.stdout.flush()
        return code or 0
    except typer.TyperException as error:
        return _complain(f"{error.format_message().rstrip('.')}. See `reportqa --help`.", error.exit_code)
    except ReportQAError as error:
        return _complain(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # What is still in the buffer has no reader; the interpreter would complain of it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", 1)
    except Exception as error:  # the last line of defence: a person gets a line to report, not a traceback
        if sys.flags.dev_mode:
            raise
        return _complain(f"Unexpected {type(error).__name__}: {error}. Please report it.", 1)


def _complain(text: str, code: int) -> int:
    typer.echo(f"reportqa: {' '.join(text.split())}", err=True)
    return code
