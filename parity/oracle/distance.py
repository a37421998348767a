"""How far two sides are from what a file computes in float64."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parity.model.tensors import Array


@dataclass(frozen=True)
class FromFloat64:
    """Of one output the largest differences over the feeds that were asked. feeds: how many."""

    reference: float
    candidate: float
    feeds: int = 1

    def __or__(self, other: "FromFloat64") -> "FromFloat64":
        return FromFloat64(
            max(self.reference, other.reference),
            max(self.candidate, other.candidate),
            self.feeds + other.feeds,
        )


def from_float64(
    exact: Mapping[str, Array], reference: Mapping[str, Array], candidate: Mapping[str, Array]
) -> dict[str, FromFloat64]:
    """By output, of those that all three have and that hold floats; all by one set of names."""
    return {
        name: FromFloat64(_off(array, reference[name]), _off(array, candidate[name]))
        for name, array in exact.items()
        if name in reference and name in candidate and array.dtype.kind == "f" and array.size
    }


def _off(exact: Array, array: Array) -> float:
    """The largest difference; infinite for another shape, or where one alone is finite."""
    if exact.shape != array.shape:
        return float("inf")
    one, other = exact.astype(np.float64), array.astype(np.float64)
    with np.errstate(invalid="ignore"):
        off = np.abs(one - other)
    off[(one == other) | (np.isnan(one) & np.isnan(other))] = 0.0
    off[~np.isfinite(off)] = np.inf
    return float(off.max())
