"""How far a stored weight is from the one that it was rounded from, in steps of its type."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array

NEAREST = 0.5
"""Rounding to the nearest is off by at most half a step."""

_SLACK = 0.01
"""What float32 adds when a quantiser divides by its scale: far less than this, 255 times an ulp."""

_BLOCKWISE = 1.0
"""4 bit without a zero point: the scale comes from one end, and the other is cut off by a step."""

_HALF_SCALE = 255 * 2.0**-11
"""With a scale in FP16 the division by it is rounded to FP16, too."""

_DIVIDED = 2.0**-22
"""Relative: two divisions in float32."""

_FOLDED = 4.0
"""Of a float that stays one, in its own ulps: two constants multiplied or added by an optimiser."""

_DECODED = 256.0
"""The same where the reference stores codes and a scale: Paddle2ONNX 1.3 writes six digits of it.
One code more or less is 65,000 off."""

_CHUNK = 1 << 18  # elements at a time: they stay in the cache of a core

_HALF_MAX = 65504.0
_HALF_TINY = 1.2e-7  # converters raise what is smaller than 1e-7, or flush it

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Apart:
    """How far one weight is off.

    off, allowed: in steps, at the worst element. index: of it, as the lowered file stores it.
    expected, actual: there. count, elements: how many of how many are off by more than allowed.
    rows, columns: of its matrix, those in which any is (the first few).
    """

    off: float
    allowed: float
    index: tuple[int, ...]
    expected: float
    actual: float
    count: int
    elements: int
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()


def allowed(weight: Weight, parameter: Parameter) -> float:
    """Steps that rounding to a weight's type may be off by."""
    if not weight.quantised:
        if parameter.coded and weight.dtype == "float32":
            return _DECODED
        return NEAREST + _SLACK if weight.dtype in ("float16", "bfloat16") else _FOLDED
    if weight.dtype in ("int4", "uint4"):
        return _BLOCKWISE + _SLACK
    return NEAREST + _SLACK + (_HALF_SCALE if weight.half_scale else 0.0)


