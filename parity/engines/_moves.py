"""Move float32 numbers by up to one unit in the last place, at random, and back to the bit."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.model.tensors import Array

_BLOCK = 2**18 + 3  # no power of two: the pattern falls differently on each row of a matrix


def shake(array: Array, seed: int, *, back: bool, by: int = 1) -> None:
    """Move a contiguous float32 array in place; with ``back`` undo the move of that seed.

    by: units in the last place, at most 8.

    Zeros, infinities and NaN stay what they are, and no number becomes one of them: those next
    to them stay, too.
    """
    bits = array.reshape(-1).view(np.int32)
    steps = _steps(seed, back=back)
    for start in range(0, bits.size, _BLOCK):
        part = bits[start : start + _BLOCK]
        # One comparison for both ends, since a number below wraps round: denormals and zero on
        # one side, what is next to infinity (0x7f800000) on the other.
        magnitude = (part & 0x7FFFFFFF).view(np.uint32)
        np.subtract(magnitude, np.uint32(0x00800010), out=magnitude)
        part += by * steps[: part.size] * (magnitude < np.uint32(0x7F7FFFF0 - 0x00800010))


def moved(array: Array, seed: int, *, by: int = 1) -> Array:
    """A moved copy of a float32 array. by: as of `shake`."""
    copy = np.array(array, order="C")
    shake(copy, seed, back=False, by=by)
    return copy


def widen(largest: Any, base: Any, array: Any) -> Array:
    """The largest change of each element, with that of one more answer.

    Without bound where the shape is another: how many boxes are left, say. What is no number
    counts as none.
    """
    if array.shape != base.shape:
        return np.full(base.shape, np.inf, largest.dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        change = np.abs(array.astype(np.float64) - base)
    widest: Array = np.maximum(largest, np.where(np.isfinite(change), change, 0.0), out=largest)
    return widest


@functools.lru_cache(maxsize=64)
def _pattern(seed: int) -> NDArray[np.int32]:
    return np.random.default_rng(seed).integers(-1, 2, _BLOCK, np.int32)


@functools.lru_cache(maxsize=2)
def _steps(seed: int, *, back: bool) -> NDArray[np.int32]:
    return -_pattern(seed) if back else _pattern(seed)
