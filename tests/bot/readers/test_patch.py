"""A patch changes the numbers that it names, by what it says, and nothing else."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest

from bot.readers.patch import Change, dither, packed, patched

BEFORE = 5
"""Bytes of the model in front of its first matrix: it begins where no number of four bytes would."""


def model(matrix: np.ndarray, vector: np.ndarray) -> bytes:
    return b"x" * BEFORE + matrix.astype(np.int8).tobytes() + vector.astype("<f4").tobytes() + b"end"


def apart(content: bytes, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    assert content[:BEFORE] == b"x" * BEFORE
    assert content.endswith(b"end")
    cut = BEFORE + rows * columns
    matrix = np.frombuffer(content[BEFORE:cut], np.int8).reshape(rows, columns)
    return matrix, np.frombuffer(content[cut:-3], "<f4")


def test_a_matrix_changes_by_the_product_and_a_vector_by_what_is_added() -> None:
    random = np.random.default_rng(0)
    matrix, vector = random.integers(-90, 90, (300, 200)), np.array([1.0, -2.0, 0.5])
    left, right = random.integers(-7, 8, (300, 3)), random.integers(-7, 8, (3, 200))
    changes = [Change(BEFORE, 300, 200, 3, 0.17), Change(BEFORE + 300 * 200, 1, 3, 0, 0.25)]
    values = np.concatenate([left.ravel(), right.ravel(), [4, 0, -1]]).astype(np.int8)
    after, added = apart(patched(model(matrix, vector), packed(changes, values)), 300, 200)
    wanted = left @ right * 0.17
    assert np.abs(after - matrix - wanted).max() <= 1
    assert abs((after - matrix - wanted).mean()) < 0.005
    assert added.tolist() == [2.0, -2.0, 0.25]


def test_a_change_of_a_tenth_of_a_step_changes_a_tenth_of_the_values() -> None:
    matrix = np.zeros((128, 256))
    changes = [Change(BEFORE, 128, 256, 1, 0.1)]
    after, _ = apart(patched(model(matrix, np.zeros(0)), packed(changes, np.ones(128 + 256, np.int8))), 128, 256)
    assert set(np.unique(after)) == {0, 1}
    assert after.mean() == pytest.approx(0.1, abs=0.005)
    assert after.mean(axis=0) == pytest.approx(np.full(256, 0.1), abs=0.05)
    assert after.mean(axis=1) == pytest.approx(np.full(128, 0.1), abs=0.05)


def test_no_change_changes_nothing_and_the_largest_value_stays() -> None:
    matrix = np.array([[127, -127, 3, 0]])
    still = packed([Change(BEFORE, 1, 4, 1, 0.5)], np.zeros(5, np.int8))
    assert patched(model(matrix, np.ones(2)), still) == model(matrix, np.ones(2))
    more = packed([Change(BEFORE, 1, 4, 1, 1.0)], np.array([7, 7, -7, 1, 0], np.int8))
    after, _ = apart(patched(model(matrix, np.ones(2)), more), 1, 4)
    assert after.tolist() == [[127, -127, 10, 0]]


def test_patches_are_applied_one_after_the_other() -> None:
    matrix = np.random.default_rng(0).integers(-90, 90, (300, 200))
    patches = [
        packed([Change(BEFORE, 300, 200, 1, step)], np.resize([7, -3, 0, 5], 500).astype(np.int8))
        for step in (0.3, 0.1)
    ]
    both = patched(model(matrix, np.ones(2)), *patches)
    assert both == patched(patched(model(matrix, np.ones(2)), patches[0]), patches[1])
    assert both != patched(model(matrix, np.ones(2)), patches[0])


def test_a_patch_of_large_values_has_one_in_a_byte() -> None:
    change = {"at": BEFORE, "rows": 1, "columns": 4, "rank": 1, "step": 0.5}
    large = zlib.compress(json.dumps([change]).encode() + b"\n" + np.array([100, 127, -127, 1, 0], np.int8).tobytes())
    after, _ = apart(patched(model(np.array([[127, -127, 3, 0]]), np.ones(2)), large), 1, 4)
    assert after.tolist() == [[127, -127, 53, 0]]


def test_the_dither_lies_within_half_a_step_and_is_even() -> None:
    pattern = dither(384, 1536)
    assert float(np.abs(pattern).max()) < 0.5
    assert float(np.abs(pattern.mean(axis=0)).max()) < 0.02
    assert float(np.abs(pattern.mean(axis=1)).max()) < 0.02


@pytest.mark.parametrize(
    "patch",
    [
        b"",
        b"no zlib",
        zlib.compress(b"no header"),
        zlib.compress(b"[]\nmore values than changes"),
        packed([Change(BEFORE, 2, 2, 1, 0.1)], np.zeros(2, np.int8)),
        packed([Change(1000, 2, 2, 1, 0.1)], np.zeros(4, np.int8)),
    ],
)
def test_what_is_no_patch_of_this_model_is_refused(patch: bytes) -> None:
    with pytest.raises((ValueError, zlib.error)):
        patched(model(np.zeros((2, 2)), np.zeros(1)), patch)
