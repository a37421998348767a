"""Numbers at which what a graph computes of single floats turns: ages in buckets, limits of a clip.

A float is drawn from a range, and a bucket beyond it, or the very limit of one, comes by no draw.
"""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.graph import Node
from parity.model.rules.form import Form, Forms
from parity.model.rules.scalar import COMPARES
from parity.model.rules.whole import walk

Stored = Callable[[str], "NDArray[np.generic] | None"]
"""The values of a stored tensor by name; None for what isn't stored, or is large."""

LIMIT = 1e5
"""Further from zero, powers of ten stand for infinity, as -1e9 does in a mask."""

_NOTHING = 1e-12  # what is solved for is zero

_LIKE = 1e-6  # in powers of ten: 1e6 in float32

_PAIRS = COMPARES | {
    "Min", "minimum", "elementwise_min", "Max", "maximum", "elementwise_max", "fmax", "fmin",
}  # fmt: skip
_BUILT_IN: dict[str, tuple[float, ...]] = {
    "relu6": (6.0,),
    "hardswish": (-3.0, 3.0),
    "HardSwish": (-3.0, 3.0),
    "hard_swish": (-3.0, 3.0),
    "hardsigmoid": (-3.0, 3.0),
    "hard_sigmoid": (-3.0, 3.0),
}
_MISSING = frozenset(("IsNaN", "isnan", "isnan_v2", "isfinite", "isfinite_v2"))
"""Ops that ask whether a number is one: where a graph does, a missing one is an input to it."""

_LIMITS = (("min", "t_min", "Min"), ("max", "t_max", "Max"))
_NEAR = 2.0**-7  # relative; FP16 and BF16 tell these apart
_MOST = 160
_ROWS = 64  # of a table, at most, that a computed index is led to
_FARTHEST = 1e8
"""What is solved for may lie further out than what a file names: seconds, in powers of two."""


@dataclass(frozen=True)
class Threshold:
    """One number at which something turns.

    value: of the input's element. NaN where it is asked whether there is a number. exact: whether
    the element is itself compared with it, so that every engine finds the two equal; after
    arithmetic some would and some wouldn't.
    """

    value: float
    exact: bool

    def near(self) -> tuple[float, ...]:
        """What to feed: just below, just above, and the number itself where that is sure."""
        if math.isnan(self.value):
            return (self.value,)
        step = max(abs(self.value), 1.0 if self.value == 0 else 0.0) * _NEAR
        around = (self.value - step, self.value + step)
        return (*around, self.value) if self.exact else around


def thresholds(forms: Forms, name: str, stored: Stored) -> tuple[Threshold, ...]:
    """Those of the float input ``name``, ascending; of very many the lowest."""
    inner, ends = walk(forms, name)
    reads = [(node, None) for node, _ in inner] + [(node, at) for node, at, _ in ends]
    found: dict[float, bool] = {}
    for node, at in reads:
        for index in range(len(node.inputs)) if at is None else (at,):
            form = forms.of(node.inputs[index]) if node.inputs[index] else None
            if form is None or form.source != name:
                continue
            for value in _against(forms, node, index, stored):
                for solved in _solved(form, value):
                    found[solved] = found.get(solved, False) or form.plain
            for solved in _jumps(forms, node, index, form):
                found.setdefault(solved, False)
    return tuple(Threshold(value, found[value]) for value in ascending(found)[:_MOST])


def ascending(numbers: Collection[float]) -> list[float]:
    """Each once, NaN first: of very many it must not be the one that is left out."""
    known = sorted({n for n in numbers if not math.isnan(n)})
    return [*([math.nan] if any(map(math.isnan, numbers)) else []), *known]


