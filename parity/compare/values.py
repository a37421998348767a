"""Compare the numbers of one output, in one region of it."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from parity.compare.drawn.octaves import Counts, octaves
from parity.compare.findings import (
    Finding,
    NonFiniteDiffers,
    PaddingDiffers,
    ValuesDiffer,
)
from parity.compare.place import Index
from parity.compare.tolerance import Tolerance
from parity.model.tensors import Array

Region = str
"""Which positions: "all", "valid", "padding", or "marked" by values that mean nothing."""

COUNTED: tuple[Region, ...] = ("all", "valid")
"""Those in which a value is one that somebody reads."""

BoolArray = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """What one output of one feed showed in one region.

    elements: pairs of finite numbers that were compared. matched: NaN or
    infinities that were the same on both sides. max_abs, max_rel: the largest
    difference, and it over the largest magnitude of the reference. allowed: the
    largest ``max_abs`` that passes. index, expected, actual: the worst element.
    ratio: how much of what is allowed was used; above 1 is a finding, unless it is rounding.
    magnitude: the largest of the reference. rounding: how far rounding alone moves it, where
    that was measured. nan, infinite: of the reference's numbers, and where the
    first of them stands. octaves: how the differences are spread; in no report of one feed.
    """

    output: str
    region: Region
    elements: int
    matched: int
    max_abs: float
    max_rel: float
    allowed: float
    ratio: float
    index: Index
    expected: float
    actual: float
    magnitude: float = 0.0
    rounding: float | None = None
    nan: int = 0
    infinite: int = 0
    non_finite: Index = ()
    octaves: Counts | None = field(default=None, compare=False, repr=False)


def measure(
    output: str,
    expected: Array,
    actual: Array,
    *,
    tolerance: Tolerance,
    region: Region = "all",
    where: BoolArray | None = None,
) -> tuple[Measured, list[Finding]]:
    """Compare two arrays of one shape and dtype, in float64.

    where: bool, of the arrays' shape; only True positions are looked at. Complex numbers
    are compared by their parts: the last index is 0 for the real, 1 for the imaginary one.
    Nothing to compare is no finding here: ``elements`` is 0, and the verdict over all feeds
    sees to it.
    """
    if where is None:
        where = np.ones(expected.shape, np.bool_)
    if expected.dtype.kind == "c":
        where = np.broadcast_to(where[..., np.newaxis], (*where.shape, 2))
        expected, actual = _parts(expected), _parts(actual)
    findings: list[Finding] = []
    wide_expected, wide_actual = _widen(expected), _widen(actual)
    both = where & np.isfinite(wide_expected) & np.isfinite(wide_actual)
    findings += _non_finite(output, wide_expected, wide_actual, where & ~both, region)
    matched = int((where & ~both).sum()) - sum(
        f.count for f in findings if isinstance(f, NonFiniteDiffers)
    )
    elements = int(both.sum())
    odd = _odd(wide_expected, where)
    if elements == 0:
        # Boxes that aren't there, 0 / 0: the run as a whole must have compared something.
        return Measured(
            output, region, 0, matched, 0, 0, 0, 0, (), math.nan, math.nan, 0.0, None, *odd
        ), findings  # fmt: skip
    exact = expected.dtype.kind in "biu"
    difference = _difference(expected, actual, wide_expected, wide_actual, both, exact=exact)
    magnitude = float(np.abs(wide_expected[both]).max())
    rule = _exact if exact else _by_rule[tolerance.rule]
    worst, allowed, ratio, count = rule(difference, wide_expected, magnitude, tolerance)
    index = tuple(int(i) for i in np.unravel_index(worst, expected.shape))
    max_abs = float(difference.max())
    max_rel = _over(max_abs, magnitude)
    measured = Measured(
        output, region, elements, matched, max_abs, max_rel, allowed, ratio,
        index, float(wide_expected[index]), float(wide_actual[index]), magnitude, None, *odd,
        octaves(difference, elements),
    )  # fmt: skip
    if count:
        maker = PaddingDiffers if region == "padding" else ValuesDiffer
        off = float(difference[index])
        needed = max_rel if tolerance.rule == "max" else _needed(
            difference, wide_expected, tolerance.atol
        )  # fmt: skip
        there, here = measured.expected, measured.actual
        if exact:  # large integers that differ may be the same as floats
            there, here, needed = expected[index].item(), actual[index].item(), math.inf
        findings.append(
            maker(
                output, index, there, here, off, max_rel, allowed, _round_up(needed),
                count, elements, exact,
            )
        )  # fmt: skip
    return measured, findings


def _parts(array: Array) -> Array:
    """Complex numbers as pairs along a last axis of their own: real, imaginary."""
    return np.stack((array.real, array.imag), axis=-1)


def _odd(expected: Floats, where: BoolArray) -> tuple[int, int, Index]:
    """How many NaN and infinities there are, and the index of the first of either."""
    off = where & ~np.isfinite(expected)
    count = int(np.count_nonzero(off))
    if not count:
        return 0, 0, ()
    nan = int(np.count_nonzero(off & np.isnan(expected)))
    return nan, count - nan, tuple(int(i) for i in np.unravel_index(int(off.argmax()), off.shape))


def _widen(array: Array) -> Floats:
    return array.astype(np.float64)


def _difference(
    expected: Array,
    actual: Array,
    wide_expected: Floats,
    wide_actual: Floats,
    both: BoolArray,
    *,
    exact: bool,
) -> Floats:
    difference: Floats = np.zeros(expected.shape, np.float64)
    np.subtract(wide_actual, wide_expected, out=difference, where=both)
    np.abs(difference, out=difference)
    if exact:
        # Large integers that differ may be the same in float64.
        hidden = both & (expected != actual) & (difference == 0)
        difference[hidden] = 1.0
    return difference


def _non_finite(
    output: str, expected: Floats, actual: Floats, where: BoolArray, region: Region
) -> list[Finding]:
    same = (np.isnan(expected) & np.isnan(actual)) | (expected == actual)
    off = where & ~same
    count = int(off.sum())
    if not count:
        return []
    index = tuple(int(i) for i in np.unravel_index(int(off.argmax()), off.shape))
    return [
        NonFiniteDiffers(output, index, float(expected[index]), float(actual[index]), count, region)
    ]


# Each rule gives: flat index of the worst element, the difference allowed there, the share of
# the allowance that was used, and the number of elements beyond it.
_Ruling = tuple[int, float, float, int]


def _max_rule(
    difference: Floats, expected: Floats, magnitude: float, tolerance: Tolerance
) -> _Ruling:
    allowed = max(tolerance.atol, tolerance.rtol * magnitude)
    worst = int(difference.argmax())
    largest = float(difference.flat[worst])
    passes = largest < tolerance.atol or _over(largest, magnitude) < tolerance.rtol
    # Both allowances are strict, save that equal numbers pass under a tolerance of zero.
    passes = passes or largest == 0
    count = 0 if passes else max(1, int((difference >= allowed).sum()))
    return worst, allowed, _share(largest, allowed), count


def _elementwise(
    difference: Floats, expected: Floats, magnitude: float, tolerance: Tolerance
) -> _Ruling:
    finite = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    allowed = tolerance.atol + tolerance.rtol * finite
    excess = np.divide(
        difference, allowed, out=np.where(difference > 0, np.inf, 0.0), where=allowed > 0
    )
    worst = int(excess.argmax())
    count = int((difference > allowed).sum())
    return worst, float(allowed.flat[worst]), float(excess.flat[worst]), count


def _exact(difference: Floats, expected: Floats, magnitude: float, tolerance: Tolerance) -> _Ruling:
    worst = int(difference.argmax())
    count = int((difference > 0).sum())
    return worst, 0.0, math.inf if count else 0.0, count


_by_rule = {"max": _max_rule, "elementwise": _elementwise}


def _needed(difference: Floats, expected: Floats, atol: float) -> float:
    finite = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    beyond = difference - atol
    rtol = np.divide(
        beyond, finite, out=np.where(beyond > 0, np.inf, 0.0), where=(finite > 0) & (beyond > 0)
    )
    return float(np.max(rtol))


def _over(difference: float, magnitude: float) -> float:
    if difference == 0:
        return 0.0
    return difference / magnitude if magnitude > 0 else math.inf


def _share(difference: float, allowed: float) -> float:
    if difference == 0:
        return 0.0
    return difference / allowed if allowed > 0 else math.inf


def _round_up(value: float) -> float:
    """Two digits, upwards, so that the number printed really would pass."""
    if not math.isfinite(value) or value <= 0:
        return value
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return (math.floor(value / step) + 1) * step
