"""The systemd unit is one that systemd takes."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

UNIT = Path(__file__).parents[1] / "deploy" / "reportqa-telegram.service"


def test_the_unit_can_be_read_and_verified(tmp_path: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    assert unit["Service"]["ExecStart"].endswith("reportqa telegram")
    assert unit["Service"]["RestartPreventExitStatus"] == "2"
    if shutil.which("systemd-analyze") is None:
        return
    # The command of the unit is where an operator installs it; here another that exists stands for it.
    text = UNIT.read_text(encoding="utf-8").replace(unit["Service"]["ExecStart"], "/bin/true")
    copy = tmp_path / UNIT.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert not said, said
