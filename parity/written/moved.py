"""Whether a weight holds the right numbers at other places: axes turned, rows or gates moved."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from parity.model.lowered.weight import Weight
from parity.model.tensors import Array
from parity.written.measure import Difference

_MOST = 1 << 24  # elements of a weight whose rows are looked for elsewhere
_NAMED = 4  # moves that a line names


def turned(weight: Weight, wanted: Array) -> str:
    """How a weight's axes have changed places, or are reversed; "" if they haven't."""
    shape = weight.shape
    if weight.quantised or not 2 <= len(shape) <= _AXES:
        return ""
    held, right = weight.values.reshape(shape), wanted.reshape(shape)
    for order in permutations(range(len(shape))):
        if order == tuple(range(len(shape))):
            continue
        if tuple(shape[axis] for axis in order) == shape and _equal(held, right.transpose(order)):
            if len(shape) == 2:
                return "is transposed"
            return f"has its axes in the order {', '.join(map(str, order))}"
    for axis in range(len(shape)):
        if shape[axis] > 1 and _equal(held, np.flip(right, axis)):
            return f"is reversed along axis {axis}"
    return ""


_AXES = 5


def _equal(held: Array, right: Array) -> bool:
    return bool((held[0] == right[0]).all()) and bool(np.array_equal(held, right))


def within(weight: Weight, wanted: Array, off: Difference) -> str:
    """Where all rows (or columns, or elements) that differ are the weight's own, moved; else "".

    Numbers that are there several times say nothing: each must be one row only.
    """
    if weight.quantised or weight.values.size > _MOST:
        return ""
    if weight.rows == 1:
        return _moves("element", weight.values.reshape(-1, 1), wanted.reshape(-1, 1))
    found = ""
    if len(off.rows) < weight.rows or weight.columns > 1:
        found = _moves("row", weight.values, wanted)
    return found or _moves("column", weight.values.T, wanted.T)


def _moves(noun: str, held: Array, right: Array) -> str:
    held, right = np.ascontiguousarray(held), np.ascontiguousarray(right)
    at = np.flatnonzero((held != right).any(axis=1))
    places: dict[bytes, int] = {}
    for row in at:
        places[right[row].tobytes()] = int(row)
    if not 1 < len(at) == len(places):
        return ""
    sources = [places.get(held[row].tobytes(), -1) for row in at]
    if -1 in sources or len(set(sources)) < len(sources):
        return ""
    return f"holds its own {noun}s at other places ({_listed(noun, at.tolist(), sources)})"


def _listed(noun: str, rows: Sequence[int], sources: Sequence[int]) -> str:
    """Runs of rows that moved together: "rows 0-127 hold 128-255"."""
    runs: list[list[int]] = []
    for row, source in zip(rows, sources, strict=True):
        if runs and row == runs[-1][0] + runs[-1][2] and source == runs[-1][1] + runs[-1][2]:
            runs[-1][2] += 1
        else:
            runs.append([row, source, 1])
    told = ", ".join(
        f"{_run(noun, row, count)} those of {_span(source, count)}"
        for row, source, count in runs[:_NAMED]
    )
    more = len(runs) - _NAMED
    return f"{told} and {more} more" if more > 0 else told


def _run(noun: str, start: int, count: int) -> str:
    return f"{noun} {start}" if count == 1 else f"{noun}s {_span(start, count)}"


def _span(start: int, count: int) -> str:
    return str(start) if count == 1 else f"{start}-{start + count - 1}"
