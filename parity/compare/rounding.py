"""How far apart rounding alone puts two models that are one function.

Noise is measured, not assumed: the largest change of an output when the weights and float
inputs of the candidate move by up to one unit in the last place, over a few runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from parity.compare.findings import PaddingDiffers, ValuesDiffer
from parity.compare.outputs import Comparison
from parity.compare.values import BoolArray
from parity.model.tensors import Array

# Both factors from `python tests/bench/rounding.py`, over all healthy pairs that install: those
# lie within 8.4 times their noise (PP-OCR's classifier on a constant picture), the mildest fault
# planted in them at several hundred.
WITHIN = 10.0
"""Up to so many times its noise a difference is rounding, whatever the tolerance says."""

BEYOND = 100.0
"""From so many times its noise on a difference is none, though the tolerance lets it pass."""

EPSILON = 2.0**-23
"""Least noise, over the magnitude: a float32 is good for no more."""


@dataclass(frozen=True)
class Rounding:
    """How far an output of a feed was off, and how far rounding moves it there.

    magnitude: the larger of the reference's on this feed and of its usual one.
    """

    output: str
    label: str
    max_abs: float
    noise: float

    @property
    def ratio(self) -> float:
        """The difference over the noise."""
        return self.max_abs / self.noise if self.noise > 0 else np.inf


def noise(change: Array, expected: Array, where: BoolArray | None, usual: float) -> float:
    """The noise of one output in one region.

    change: largest change of each element. where: the region, of one shape with it; None for
    all. usual: magnitude of the output on other feeds; where an output happens to be zero,
    what is next to nothing beside its usual values is rounding.
    """
    if where is not None:
        where = np.broadcast_to(where.reshape(where.shape + (1,) * (change.ndim - where.ndim)),
                                change.shape)  # fmt: skip
        change, expected = change[where], expected[where]
    finite = np.abs(expected[np.isfinite(expected)])
    magnitude = max(float(finite.max(initial=0.0)), usual)
    return max(float(change.max(initial=0.0)), EPSILON * magnitude)


def excuse(
    comparison: Comparison,
    changes: Mapping[str, Array],
    expected: Mapping[str, Array],
    *,
    valid: Mapping[str, BoolArray],
    usual: Mapping[str, float],
) -> Comparison:
    """The comparison without those differences of values that are within their noise.

    changes: by expected name. What was excused keeps its figures, with its noise.
    """
    measured, excused = [], set()
    for m in comparison.measured:
        change = changes.get(m.output)
        if change is None or change.shape != expected[m.output].shape:
            measured.append(m)
            continue
        where = valid.get(m.output) if m.region in ("valid", "padding") else None
        if where is not None and m.region == "padding":
            where = ~where
        level = noise(change, expected[m.output], where, usual.get(m.output, 0.0))
        measured.append(replace(m, rounding=level))
        if m.max_abs <= WITHIN * level:
            excused.add((m.output, m.region == "padding"))
    left = tuple(
        f
        for f in comparison.findings
        if not (
            isinstance(f, ValuesDiffer | PaddingDiffers)
            and (f.output, isinstance(f, PaddingDiffers)) in excused
        )
    )
    judged = "rounding" if not left and comparison.findings else comparison.judged
    return replace(comparison, measured=tuple(measured), findings=left, judged=judged)
