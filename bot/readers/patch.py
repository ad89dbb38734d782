"""What further training changed in the reading model, in a form that takes a megabyte where the model takes 22.

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
ROW, COLUMN = 97, 159
"""How far the dither moves along rows and columns, of its 256 levels: odd numbers near the golden ratio's shares."""
_LEVELS = ((np.arange(256) + 0.5) / 256 - 0.5).astype(np.float32)

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


_CHANGES = TypeAdapter(list[Change])


def packed(changes: Sequence[Change], values: NDArray[np.int8]) -> bytes:
    """The patch as a file holds it: a line of JSON and the values of all changes, compressed (zlib)."""
    # Values without repetitions: looking for some makes it larger.
    packer = zlib.compressobj(9, memLevel=9, strategy=zlib.Z_HUFFMAN_ONLY)
    return packer.compress(_CHANGES.dump_json(list(changes)) + b"\n" + values.tobytes()) + packer.flush()


def patched(model: bytes, patch: bytes) -> bytes:
    """The model's file with the patch applied. Raises ValueError or zlib.error where it is no patch of this model."""
    header, _, content = zlib.decompress(patch).partition(b"\n")
    changes = _CHANGES.validate_json(header)
    values = np.frombuffer(content, np.int8)
    if len(values) != sum(change.count for change in changes):
        raise ValueError("the patch is cut short")
    result = np.frombuffer(model, np.uint8).copy()
    for change, own in zip(changes, _each(changes, values), strict=True):
        kind = np.dtype("i1" if change.rank else "<f4")
        size = change.rows * change.columns * kind.itemsize
        place = result[change.at : change.at + size]
        if len(place) != size:
            raise ValueError("the patch was made for another model")
        before = place.view(kind).reshape(change.rows, change.columns)
        before[:] = _rounded(before, _product(change, own)) if change.rank else before + _product(change, own)
    return result.tobytes()


def dither(rows: int, columns: int) -> Numbers:
    """The pattern that is added before rounding, within half a step of zero."""
    along, across = (np.arange(rows) * ROW).astype(np.uint8), (np.arange(columns) * COLUMN).astype(np.uint8)
    pattern: Numbers = _LEVELS[along[:, None] + across]  # which wraps around
    return pattern


def _each(changes: Sequence[Change], values: NDArray[np.int8]) -> Iterator[NDArray[np.int8]]:
    first = 0
    for change in changes:
        yield values[first : first + change.count]
        first += change.count


def _product(change: Change, values: NDArray[np.int8]) -> Numbers:
    numbers = values.astype(np.float32)
    step = np.float32(change.step)
    if not change.rank:
        return numbers.reshape(change.rows, change.columns) * step
    cut = change.rows * change.rank
    left, right = numbers[:cut].reshape(change.rows, -1), numbers[cut:].reshape(-1, change.columns)
    product: Numbers = (left @ right) * step
    return product


def _rounded(before: NDArray[np.int8], change: Numbers) -> Numbers:
    pattern = dither(*before.shape)
    rounded: Numbers = np.rint(before.astype(np.float32) + pattern + change).clip(-LIMIT, LIMIT)
    return rounded
