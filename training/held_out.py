"""Cuts a file of question-answering data to the documents that the reading model was not trained on.

`python -m training.held_out ../shared/data/qa/cmrc2018-dev.json --out build/cmrc-held-out.json`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from training.settings import Settings
from training.sources import FILES, is_held_out


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the file is written, 2 where there is nothing to cut."""
    parser = argparse.ArgumentParser(prog="python -m training.held_out", description=__doc__)
    parser.add_argument("file", type=Path, help=f"one of {', '.join(FILES.values())}")
    parser.add_argument("--out", type=Path, required=True, help="where those documents go")
    given = parser.parse_args(arguments)
    source = next((name for name, file in FILES.items() if file == given.file.name), None)
    if source is None or not given.file.is_file():
        sys.stderr.write(f"{given.file} is none of the training's files: {', '.join(FILES.values())}.\n")
        return 2
    try:
        content = json.loads(given.file.read_text(encoding="utf-8"))
        share = Settings().held_out
        content["data"] = [article for article in content["data"] if is_held_out(source, str(article["title"]), share)]
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{given.file} cannot be cut ({type(error).__name__}: {error}).\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
