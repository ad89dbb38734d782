"""The tokens of an index's texts, kept in a file: cutting Chinese words takes longer than opening the index."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vectorstore.tokens import tokenise

_CODE = ("tokens.py", "quantities.py")


def cached_tokens(file: Path, texts: Sequence[str]) -> list[list[str]]:
    """The tokens of each text: from `file` if it holds those of just these texts, else made now and kept there.

    A file that cannot be read or written is no error; the tokens are then made each time.
    """
    key = _key(texts)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["key"] == key:
            tokens: list[list[str]] = [text.split(" ") if text else [] for text in kept["tokens"]]
            return tokens
    made = [tokenise(text) for text in texts]
    with contextlib.suppress(OSError):
        _write(file, {"key": key, "tokens": [" ".join(tokens) for tokens in made]})
    return made


def _key(texts: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _write(file: Path, content: object) -> None:
    """Written beside and renamed: a reader sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