def apart(weight: Weight, parameter: Parameter, *, turned: bool = False) -> Apart:
    """Compare all elements.

    turned: the weight is stored as the parameter's transpose. The two must have as many rows
    and columns then. A row that the reference reads as zeros may be stored as it is, or as zeros.
    """
    values = parameter.values.T if turned else parameter.values
    values = values.reshape(weight.values.shape) if values.shape != weight.values.shape else values
    limit = allowed(weight, parameter)
    measure = _steps if weight.quantised else _ulps
    found = _Found(weight, limit)
    height = max(1, _CHUNK // max(1, weight.columns))
    for start in range(0, weight.rows, height):
        stop = min(start + height, weight.rows)
        wanted = values[start:stop]
        steps = measure(weight, wanted, start, stop)
        zeroed = parameter.zero_row
        if zeroed is not None and not turned and start <= zeroed < stop:
            row = slice(zeroed - start, zeroed - start + 1)
            zeros = measure(weight, np.zeros_like(wanted[row]), zeroed, zeroed + 1)
            if not _over(zeros, limit).any():
                steps[row] = zeros
        found.add(start, steps, wanted)
    return found.apart()


class _Found:
    """Gathers the worst element, and where those lie that are off by more than allowed."""

    def __init__(self, weight: Weight, limit: float) -> None:
        self.weight, self.limit = weight, limit
        self.count = 0
        self.worst = (-1.0, 0, 0, 0.0)
        self.rows: list[int] = []
        self.columns = np.zeros(weight.columns, np.bool_)

    def add(self, start: int, steps: Floats, wanted: Array) -> None:
        if not steps.size:
            return
        largest = float(steps.max())
        if largest > self.worst[0] or largest != largest:
            at = int(np.argmax(np.where(np.isnan(steps), np.inf, steps)))
            row, column = divmod(at, steps.shape[1])
            self.worst = (
                np.inf if largest != largest else largest, start + row, column,
                float(wanted[row, column]),
            )  # fmt: skip
        if largest <= self.limit:
            return
        over = _over(steps, self.limit)
        self.count += int(over.sum())
        self.rows += (start + np.flatnonzero(over.any(axis=1))).tolist()
        self.columns |= over.any(axis=0)

    def apart(self) -> Apart:
        off, row, column, expected = self.worst
        weight = self.weight
        if off < 0:
            return Apart(0.0, self.limit, (), 0.0, 0.0, 0, 0)
        actual = float(weight.real(np.array([row]), np.array([column]))[0, 0])
        flat = row * weight.columns + column
        index = tuple(int(i) for i in np.unravel_index(flat, weight.shape))
        return Apart(
            off, self.limit, index, expected, actual, self.count, weight.values.size,
            tuple(self.rows), tuple(np.flatnonzero(self.columns).tolist()),
        )  # fmt: skip


def _over(steps: Floats, limit: float) -> Bools:
    return np.asarray(~(steps <= limit))


def _steps(weight: Weight, wanted: Array, start: int, stop: int) -> Floats:
    """``|w / s - (q - z)|``: how many steps of the scale a quantised weight is off."""
    scale, zero = (_rows(part, start, stop) for part in (weight.scale, weight.zero))
    with np.errstate(all="ignore"):
        steps = np.divide(wanted, scale, dtype=np.float32, casting="unsafe")
        steps -= weight.values[start:stop]
        steps += zero
    np.abs(steps, out=steps)
    if weight.values.dtype.itemsize > 1:
        # A bias in INT32 has more digits than the division by its scale, there and here.
        with np.errstate(all="ignore"):
            steps -= np.abs(wanted.astype(np.float32) / scale) * np.float32(_DIVIDED)
    if not np.isfinite(steps.max(initial=0.0)):
        held = (weight.values[start:stop].astype(np.float64) - zero) * scale
        steps[(held == wanted) & ~np.isfinite(steps)] = 0.0
    return steps


def _rows(part: Floats | None, start: int, stop: int) -> Floats:
    assert part is not None  # noqa: S101  a quantised weight has both
    return part[start:stop] if len(part) > 1 else part


def _ulps(weight: Weight, wanted: Array, start: int, stop: int) -> Floats:
    """How many units in its last place a float weight is off; 0 for one that is equal."""
    held = weight.values[start:stop]
    steps = np.zeros(held.shape, np.float32)
    half = weight.dtype in ("float16", "bfloat16")
    with np.errstate(all="ignore"):
        rounded = wanted.astype(held.dtype) if weight.dtype == "float16" else wanted
        if _same_bits(held, rounded):
            return steps
        differ = (held != rounded) & ~(np.isnan(held) & np.isnan(rounded))
        w, h = wanted[differ].astype(np.float64), held[differ].astype(np.float64)
        off = np.abs(h - w) / _unit[weight.dtype](w)
        if half:
            off[_raised_or_cut(w, h)] = 0.0
    steps[differ] = np.where(np.isnan(off), np.inf, off)
    return steps


def _same_bits(held: Array, rounded: Array) -> bool:
    """Whether all is equal, bit by bit: much faster than to compare halves as numbers."""
    if held.dtype != rounded.dtype:
        return False
    bits = f"u{held.dtype.itemsize}"
    return bool((held.view(bits) == rounded.view(bits)).all())


def _raised_or_cut(w: Floats, h: Floats) -> Bools:
    """What FP16 can't hold: the smallest raised or flushed, the largest cut or infinite."""
    tiny = np.abs(w - h) <= _HALF_TINY
    large = (np.abs(w) > _HALF_MAX) & (np.abs(h) >= _HALF_MAX) & (np.sign(w) == np.sign(h))
    return np.asarray(tiny | large)


def _half_ulp(w: Floats) -> Floats:
    exponent = np.floor(np.log2(np.clip(np.abs(w), 2.0**-14, _HALF_MAX)))
    return np.asarray(2.0 ** (exponent - 10))


def _brain_ulp(w: Floats) -> Floats:
    exponent = np.floor(np.log2(np.maximum(np.abs(w), 2.0**-126)))
    return np.asarray(2.0 ** (exponent - 7))


def _single_ulp(w: Floats) -> Floats:
    return np.spacing(np.maximum(np.abs(w), 2.0**-100).astype(np.float32)).astype(np.float64)


_unit: dict[str, Callable[[Floats], Floats]] = {
    "float16": _half_ulp,
    "bfloat16": _brain_ulp,
    "float32": _single_ulp,
    "float64": _single_ulp,
}
