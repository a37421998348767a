"""Which of two failing examples is the smaller."""

import numpy as np

from parity.inputs import Example

Size = tuple[int, int, int, int]


def size(example: Example) -> Size:
    """Rows, positions that count, positions in all, sum of integer values: less is simpler."""
    arrays = list(example.feed.values())
    rows = max((a.shape[0] for a in arrays if a.ndim), default=0)
    elements = sum(a.size for a in arrays)
    valid = sum(example.lengths) if example.lengths is not None else elements
    magnitude = sum(int(np.abs(a.astype(np.int64)).sum()) for a in arrays if a.dtype.kind in "iu")
    return rows, valid, elements, magnitude
