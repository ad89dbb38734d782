"""Imports run one way: ingest and vectorstore know no bot, channels and evaluation know only the assistant."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "vectorstore": ("bot", "ingest", "evaluation", "prompts"),
    "ingest": ("bot", "evaluation", "prompts"),
    "prompts": ("bot", "ingest", "evaluation", "vectorstore"),
    "bot": ("evaluation",),
    "bot/channels": ("ingest", "bot.readers", "bot.refusal", "bot.grounding", "vectorstore.retriever"),
}


def imported_names(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_lies_before_it(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        if path.name != "cli.py"  # the command puts the rooms together
        for name in imported_names(path)
        for forbidden in FORBIDDEN[room]
        if name == forbidden or name.startswith(f"{forbidden}.")
    }
    assert not wrong
