"""`python -m training`: train, export, measure, describe."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.settings import SMALL, SMOKE, FurtherSettings, Settings
from vectorstore.errors import ReportQAError

DEFAULT_DATA = Path("../shared/data/qa")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the model, or its patch, stands in the output folder; 2 when data, an index or packages are missing."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    os.environ["OMP_NUM_THREADS"] = "1"  # torch reads it once; the run brings threads of its own
    settings = SMOKE if options.smoke else SMALL if options.small else Settings()
    named = {name: getattr(options, name) for name in ("steps", "seed", "threads", "workers")}
    given = {name: value for name, value in named.items() if value is not None}
    levers: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in options.set}
    further = replace(FurtherSettings(), **{name: given[name] for name in ("seed", "threads") if name in given})
    if options.steps is not None:
        further = replace(further, steps=(options.steps,))
    settings = replace(settings, **given)
    try:
        if options.further:
            further = replace(further, **levers)
        else:
            settings = replace(settings, **levers)
    except TypeError as error:
        print(f"--set names no setting of training/settings.py ({error}).", file=sys.stderr)  # noqa: T201
        return 2
    try:
        from training.compatible import without_cudnn_attention
        from training.further import train_further
        from training.run import make_reader
    except ImportError as error:
        print(f"{error.name} is missing; run `pip install 'reportqa[train]'`.", file=sys.stderr)  # noqa: T201
        return 2
    without_cudnn_attention()
    try:
        if options.further:
            train_further(options.data, options.work, options.out, further, settings)
        else:
            make_reader(options.data, options.work, options.out, settings)
    except FileNotFoundError as error:
        print(f"{error.filename} is missing; name the data with --data or READER_DATA.", file=sys.stderr)  # noqa: T201
        return 2
    except ReportQAError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _setting(given: str) -> tuple[str, Any]:
    """A setting and its value, in TOML."""
    ((name, value),) = tomllib.loads(given).items()
    return name, value


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    data = Path(os.environ.get("READER_DATA", DEFAULT_DATA))
    parser.add_argument("--data", type=Path, default=data, help="folder of the question-answering data")
    parser.add_argument(
        "--work", type=Path, default=Path("build/reader"), help="checkpoints and losses; a run is taken up from it"
    )
    parser.add_argument("--out", type=Path, default=Path("bot/readers/model"), help="where the model goes")
    parser.add_argument("--steps", type=int, default=None, help="length of a run")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--threads", type=int, default=None, help="threads that learn, where there is no GPU")
    parser.add_argument("--workers", type=int, default=None, help="processes that cut windows")
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="one of training/settings.py"
    )
    parser.add_argument(
        "--further", action="store_true", help="train the shipped model on, over invented reports: minutes on a GPU"
    )
    parser.add_argument("--small", action="store_true", help="the run for two cores without a GPU: an hour")
    parser.add_argument("--smoke", action="store_true", help="a run of seconds that shows that every part works")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
