"""The README's first command, on a copy of the tree, as a newcomer would type it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _copy_of_the_tree(target: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode("utf-8").split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def test_make_chat_sets_everything_up_and_answers_in_both_languages(tmp_path: Path) -> None:
    tree = _copy_of_the_tree(tmp_path)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("REPORTQA_", "VIRTUAL_ENV", "MAKE"))}
    done = subprocess.run(
        ["make", "chat"],
        cwd=tree,
        input="How many multi-purpose e-Channels are there?\n而家有幾多條e-道?\n",
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    english, cantonese = done.stdout.split("> 而家有幾多條e-道?")
    for answer in (english, cantonese):
        assert re.search(r"756[^\n]*\[1\]", answer)
    assert "共有" in cantonese or "設有" in cantonese
    again = subprocess.run(["make", "setup"], cwd=tree, env=environment, capture_output=True, text=True, check=True)
    assert "Installing" not in again.stderr
