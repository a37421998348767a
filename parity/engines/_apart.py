"""How far two arrays are apart, in blocks, so that large ones cost no copies."""

from dataclasses import dataclass

import numpy as np

from parity.model.tensors import Array

_BLOCK = 1 << 20  # elements that are looked at together


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
        a = _floats(one[start : start + _BLOCK])
        b = _floats(other[start : start + _BLOCK])
        with np.errstate(invalid="ignore", over="ignore"):
            off = np.abs(a - b)
        off[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
        off[~np.isfinite(off)] = np.inf
        at = int(off.argmax())
        if off[at] > found.most or (start == 0 and not found.most):
            found.most, found.index = float(off[at]), start + at
            found.expected, found.actual = float(a[at]), float(b[at])
        finite = np.abs(a[np.isfinite(a)])
        found.magnitude = max(found.magnitude, float(finite.max(initial=0.0)))
    return found


def _floats(array: Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return array.astype(np.float64)
