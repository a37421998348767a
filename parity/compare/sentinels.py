"""Values that mark rather than mean: a masked-out class at -1e9 beside logits of ten."""

import numpy as np
from numpy.typing import NDArray

from parity.compare.values import BoolArray
from parity.model.tensors import Array

FACTOR = 1e4
"""So far above the median magnitude a value may be a mark: no layer's outputs spread so far."""

LEAST = 1e3
"""No mark is smaller: the peak of a softmax is 1, and far above its median, too."""

_GAP = 100.0  # and so far above the largest that isn't: a long tail has no gap


def sentinels(expected: Array, where: BoolArray | None) -> BoolArray | None:
    """Which values of the reference are marks, bool of its shape; None if none is.

    They would set the scale of what the others may be off by: beside a -1e9, logits may differ
    by ten thousand at a relative tolerance of 1e-5.
    """
    if expected.dtype.kind != "f" or not expected.size:
        return None
    magnitude: NDArray[np.float64] = np.abs(expected.astype(np.float64))
    looked = np.isfinite(magnitude) & (magnitude > 0)
    if where is not None:
        looked &= where
    if not looked.any():
        return None
    limit = max(LEAST, FACTOR * float(np.median(magnitude[looked])))
    marked: BoolArray = looked & (magnitude > limit)
    if not marked.any():
        return None
    largest = float(magnitude[looked & ~marked].max(initial=0.0))
    return marked if float(magnitude[marked].min()) > _GAP * largest else None
