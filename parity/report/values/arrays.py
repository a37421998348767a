"""Arrays of a feed in a line: their numbers where those are few, else what they lie between."""

import numpy as np

from parity.model.tensors import Array

_FEW_WHOLE = 64  # ids that a person still reads
_FEW = 16  # other numbers

_MOST = 4096  # of an array whose values a document holds


def is_large(array: Array) -> bool:
    """Whether a document names the file that an array is in, and doesn't hold its values."""
    return array.size > _MOST


def figures(array: Array) -> dict[str, float] | None:
    """The least, the mean and the greatest of the finite numbers; None where there is none."""
    numbers = array.astype(np.float64).reshape(-1) if array.dtype.kind in "biuf" else np.empty(0)
    finite = numbers[np.isfinite(numbers)]
    if not finite.size:
        return None
    return {"min": float(finite.min()), "mean": float(finite.mean()), "max": float(finite.max())}


def line(array: Array, *, picture: bool = False) -> str:
    """What an array holds. picture: its single numbers tell nobody anything."""
    few = _FEW_WHOLE if array.dtype.kind in "biu" else _FEW
    found = figures(array)
    if (array.size <= few and not picture) or found is None:
        return str(array.tolist()) if array.size <= _FEW_WHOLE else "…"
    odd = int(array.size - np.isfinite(array).sum()) if array.dtype.kind == "f" else 0
    more = f", {odd} NaN or infinities" if odd else ""
    return ", ".join(f"{name} {value:.4g}" for name, value in found.items()) + more
