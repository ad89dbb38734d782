"""A file of questions: every line answered or told why not, in order, and nothing half written."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Answer
from bot.assistant import Assistant
from bot.batch import BatchReport, answer_lines, read_lines, written_at_once
from bot.jsonl import to_json
from vectorstore.errors import InputError

GATES = "How many self-service boarding gates did the department manage in 2024?"
GATES_ZH = "二零二四年共有多少个自助登船闸口？"


def run(assistant: Assistant, tmp_path: Path, content: bytes) -> tuple[BatchReport, list[dict[str, Any]]]:
    source = tmp_path / "in.jsonl"
    source.write_bytes(content)
    out = io.BytesIO()
    report = answer_lines(assistant, read_lines(source), out)
    return report, [json.loads(line) for line in out.getvalue().splitlines()]


def test_questions_are_answered_in_order_with_their_ids(small_assistant: Assistant, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "question": GATES},
        {"id": 2, "question": GATES_ZH, "extra": True},
        {"question": "And in 2023?", "history": [{"question": GATES, "answer": None}]},
        {"id": {"n": [1.5, None]}, "question": "Who won the lottery?", "history": []},
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    report, records = run(small_assistant, tmp_path, content)
    assert report == BatchReport(answered=4, failed=0)
    assert [record.pop("id") for record in records] == ["a", 2, None, {"n": [1.5, None]}]
    answers = [Answer.model_validate(record) for record in records]
    assert ["214" in answers[0].answer, "214" in answers[1].answer, "187" in answers[2].answer] == [True] * 3
    assert [answer.refused for answer in answers] == [False, False, False, True]


@pytest.mark.parametrize(
    ("line", "identity", "reason"),
    [
        (b"not json", None, "not JSON"),
        (b"\xff\xfe", None, "not JSON"),
        (b'{"id": NaN, "question": "x"}', None, "NaN"),
        (b'{"id": 1e999, "question": "x"}', None, "id"),
        (b"[" * 100_000, None, "not JSON"),
        (b"[1]", None, "not a JSON object"),
        (b'{"id": 7}', 7, "no question"),
        (b'{"id": 7, "question": null}', 7, "no question"),
        (b'{"id": "x", "question": 12}', "x", "not a string"),
        (b'{"id": 8, "question": "q", "history": "no"}', 8, "history"),
        (b'{"id": 8, "question": "q", "history": [{"answer": "a"}]}', 8, "0.question"),
    ],
)
def test_a_line_that_cannot_be_answered_says_why_and_the_run_goes_on(
    small_assistant: Assistant, tmp_path: Path, line: bytes, identity: object, reason: str
) -> None:
    after = b'{"id": "after", "question": "hello"}'
    report, (failed, answered) = run(small_assistant, tmp_path, b"\n" + line + b"\n" + after + b"\n")
    assert report == BatchReport(answered=1, failed=1)
    assert failed.keys() == {"id", "error"}
    assert failed["id"] == identity
    assert failed["error"].startswith("Line 2: ")
    assert reason in failed["error"]
    assert answered["id"] == "after"


def test_a_defect_costs_one_line(small_assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = small_assistant.ask

    def sometimes(question: str, *args: Any, **options: Any) -> Answer:
        if question == "break":
            raise ZeroDivisionError
        return ask(question, *args, **options)

    monkeypatch.setattr(small_assistant, "ask", sometimes)
    report, records = run(small_assistant, tmp_path, b'{"question": "break"}\n{"question": "hello"}')
    assert report.failed == 1
    assert records[0] == {"id": None, "error": "Line 1: cannot be answered: ZeroDivisionError"}
    assert not records[1]["refused"]


@pytest.mark.parametrize("content", [b"", b"\n \r\n"])
def test_a_file_without_questions_gives_no_answers(small_assistant: Assistant, tmp_path: Path, content: bytes) -> None:
    assert run(small_assistant, tmp_path, content) == (BatchReport(0, 0), [])


def test_lone_surrogates_are_read_and_written(small_assistant: Assistant, tmp_path: Path) -> None:
    report, (record,) = run(small_assistant, tmp_path, b'{"id": "\\ud800", "question": "\\udfff gates \\u0000"}\r\n')
    assert record["id"] == "\ud800"
    assert report.failed == 0


def test_a_byte_order_mark_is_no_part_of_the_first_line(small_assistant: Assistant, tmp_path: Path) -> None:
    report, _ = run(small_assistant, tmp_path, b'\xef\xbb\xbf{"question": "hello"}')
    assert report.answered == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_written_as_one_line_that_reads_back(value: object) -> None:
    line = to_json(value)
    assert line.count(b"\n") == 1
    assert json.loads(line) == value


@given(st.text(st.characters(categories=["Cs", "L"]), max_size=5))
def test_lone_surrogates_read_back_too(text: str) -> None:
    # Two lone halves side by side are one character once they are read.
    assert json.loads(to_json(text)) == text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_input_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=str(tmp_path / name)):
        read_lines(tmp_path / name)


def test_output_appears_when_it_is_complete_and_replaces_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    with written_at_once(out) as file:
        file.write(b"new")
        assert out.read_bytes() == b"old"
    assert out.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_run_that_fails_leaves_the_output_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    with pytest.raises(error), written_at_once(out) as file:
        file.write(b"new")
        raise error
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["", "missing/out.jsonl"])
def test_output_that_cannot_be_written_is_named_before_anything_is_asked(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="Cannot write"), written_at_once(tmp_path / name):
        pytest.fail("the block ran")


def test_a_device_is_written_and_never_replaced() -> None:
    with written_at_once(Path("/dev/null")) as file:
        file.write(b"x")
    assert Path("/dev/null").is_char_device()


def test_a_link_goes_on_pointing_where_it_did(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with written_at_once(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
