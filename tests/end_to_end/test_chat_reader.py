"""`--reader chat` as people call it: the command as a process, a scripted provider on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Run
from tests.end_to_end.test_repl import CTRL_C, CTRL_D, terminal
from tests.openai_api.server import OpenAIApi, Reply

GATES = "How many self-service boarding gates did the department manage in 2024?"
RIGHT = "In 2024, the department managed a total of 214 self-service boarding gates."


def environment(api: OpenAIApi, **changes: str) -> dict[str, str]:
    """The settings that name the scripted provider."""
    given = {"REPORTQA_CHAT_MODEL": "openai:scripted", "REPORTQA_CHAT_BASE_URL": api.url, "REPORTQA_CHAT_ATTEMPTS": "1"}
    return {**given, "REPORTQA_CHAT_API_KEY": "key-of-the-test", **changes}


def test_ask_batch_and_chat_answer_by_the_model(run: Run, tmp_path: Path) -> None:
    with OpenAIApi(lambda body: Reply(statements=[(RIGHT, [1])])) as api:
        asked = run("ask", GATES, "--reader", "chat", "--json", environment=environment(api))
        record = json.loads(asked.stdout)
        assert (record["answer"], record["reader"], asked.returncode) == (f"{RIGHT} [1]", "chat", 0)
        assert record["generation"]["tokens_in"] == 100
        questions, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        questions.write_text(json.dumps({"id": 1, "question": GATES}) + "\n", encoding="utf-8")
        run("batch", questions, "--out", answers, "--reader", "chat", environment=environment(api))
        assert json.loads(answers.read_text(encoding="utf-8"))["reader"] == "chat"
        piped = run("chat", input=f"/reader chat\n{GATES}\n/reader sentence\n{GATES}\n", environment=environment(api))
        assert f"{RIGHT} [1]" in piped.stdout
        assert len(api.requests) == 3
        assert piped.returncode == 0


EARLIER = "In 2023, there were 187 self-service boarding gates."
STATEMENTS = [(RIGHT, [1]), (EARLIER, [1])]


def test_a_growing_answer_ends_as_the_answer_that_is_given_whole(run: Run) -> None:
    with OpenAIApi(lambda body: Reply(statements=STATEMENTS)) as api:
        asked = run("ask", GATES, "--reader", "chat", environment=environment(api))
        piped = run("chat", "--reader", "chat", input=f"{GATES}\n", environment=environment(api))
    assert f"{RIGHT} [1] {EARLIER} [2]\n\n[1] " in asked.stdout
    assert piped.stdout == f"> {GATES}\n{asked.stdout}\n"


def test_a_statement_is_shown_while_the_next_is_written_and_ctrl_c_ends_the_answer_there(small_home: Path) -> None:
    slowly = Reply(statements=STATEMENTS, hang_after=25, hang_s=60)
    with OpenAIApi(lambda body: slowly if len(api.requests) == 1 else Reply(statements=STATEMENTS)) as api:
        settings = environment(api, TERM="dumb", REPORTQA_CHAT_CACHE_SIZE="0")
        with terminal(small_home, arguments=("chat", "--reader", "chat"), **settings) as console:
            console.until("> ")
            console.send(f"{GATES}\r")
            console.until("gates. [1]")
            console.send(CTRL_C)
            console.until("Question cancelled.")
            console.until("> ")
            console.send(f"{GATES}\r")
            console.until("gates. [2]")
            console.until("> ")
            assert console.leave(CTRL_D) == 0
        assert len(api.requests) == 2  # the cancelled question is no turn, and so nothing is condensed
    first, second = (part for part in console.text.split("> ") if "[1]" in part)
    assert f"{RIGHT} [1]^C\nQuestion cancelled." in first  # the terminal echoes Ctrl-C
    assert "187" not in first
    assert f"{RIGHT} [1]\n{EARLIER} [2]\n" in second


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_failing_provider_costs_no_question_and_is_told(run: Run, status: int) -> None:
    with OpenAIApi(lambda body: Reply(status=status)) as api:
        process = run("ask", GATES, "--reader", "chat", environment=environment(api))
    assert process.returncode == 0
    assert "214" in process.stdout
    assert "The chat model is not the one who answers here" in process.stdout
    assert process.stderr == ""


def test_a_model_without_a_key_is_one_line(run: Run) -> None:
    process = run("ask", GATES, "--reader", "chat", environment={"REPORTQA_CHAT_MODEL": "anthropic:some"})
    assert process.returncode == 2
    assert process.stdout == ""
    assert len(process.stderr.splitlines()) == 1
    assert "REPORTQA_CHAT_API_KEY" in process.stderr


def test_the_doctor_tries_the_model(run: Run) -> None:
    with OpenAIApi(lambda body: Reply("2")) as api:
        well = run("doctor", environment=environment(api))
        assert "openai:scripted replied in" in well.stdout
        api.script = lambda body: Reply(status=401)
        ill = run("doctor", environment=environment(api))
    assert well.returncode == ill.returncode == 0
    assert "openai:scripted does not reply (key" in ill.stdout
    assert "key-of-the-test" not in well.stdout + ill.stdout
