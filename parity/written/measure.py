"""How two weights differ, element by element, in chunks of mapped files."""

from dataclasses import dataclass

import numpy as np

from parity.compare.place import Index
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array

_CHUNK = 1 << 18  # elements at a time: they stay in the cache of a core


@dataclass(frozen=True)
class Difference:
    """elements: how many differ at all. max_abs: the largest difference, at ``index``.

    ``rows``: those of the matrix in which any does. NaN equals NaN.
    """

    elements: int = 0
    max_abs: float = 0.0
    index: Index = ()
    expected: float = 0.0
    actual: float = 0.0
    rows: tuple[int, ...] = ()


def like(weight: Weight, values: Array, *, turned: bool) -> Array:
    """Values of a parameter's matrix as the weight's matrix has them: a view."""
    values = values.T if turned else values
    shape = weight.values.shape
    return values if values.shape == shape else values.reshape(shape)


def difference(weight: Weight, wanted: Array) -> Difference:
    """Compare with values of the weight's own shape, as a matrix."""
    count, rows = 0, []
    worst = (0.0, 0, 0)
    height = max(1, _CHUNK // max(1, weight.columns))
    columns = np.arange(weight.columns)
    for start in range(0, weight.rows, height):
        stop = min(start + height, weight.rows)
        part = np.ascontiguousarray(wanted[start:stop])
        if not weight.quantised and _same_bits(weight.values[start:stop], part):
            continue
        held = weight.real(np.arange(start, stop), columns)
        with np.errstate(all="ignore"):
            off = np.abs(held - part.astype(np.float64))
        off[np.isnan(held) & np.isnan(part)] = 0.0
        off[held == part] = 0.0
        off = np.where(np.isnan(off), np.inf, off)
        differs = off > 0
        count += int(differs.sum())
        rows += (start + np.flatnonzero(differs.any(axis=1))).tolist()
        at = int(np.argmax(off))
        row, column = divmod(at, weight.columns)
        if off[row, column] > worst[0]:
            worst = (float(off[row, column]), start + row, column)
    if not count:
        return Difference()
    max_abs, row, column = worst
    actual = float(weight.real(np.array([row]), np.array([column]))[0, 0])
    index = np.unravel_index(row * weight.columns + column, weight.shape)
    return Difference(
        count, max_abs, tuple(int(i) for i in index), float(wanted[row, column]), actual,
        tuple(rows),
    )  # fmt: skip


def _same_bits(held: Array, wanted: Array) -> bool:
    if held.dtype != wanted.dtype or held.dtype.kind != "f":
        return False
    bits = f"u{held.dtype.itemsize}"
    return bool(np.array_equal(np.ascontiguousarray(held).view(bits), wanted.view(bits)))


def scale_of(weight: Weight, wanted: Array) -> float | None:
    """The one factor, neither 0 nor 1, by which all of a weight is off; None if there is none."""
    at = np.linspace(0, weight.rows - 1, min(weight.rows, 64), dtype=np.int64)
    held = weight.real(at, np.arange(weight.columns))
    part = wanted[at].astype(np.float64)
    square = float((part**2).sum())
    factor = float((held * part).sum()) / square if square else 0.0
    if not np.isfinite(factor) or not factor or abs(factor - 1) < _FACTOR:
        return None
    largest = float(np.abs(held).max())
    if not np.isfinite(largest) or np.abs(held - factor * part).max() > _FACTOR * largest:
        return None
    scaled = Weight(weight.name, weight.dtype, weight.shape, weight.values)
    for start in range(0, weight.rows, 1024):
        rows = np.arange(start, min(start + 1024, weight.rows))
        off = scaled.real(rows, np.arange(weight.columns)) - factor * wanted[rows].astype(float)
        if np.abs(off).max(initial=0.0) > _FACTOR * largest:
            return None
    return factor


_FACTOR = 2.0**-19  # relative: a few roundings of float32
