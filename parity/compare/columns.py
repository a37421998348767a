"""Columns of one output that mean different things, each held to its own scale.

A row of a detector is a class, a score and four coordinates in pixels. What a tolerance allows
for the pixels, three thousandths of the largest, is everything that a score can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray, Floats
from parity.model.tensors import Array, Outputs

MOST = 256
"""Entries of an axis that may be columns; what has more is a vocabulary, a map, a time."""

APART = 10.0
"""A column is held to its own scale where it is allowed less than the whole by this factor.

Classes and features of one layer are of one scale: over the feeds of a run, the largest logits of
the zoo's models differ by less than that."""


@dataclass
class Axis:
    """What was seen along one axis: by column, the reference's largest magnitude over the feeds."""

    largest: Floats

    def allowed(self, tolerance: Tolerance) -> Floats:
        """What each column may be off by, from its own magnitude."""
        return np.maximum(tolerance.atol, tolerance.rtol * self.largest)


@dataclass
class Columns:
    """The magnitude of every column of every output, over the feeds.

    axes: by output and axis, for axes of one and the same few entries on every feed.
    """

    tolerance: Tolerance
    axes: dict[tuple[str, int], Axis] = field(default_factory=dict)
    _no_columns: set[tuple[str, int]] = field(default_factory=set)

    def add(self, expected: Outputs, actual: Outputs, valid: Mapping[str, BoolArray]) -> float:
        """Take in one feed; the largest share of its own allowance that any column used.

        actual: by expected name. Only under the rule "max": the other judges every element alone.
        """
        largest = 0.0
        if self.tolerance.rule != "max":
            return largest
        for name, array in expected.items():
            other = actual.get(name)
            if other is None or array.dtype.kind != "f" or other.shape != array.shape:
                continue
            for axis in range(1, array.ndim):
                largest = max(largest, self._along(name, axis, array, other, valid.get(name)))
        return largest

    def apart(self, name: str, allowed: float) -> dict[int, list[int]]:
        """By axis, the columns of a scale of their own. allowed: for the whole output."""
        found: dict[int, list[int]] = {}
        for (output, axis), seen in self.axes.items():
            if output == name:
                own = np.flatnonzero(seen.allowed(self.tolerance) * APART < allowed)
                if own.size:
                    found[axis] = [int(column) for column in own]
        return found

    def _along(
        self, name: str, axis: int, expected: Array, actual: Array, valid: BoolArray | None
    ) -> float:
        key, size = (name, axis), expected.shape[axis]
        known = self.axes.get(key)
        if key in self._no_columns or not expected.size:
            return 0.0
        if not 1 < size <= MOST or (known is not None and known.largest.size != size):
            self._no_columns.add(key)  # an axis that grows with the input
            self.axes.pop(key, None)
            return 0.0
        if known is None:
            known = self.axes[key] = Axis(np.zeros(size))
        magnitude, off = extremes(expected, actual, axis, valid)
        np.maximum(known.largest, magnitude, out=known.largest)
        return float((off / known.allowed(self.tolerance)).max()) if self.tolerance.atol else 0.0


def extremes(
    expected: Array, actual: Array, axis: int, valid: BoolArray | None
) -> tuple[Floats, Floats]:
    """By column: the largest magnitude of the reference, and the largest difference from it.

    valid: over the first axes; what is padding counts as nothing, as do NaN and infinities.
    """
    magnitude, off = np.abs(expected), differences(expected, actual, valid)
    return _largest(_counted(magnitude, valid), axis), _largest(off, axis)


def differences(expected: Array, actual: Array, valid: BoolArray | None) -> Array:
    """Of each element; 0 at padding."""
    with np.errstate(invalid="ignore", over="ignore"):
        return _counted(np.abs(np.subtract(expected, actual)), valid)


def _counted(array: Array, valid: BoolArray | None) -> Array:
    if valid is None or valid.all():
        return array
    return np.where(valid.reshape(valid.shape + (1,) * (array.ndim - valid.ndim)), array, 0)


def _largest(array: Array, axis: int) -> Floats:
    others = tuple(a for a in range(array.ndim) if a != axis)
    largest = array.max(axis=others, initial=0)
    if not np.isfinite(largest).all():
        largest = np.where(np.isfinite(array), array, 0).max(axis=others, initial=0)
    return np.asarray(largest, np.float64)
