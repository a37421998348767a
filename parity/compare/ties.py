"""Indices of the best scores: which of those that differ are ties."""

import numpy as np
from numpy.typing import NDArray

from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray
from parity.model.tensors import Array

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

MARGIN = 2.0
"""Two scores within so many times the tolerance may come in either order: each may be off by it."""

_EXACT = 8 * 2.0**-23
"""Scores that are apart by no more than this, over the largest, are the same but for rounding."""


def tied(
    expected: Array, actual: Array, scores: Array, axis: int | None, tolerance: Tolerance
) -> BoolArray | None:
    """Where an index is another, and the reference scores both entries alike.

    expected, actual: indices, of one shape. scores: the reference's. axis: the one that is indexed;
    None for all elements in a row. None where the shapes don't go together. A row in which
    the candidate names an entry twice, and the reference doesn't, is no tie.
    """
    if scores.dtype.kind != "f" or expected.shape != actual.shape or not scores.size:
        return None
    rows, order = _rows(scores, axis)
    mine, theirs = (_chosen(array, scores, axis, len(rows)) for array in (expected, actual))
    if mine is None or theirs is None:
        return None
    inside = (theirs >= 0) & (theirs < order) & (mine >= 0) & (mine < order)
    wide = rows.astype(np.float64)
    there = np.take_along_axis(wide, np.clip(mine, 0, order - 1), 1)
    here = np.take_along_axis(wide, np.clip(theirs, 0, order - 1), 1)
    slack = MARGIN * np.maximum(tolerance.atol, tolerance.rtol * _scale(wide, there, here))
    with np.errstate(invalid="ignore"):
        alike = inside & ((there == here) | (np.abs(there - here) <= slack))
    again = _repeats(theirs) & ~_repeats(mine)
    return _back((mine != theirs) & alike & ~again[:, None], expected, scores, axis)


def undecided(left: Array, right: Array, shape: tuple[int, ...], tolerance: Tolerance) -> BoolArray:
    """Where a comparison of two tensors may come out either way: they are as good as equal.

    shape: of the answers; those whose operands have another, through a reshape, are all decided.
    """
    decided = np.zeros(shape, np.bool_)
    if left.dtype.kind != "f" or right.dtype.kind != "f":
        return decided
    one, other = np.broadcast_arrays(left.astype(np.float64), right.astype(np.float64))
    if one.size != decided.size:
        return decided
    slack = MARGIN * np.maximum(tolerance.atol, tolerance.rtol * _scale(one, one, other))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(one - other) <= slack).reshape(shape)


def doubtful(scores: Array, axis: int | None, count: int | None) -> BoolArray | None:
    """Rows of the batch in which it hangs on rounding which entries are selected, or in what order.

    scores: with the batch first. count: how many are selected; 0 or None for all. None where the
    rows of a batch aren't told apart.
    """
    if scores.dtype.kind != "f" or scores.ndim < 2 or axis is None or axis % scores.ndim == 0:
        return None
    rows, order = _rows(scores, axis)
    if order < 2 or not len(rows):
        return np.zeros(len(scores), np.bool_)
    ranked = -np.sort(-rows.astype(np.float64), axis=1)
    with np.errstate(invalid="ignore"):  # of two infinities
        gaps = -np.diff(ranked, axis=1)[:, : count or order]
        scale = _scale(ranked, ranked[:, :-1], ranked[:, 1:])[:, : count or order]
        close = (gaps <= _EXACT * scale).any(axis=1)
    return np.asarray(close.reshape(len(scores), -1).any(axis=1))


_INFINITE = 1e5
"""Further from zero, a score stands for infinity, as -1e9 does of what is masked."""


def _scale(every: Floats, left: Floats, right: Floats) -> Floats:
    """What rounding of scores is relative to, for each two that are held against each other.

    The largest score, but none that stands for infinity, unless it is one of the two.
    """
    sizes = np.abs(every[np.isfinite(every)])
    usual = sizes[sizes <= _INFINITE]
    largest = float((usual if usual.size else sizes).max(initial=0.0))
    own = np.maximum(np.abs(left), np.abs(right))
    return np.asarray(np.maximum(largest, np.where(np.isfinite(own), own, 0.0)))


def _rows(scores: Array, axis: int | None) -> tuple[Array, int]:
    """The scores as rows of what is chosen from, and how long those are."""
    if axis is None:
        return scores.reshape(1, -1), scores.size
    moved = np.moveaxis(scores, axis, -1)
    return moved.reshape(-1, moved.shape[-1]), moved.shape[-1]


def _chosen(array: Array, scores: Array, axis: int | None, rows: int) -> Indices | None:
    """Indices as rows beside those of the scores; None where they aren't."""
    if not array.size or array.size % rows:
        return None
    if axis is not None and _aligned(array, scores, axis):
        moved = np.moveaxis(array, axis, -1)
        return moved.reshape(rows, -1).astype(np.int64)
    last = axis is None or axis % scores.ndim == scores.ndim - 1
    if array.size == rows or last:
        return array.reshape(rows, -1).astype(np.int64)
    return None


def _aligned(array: Array, scores: Array, axis: int) -> bool:
    """Whether indices have the axes of their scores."""
    return array.ndim == scores.ndim and all(
        a == s for i, (a, s) in enumerate(zip(array.shape, scores.shape, strict=True))
        if i != axis % scores.ndim
    )  # fmt: skip


def _back(mask: BoolArray, like: Array, scores: Array, axis: int | None) -> BoolArray:
    if axis is not None and _aligned(like, scores, axis):
        moved = np.moveaxis(like, axis, -1).shape
        return np.moveaxis(mask.reshape(moved), -1, axis)
    return mask.reshape(like.shape)


def _repeats(chosen: Indices) -> BoolArray:
    ordered = np.sort(chosen, axis=1)
    return np.asarray((np.diff(ordered, axis=1) == 0).any(axis=1))
