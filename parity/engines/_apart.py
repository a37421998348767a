"""How far two arrays are apart, in blocks, so that large ones cost no copies."""

from dataclasses import dataclass

import numpy as np

from parity.model.tensors import Array

_BLOCK = 1 << 18  # elements that are looked at together: they stay in the cache of a core


@dataclass
class Apart:
    """The largest difference, infinite where one side alone is finite, and where that is."""

    most: float = 0.0
    index: int = 0
    expected: float = 0.0
    actual: float = 0.0
    magnitude: float = 0.0


def apart(expected: Array, actual: Array) -> Apart:
    """Of two arrays of one size. magnitude: of the largest finite number expected.

    Equal infinities are equal, and so are two NaN.
    """
    found = Apart()
    one, other = expected.reshape(-1), actual.reshape(-1)
    for start in range(0, one.size, _BLOCK):
        a, b = one[start : start + _BLOCK], other[start : start + _BLOCK]
        at, off, magnitude = _narrow(a, b) or _wide(a, b)
        if off > found.most or (start == 0 and not found.most):
            found.most, found.index = off, start + at
            found.expected, found.actual = float(a[at]), float(b[at])
        found.magnitude = max(found.magnitude, magnitude)
    return found


def _narrow(a: Array, b: Array) -> tuple[int, float, float] | None:
    """Where two blocks of float32 are furthest apart, how far, and the magnitude of the first.

    Without copies in float64: numbers that are near to each other differ by what float32 has
    exactly. None where some are not finite, or the types are others.
    """
    if a.dtype != np.float32 or b.dtype != np.float32:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.subtract(a, b)
    np.abs(off, out=off)
    at = int(off.argmax())  # NaN, where there is one
    magnitude = max(float(a.max()), -float(a.min()))
    if not np.isfinite(off[at]) or not np.isfinite(magnitude):
        return None
    return at, float(off[at]), magnitude


def _wide(a: Array, b: Array) -> tuple[int, float, float]:
    """The same of any numbers."""
    a, b = _floats(a), _floats(b)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(a - b)
    off[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
    off[~np.isfinite(off)] = np.inf
    at = int(off.argmax())
    finite = np.abs(a[np.isfinite(a)])
    return at, float(off[at]), float(finite.max(initial=0.0))


def _floats(array: Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return array.astype(np.float64)
