"""Whether a weight of float32 is the reference's after a rounding to less, and back."""

import numpy as np

from parity.compare.weights.apart import apart
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array

_LEVELS = 256  # of 8 bits

_STEP = 0.51
"""Of a step: half, and what float32 adds."""

_TELLING = 1024
"""Elements that a weight must have for few levels to mean a rounding."""

_SOME = 1 << 16  # elements at a time; most that are no rounding are found out by the first


def how(weight: Weight, parameter: Parameter, wanted: Array, *, turned: bool) -> str:
    """The words "to float16" and the like; "" if it is no rounding.

    wanted: the parameter's values as the weight's matrix. Also for weights that are stored so.
    """
    if weight.quantised or weight.dtype in ("float16", "bfloat16"):
        off = apart(weight, parameter, turned=turned)
        return "" if off.count else f"to {weight.dtype}, {off.off:.2g} of a step at most"
    for name in ("float16", "bfloat16"):
        if _is(weight.values, wanted, name):
            return f"to {name}, though stored as {weight.dtype}"
    off = apart(weight, parameter, turned=turned)
    if not off.count:
        return f"to {weight.dtype}, {off.off:.2g} units in the last place at most"
    levels = _levels(weight.values, wanted)
    return f"to {levels} levels, as of 8 bits, though stored as {weight.dtype}" if levels else ""


def coarse(words: str) -> bool:
    """Whether such words are of a rounding to less than float32."""
    return bool(words) and not words.startswith(("to float32,", "to float64,"))


def _is(held: Array, wanted: Array, name: str) -> bool:
    height = max(1, _SOME // max(1, held.shape[1]))
    return all(
        bool((_to(wanted[at : at + height], name) == held[at : at + height]).all())
        for at in range(0, len(held), height)
    )


def _to(values: Array, name: str) -> Array:
    with np.errstate(all="ignore"):
        if name == "float16":
            return np.asarray(values.astype(np.float16).astype(np.float32))
        bits = np.ascontiguousarray(values.astype(np.float32)).view(np.uint32)
        nearest = bits + 0x7FFF + ((bits >> 16) & 1)
        return np.asarray((nearest & 0xFFFF0000).astype(np.uint32).view(np.float32))


def _levels(held: Array, wanted: Array) -> int:
    """How many numbers a matrix is made of, where they are a row of equal steps; else 0."""
    if held.size < _TELLING:
        return 0
    some = held.reshape(-1)[:_SOME]
    if len(np.unique(some)) > _LEVELS:
        return 0
    found = np.unique(held)
    if not 1 < len(found) <= _LEVELS or not np.isfinite(found).all():
        return 0
    step = float(np.diff(found.astype(np.float64)).min())
    off = np.abs(held.astype(np.float64) - wanted.astype(np.float64)).max()
    return len(found) if off <= _STEP * step else 0
