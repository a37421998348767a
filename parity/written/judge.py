"""What became of one parameter in the stored weight that was made of it."""

from dataclasses import dataclass, field

import numpy as np

from parity.compare.weights.apart import apart
from parity.compare.weights.partners import distance, expected_turned, fits
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight
from parity.model.tensors import Array
from parity.written import moved, rounded
from parity.written.measure import Difference, difference, like, scale_of
from parity.written.said import Kind, WeightSaid

_SAME = 1e-10
"""Square distance of numbers that are the same but for a few roundings of float32."""

_SAME_LOWERED = 1e-3  # the same of integers: 8 bits are off by 1e-4


@dataclass(frozen=True)
class Judge:
    """others: parameters whose numbers a weight may hold in place of its own.

    factors: by parameter, constants by which the reference's graph multiplies what it makes:
    an exporter may have put one into the weight.
    """

    others: tuple[Parameter, ...]
    factors: dict[str, frozenset[float]] = field(default_factory=dict)

    def judge(self, weight: Weight, parameter: Parameter, turned: bool) -> WeightSaid:
        """Compare a weight with the parameter that it stands for."""
        known = expected_turned(weight, parameter)
        square = len(fits(weight, parameter)) > 1
        turned = known if known is not None and square else turned
        wanted = like(weight, parameter.values, turned=turned)
        off = difference(weight, wanted)
        if not off.elements:
            return _said(weight, parameter, "equal", off, "transposed" if turned else "")
        zeroed = self._zero_row(weight, parameter, off, turned)
        if zeroed is not None:
            return zeroed
        words = rounded.how(weight, parameter, wanted, turned=turned)
        if words:
            return _said(weight, parameter, "rounded", off, words, coarse=rounded.coarse(words))
        return self._fault(weight, parameter, off, turned, wanted)

    def _zero_row(
        self, weight: Weight, parameter: Parameter, off: Difference, turned: bool
    ) -> WeightSaid | None:
        """The one row that the reference reads as zeros, stored as zeros."""
        row = parameter.zero_row
        if row is None or turned or off.rows != (row,) or weight.quantised:
            return None
        if np.asarray(weight.values[row]).any():
            return None
        return _said(weight, parameter, "equal", Difference(), f"row {row}, padding, as zeros")

    def _fault(
        self, weight: Weight, parameter: Parameter, off: Difference, turned: bool, wanted: Array
    ) -> WeightSaid:
        flat = _flat(weight)
        if flat is not None:
            return _said(weight, parameter, "changed", off, f"is {flat:.6g} throughout")
        for other in self.others:
            if other.name != parameter.name and _holds(weight, other):
                held = f"holds {other.name}"
                return _said(weight, parameter, "swapped", off, held, holds=other.name)
        way = moved.turned(weight, wanted)
        if way:
            return _said(weight, parameter, "transposed", off, way)
        factor = scale_of(weight, wanted)
        if factor is not None:
            return self._scaled(weight, parameter, off, factor)
        moves = moved.within(weight, wanted, off)
        if moves:
            return _said(weight, parameter, "swapped", off, moves)
        return _said(weight, parameter, "changed", off, f"is changed{_where(weight, off)}")

    def _scaled(
        self, weight: Weight, parameter: Parameter, off: Difference, factor: float
    ) -> WeightSaid:
        for known in self.factors.get(parameter.name, ()):
            if known and abs(factor / known - 1) < _FOLDED:
                return _said(
                    weight, parameter, "equal", Difference(), f"with a factor of {known:.6g} in it"
                )
        words = "is negated" if abs(factor + 1) < _FOLDED else f"is {factor:.6g} times as large"
        return _said(weight, parameter, "scaled", off, words)


_FOLDED = 1e-5


def _said(
    weight: Weight, parameter: Parameter, kind: Kind, off: Difference, detail: str,
    *, holds: str = "", coarse: bool = False,
) -> WeightSaid:  # fmt: skip
    return WeightSaid(
        weight.name, parameter.name, kind, off.elements, weight.values.size, off.max_abs,
        off.index, off.expected, off.actual, detail, holds, coarse,
    )  # fmt: skip


def _flat(weight: Weight) -> float | None:
    """The one number of which a weight is made; None for most. It says nothing of whose it is."""
    first = weight.real(np.array([0]), np.array([0]))[0, 0]
    raw = weight.values[0, 0]
    if weight.quantised or not all(
        bool((weight.values[at : at + 1024] == raw).all()) for at in range(0, weight.rows, 1024)
    ):
        return None
    return float(first)


def _holds(weight: Weight, other: Parameter) -> bool:
    """Whether a weight holds a parameter's numbers, either way round."""
    near = _SAME_LOWERED if weight.quantised or "16" in weight.dtype else _SAME
    return any(
        distance(weight, other, way) < near and not apart(weight, other, turned=way).count
        for way in fits(weight, other)
    )


def _where(weight: Weight, off: Difference) -> str:
    if weight.rows == 1 or len(off.rows) == weight.rows:
        return ""
    if len(off.rows) == 1:
        return f" in row {off.rows[0]}"
    return f" in {len(off.rows):,} of {weight.rows:,} rows"