def _against(forms: Forms, node: Node, index: int, stored: Stored) -> Iterator[float]:
    """The numbers that a node holds an input against."""
    if node.op in _MISSING or _itself(forms, node):
        yield math.nan
    elif node.op in _PAIRS and len(node.inputs) == 2:
        yield from _numbers(forms, node.inputs[1 - index], stored)
    elif node.op == "clip" and index == 0:
        for at, names in enumerate(_LIMITS, start=1):
            said = next((node.attributes[n] for n in names if n in node.attributes), None)
            if isinstance(said, (int, float)):
                yield from _usable(np.asarray([said]))
            elif len(node.inputs) > at and node.inputs[at]:
                yield from _numbers(forms, node.inputs[at], stored)
    elif node.op in _BUILT_IN and index == 0:
        yield from _BUILT_IN[node.op]


def _jumps(forms: Forms, node: Node, index: int, form: Form) -> Iterator[float]:
    """Where a computed index goes from one row of a table to the next."""
    if node.op != "gather" or index != 1 or form.plain:
        return
    table = forms.trace.weights(node.inputs[0])
    said = node.attributes.get("axis", 0)
    if table is None or not table.shape or said not in (0, None):
        return
    rows = np.linspace(1, table.shape[0] - 1, min(_ROWS, table.shape[0] - 1))
    for row in np.unique(np.rint(rows)):
        yield from _solved(form, float(row) - 0.5)


def _itself(forms: Forms, node: Node) -> bool:
    """``x != x``, which is true of NaN alone."""
    origins = [forms.trace.origin(name) for name in node.inputs if name]
    return node.op in COMPARES and len(origins) == 2 and origins[0] == origins[1]


def _numbers(forms: Forms, name: str, stored: Stored) -> Iterator[float]:
    """The distinct values of a constant, in the file's graph or among its weights."""
    trace = forms.trace
    origin = trace.origin(name)
    value = trace.graph.constants.get(origin)
    if value is None:
        node = trace.graph.producers.get(origin)
        filled = node.attributes.get("value") if node and node.op == "full_like" else None
        value = np.asarray([filled]) if isinstance(filled, (int, float)) else stored(origin)
    if value is not None and value.dtype.kind in "iuf":
        yield from _usable(value)


def _usable(value: NDArray[np.generic]) -> Iterator[float]:
    numbers = np.unique(np.asarray(value, np.float64))
    yield from (float(n) for n in numbers[np.isfinite(numbers)] if not _stands(abs(float(n))))


def _stands(size: float) -> bool:
    """Whether a number stands for infinity: too large, or a large power of ten."""
    if size <= LIMIT:
        return False
    power = math.log10(size)
    return size > _FARTHEST or abs(power - round(power)) < _LIKE


def _solved(form: Form, value: float) -> list[float]:
    """The elements of the input of which the form is a number."""
    if form.plain or math.isnan(value):
        return [value]
    columns = form.columns if form.axis is not None and form.columns else (0,)
    found: list[float] = []
    for column in columns:

        def off(x: NDArray[np.float64], column: int = column) -> NDArray[np.float64]:
            with np.errstate(all="ignore"):
                made = np.asarray(form.apply(x, column), np.float64)
            return np.broadcast_to(made, x.shape) - value

        y = off(_GRID)
        known = np.isfinite(y[:-1]) & np.isfinite(y[1:])
        at = np.flatnonzero(known & (np.sign(y[:-1]) != np.sign(y[1:])))
        if not 0 < at.size <= _MOST:
            continue  # nowhere, or everywhere
        low, high = _GRID[at].copy(), _GRID[at + 1].copy()
        first = np.sign(off(low))
        for _ in range(60):
            middle = (low + high) / 2
            below = np.sign(off(middle)) == first
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found += [
            float(f"{v:.9g}") if abs(v) > _NOTHING else 0.0 for v in low if abs(v) <= _FARTHEST
        ]
    return found


def _grid() -> NDArray[np.float64]:
    up = np.logspace(-4, 8, 2401)
    return np.unique(np.concatenate([-up, up, np.linspace(-8, 8, 1602)]))


_GRID = _grid()
