"""Weights that an exporter put together of rows: gates of a recurrent layer in another order, say.

Each row of such a weight is a row of some parameter, rounded to the weight's type.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from parity.compare.weights.apart import Apart, apart
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array

_MOST = 0.5
"""Share of rows that must be a parameter's for the others to be faults."""

_NAMED = 16  # rows with a fault that are looked at one by one


@dataclass(frozen=True, eq=False)
class Scattered:
    """A weight made of parameters' rows. off: the worst row that is none, and of which."""

    weight: Weight
    parameters: tuple[str, ...]
    off: Apart | None


def scattered(weights: Sequence[Weight], parameters: Sequence[Parameter]) -> Iterator[Scattered]:
    """Those of the float weights that are made of rows of parameters."""
    for weight in weights:
        width = weight.shape[-1] if weight.shape else 0
        sources = [p for p in parameters if len(p.shape) == 2 and p.shape[1] == width]
        if weight.quantised or len(weight.shape) < 2 or width < 2 or not sources:
            continue
        found = _made_of(weight, weight.values.reshape(-1, width), sources)
        if found is not None:
            yield found


def _made_of(weight: Weight, rows: Array, sources: Sequence[Parameter]) -> Scattered | None:
    known = {
        row.tobytes(): parameter.name
        for parameter in sources
        for row in _rounded(parameter.values, rows.dtype)
    }
    names = [known.get(row.tobytes()) for row in np.ascontiguousarray(rows)]
    strange = [at for at, name in enumerate(names) if name is None]
    if len(strange) > (1 - _MOST) * len(names):
        return None
    used = tuple(sorted({name for name in names if name is not None}))
    if not strange:
        return Scattered(weight, used, None)
    worst = max(
        (_nearest(weight, rows, at, sources) for at in strange[:_NAMED]), key=lambda a: a.off
    )
    off = None if worst.count == 0 else _placed(worst, strange, weight)
    return Scattered(weight, used, off)


def _rounded(values: Array, dtype: np.dtype[np.generic]) -> Array:
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(values.astype(dtype))


def _nearest(weight: Weight, rows: Array, at: int, sources: Sequence[Parameter]) -> Apart:
    """How far a row is from the nearest of all parameters' rows."""
    row = rows[at].astype(np.float64)
    offs = [(float(o), p, i) for p in sources for o, i in [_closest(p.values, row)]]
    _, parameter, index = min(offs, key=lambda o: o[0])
    one = Weight(weight.name, weight.dtype, (1, len(row)), rows[at : at + 1])
    held = Parameter(parameter.name, (1, len(row)), parameter.values[index : index + 1], None)
    found = apart(one, held)
    flat = at * len(row) + (found.index[-1] if found.index else 0)
    place = tuple(int(i) for i in np.unravel_index(flat, weight.shape))
    return Apart(
        found.off, found.allowed, place, found.expected, found.actual, found.count, found.elements
    )


def _closest(values: Array, row: Array) -> tuple[float, int]:
    off = ((values.astype(np.float64) - row) ** 2).sum(axis=1)  # type: ignore[operator]
    at = int(np.argmin(off))
    return float(off[at]), at


def _placed(worst: Apart, strange: Sequence[int], weight: Weight) -> Apart:
    return Apart(
        worst.off, worst.allowed, worst.index, worst.expected, worst.actual, worst.count,
        weight.values.size, tuple(strange),
    )  # fmt: skip
