"""What further training changed in the reading model, in a form that takes a megabyte or less where the model takes 22.

A matrix changes by the product of two narrow ones (Hu et al., "LoRA", 2021), a vector by what is added to it. All are
int8 values times a step, so that every machine comes to the same bytes: their products are whole numbers that fp32
holds exactly, in whatever order they are added up.

The model's matrices are int8 themselves, and most changes are less than one of their steps. Rounding to the nearest
would lose those; so a fixed pattern is added before (ordered dither, Bayer, 1973): of many values that should change by
a tenth of a step, a tenth change by one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

LIMIT = 127
SMALL = 7
"""The largest value of which a patch holds two in a byte."""
ROW, COLUMN = 97, 159
"""How far the dither moves along rows and columns, of its 256 levels: odd numbers near the golden ratio's shares."""
_LEVELS = ((np.arange(256) + 0.5) / 256 - 0.5).astype(np.float32)
_TILE = _LEVELS[(np.arange(256)[:, None] * ROW + np.arange(256) * COLUMN) % 256]
"""The dither, which repeats itself after 256 rows and columns."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """Of `rows` × `columns` numbers that begin at byte `at` of the model.

    int8 ones change by left (rows × rank) times right (rank × columns) times `step`, rounded with dither; where `rank`
    is 0 they are fp32 and change by their own values times `step`.
    """

    at: int
    rows: int
    columns: int
    rank: int
    step: float

    @property
    def count(self) -> int:
        """How many int8 values say it."""
        return self.rank * (self.rows + self.columns) or self.rows * self.columns


@dataclass(frozen=True, slots=True)
class Small:
    """The changes of a patch whose values are within seven of zero: two of them are a byte."""

    small: list[Change]


_HEADER = TypeAdapter(list[Change] | Small)


def packed(changes: Sequence[Change], values: NDArray[np.int8]) -> bytes:
    """The patch as a file holds it: a line of JSON and the values of all changes, within `SMALL`, compressed (zlib)."""
    # Huffman's codes have whole bits, and most values are zero: of two together a code comes nearer to what they say.
    couples = (np.pad(values, (0, len(values) % 2)) + SMALL).astype(np.uint8).reshape(-1, 2)
    content = (couples[:, 0] << 4 | couples[:, 1]).tobytes()
    # Z_FILTERED: the values have no repetitions that are worth it, the line before them has.
    packer = zlib.compressobj(9, memLevel=8, strategy=zlib.Z_FILTERED)
    return packer.compress(_HEADER.dump_json(Small(list(changes))) + b"\n" + content) + packer.flush()


def patched(model: bytes, *patches: bytes) -> bytes:
    """The model's file with the patches applied, one after the other.

    Raises:
        ValueError, zlib.error: one is no patch of this model.
    """
    result = np.frombuffer(model, np.uint8).copy()
    memory = _Memory()
    for patch in patches:
        _apply(patch, result, memory)
    return result.tobytes()


def _apply(patch: bytes, model: NDArray[np.uint8], memory: _Memory) -> None:
    header, _, content = zlib.decompress(patch).partition(b"\n")
    read = _HEADER.validate_json(header)
    changes = read.small if isinstance(read, Small) else read
    values = _apart(content) if isinstance(read, Small) else np.frombuffer(content, np.int8)
    count = sum(change.count for change in changes)
    if not count <= len(values) <= count + 1:
        raise ValueError("the patch is cut short")
    for change, own in zip(changes, _each(changes, values), strict=True):
        kind = np.dtype("i1" if change.rank else "<f4")
        size = change.rows * change.columns * kind.itemsize
        place = model[change.at : change.at + size]
        if len(place) != size:
            raise ValueError("the patch was made for another model")
        before = place.view(kind).reshape(change.rows, change.columns)
        if change.rank:
            _add_product(change, own, before, memory)
        else:
            before += own.astype(np.float32).reshape(before.shape) * np.float32(change.step)


def dither(rows: int, columns: int) -> Numbers:
    """The pattern that is added before rounding, within half a step of zero."""
    return np.tile(_TILE, (-(-rows // len(_TILE)), -(-columns // len(_TILE))))[:rows, :columns]


def _apart(content: bytes) -> NDArray[np.int8]:
    couples = np.frombuffer(content, np.uint8)
    values: NDArray[np.int8] = np.stack([couples >> 4, couples & 15], axis=1).ravel().astype(np.int8) - SMALL
    return values


def _each(changes: Sequence[Change], values: NDArray[np.int8]) -> Iterator[NDArray[np.int8]]:
    first = 0
    for change in changes:
        yield values[first : first + change.count]
        first += change.count


class _Memory:
    """Where the sums of matrices of one shape are made: new pages for each would take twice as long as the sums."""

    def __init__(self) -> None:
        self._of: dict[tuple[int, ...], tuple[Numbers, Numbers, Numbers]] = {}

    def of(self, shape: tuple[int, int]) -> tuple[Numbers, Numbers, Numbers]:
        """The dither of this shape, and two matrices to write to."""
        if shape not in self._of:
            self._of[shape] = dither(*shape), np.empty(shape, np.float32), np.empty(shape, np.float32)
        return self._of[shape]


def _add_product(change: Change, values: NDArray[np.int8], matrix: NDArray[np.int8], memory: _Memory) -> None:
    dithered, added, total = memory.of((change.rows, change.columns))
    numbers = values.astype(np.float32)
    cut = change.rows * change.rank
    np.matmul(numbers[:cut].reshape(change.rows, -1), numbers[cut:].reshape(-1, change.columns), out=added)
    added *= np.float32(change.step)
    np.add(matrix, dithered, out=total)
    total += added
    np.rint(total, out=total)
    matrix[:] = np.clip(total, -LIMIT, LIMIT, out=total)
