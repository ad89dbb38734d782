"""The Python example of docs/evaluation.md runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings
from evaluation.command import Options, run
from evaluation.metrics import METRICS
from evaluation.squad.metrics import SQUAD_METRICS

PAGE = Path(__file__).parents[2] / "docs" / "evaluation.md"


def test_the_example_runs(small_gold: Path, small_settings: Settings, tmp_path: Path) -> None:
    assert run(Options(gold=small_gold, out=tmp_path / "before"), small_settings) == 0
    (tmp_path / ".reportqa").symlink_to(small_settings.home, target_is_directory=True)
    # Which side of the split a question of four is on, is chance.
    example = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    script = tmp_path / "example.py"
    script.write_text(example.replace(', split="dev"', ""), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "correct: 1.000" in done.stdout
    assert "Cantonese: 1.0" in done.stdout


def test_every_metric_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = {metric.name for metric in METRICS} | {metric.name for metric in SQUAD_METRICS}
    assert "`@5`, `@10`" in page
    assert {name for name in names if f"`{name}`" not in page} == {"recall@5", "recall@10"}
