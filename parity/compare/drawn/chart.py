"""Where in an output two arrays differ: its last two axes, in at most 32 x 24 rectangles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.tensors import Array

ROWS, COLUMNS = 32, 24

_DIGITS = 3  # of each number: enough for a colour and a look


@dataclass(frozen=True)
class Chart:
    """The largest difference in each rectangle.

    output: its name. label: of the feed. index: which entry of the axes before the last two it is
    of, that of the worst element. axes: what the two are, by name. shape: their extents. allowed:
    there. cells: rows of numbers; infinity where NaN or infinities differ. padding: for each row a
    text of 0 and 1, which is where all of a rectangle is padding.
    """

    output: str
    label: str
    index: tuple[int, ...]
    axes: tuple[str, str]
    shape: tuple[int, int]
    allowed: float
    cells: tuple[tuple[float, ...], ...]
    padding: tuple[str, ...]


def chart(
    output: str, expected: Array, actual: Array, *, index: tuple[int, ...], allowed: float,
    valid: NDArray[np.bool_] | None = None, label: str = "",
) -> Chart | None:  # fmt: skip
    """None of what has nothing to draw: other shapes, no element, one number.

    index: of the worst element. valid: bool, over the first axes, where positions count.
    """
    if expected.shape != actual.shape or expected.size < 2 or expected.dtype.kind not in "biuf":
        return None
    leading = tuple(index[: max(0, expected.ndim - 2)])
    if len(leading) != max(0, expected.ndim - 2):
        return None
    there, here = (np.atleast_2d(array[leading]) for array in (expected, actual))
    off = _off(there, here)
    rows, columns = _starts(off.shape[0], ROWS), _starts(off.shape[1], COLUMNS)
    largest = np.maximum.reduceat(np.maximum.reduceat(off, columns, axis=1), rows, axis=0)
    hidden = np.zeros(off.shape, np.bool_)
    if valid is not None and valid.ndim <= expected.ndim:
        counted = valid.reshape(valid.shape + (1,) * (expected.ndim - valid.ndim))
        hidden = ~np.atleast_2d(np.broadcast_to(counted, expected.shape)[leading])
    padding = np.logical_and.reduceat(
        np.logical_and.reduceat(hidden, columns, axis=1), rows, axis=0
    )
    return Chart(
        output, label, leading, _axes(expected.ndim, valid), (off.shape[0], off.shape[1]), allowed,
        tuple(tuple(float(f"{v:.{_DIGITS}g}") for v in row) for row in largest.tolist()),
        tuple("".join("01"[hides] for hides in row) for row in padding.tolist()),
    )  # fmt: skip


def _off(there: Array, here: Array) -> NDArray[np.float64]:
    """Differences without a sign; infinity where NaN or infinities differ, 0 where they agree."""
    with np.errstate(invalid="ignore", over="ignore"):
        off: NDArray[np.float64] = np.subtract(here, there, dtype=np.float64)
    np.abs(off, out=off)
    odd = ~np.isfinite(off)
    if odd.any():
        same = (there == here) | (np.isnan(there) & np.isnan(here))
        off[odd] = np.where(same[odd], 0.0, np.inf)
    return off


def _starts(extent: int, most: int) -> NDArray[np.intp]:
    """Where each part of an axis begins, all of about one size."""
    count = min(extent, most)
    return np.arange(count, dtype=np.intp) * extent // count


def _axes(rank: int, valid: NDArray[np.bool_] | None) -> tuple[str, str]:
    if rank == 1:
        return "row", "entry"
    if rank == 2:
        return ("row", "position") if valid is not None and valid.ndim == 2 else ("row", "class")
    return ("position", "class") if rank == 3 else (f"axis {rank - 2}", f"axis {rank - 1}")
