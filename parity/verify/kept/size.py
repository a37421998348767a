"""Which of two failing examples is the simpler."""

import numpy as np

from parity.inputs import Example

Size = tuple[bool, bool, int, int, int, int]


def size(example: Example) -> Size:
    """Less is simpler.

    In this order: made by another plan than the one asked for, as ids are that no text leads to;
    columns that no row fills, which no caller would send; rows; positions that count; elements;
    the sum of integer values.
    """
    arrays = list(example.feed.values())
    rows = max((a.shape[0] for a in arrays if a.ndim), default=0)
    elements = sum(a.size for a in arrays)
    lengths = example.lengths
    valid = elements if lengths is None else sum(lengths)
    surplus = example.width is not None and example.width > max(lengths or (), default=0)
    magnitude = sum(int(np.abs(a.astype(np.int64)).sum()) for a in arrays if a.dtype.kind in "iu")
    return example.plan is not None, surplus, rows, valid, elements, magnitude
