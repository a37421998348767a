"""Whether other outputs are right, measured by those that are known to be wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from parity.compare.findings import Finding, PaddingDiffers, ValuesDiffer
from parity.compare.noticed import BeyondRounding
from parity.compare.outputs import Comparison, compare
from parity.compare.rounding import WITHIN
from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray, Measured
from parity.model.tensors import Array, Outputs

_MENDED = 10.0
"""A tenth of the difference at most must be left. What is left where something else rounds, or
adds in another order, would take a finding that is barely one below its tolerance, too."""

_MUCH = 100.0
"""Of a difference so many times what is allowed, a hundredth may be left above the tolerance: a
healthy pair of an ill-conditioned model is above it as well (PP-OCR's classifier, 1.2 times)."""

Place = tuple[str, str]
"""Output and region."""

_EVERY = "every"  # region


@dataclass(frozen=True)
class Judged:
    """right: whether nothing of the difference is left. off: the largest one that is."""

    right: bool
    off: float


@dataclass(frozen=True)
class Yardstick:
    """Knows what is expected, and how far wrong outputs are off.

    names: output's name by expected name. limits: for each place that is wrong, up to what ratio
    of the tolerance it would be right. off: the largest difference there. beyond: whether that
    is beyond the tolerance or rounding; else it is only what is furthest.
    """

    expected: Outputs
    names: Mapping[str, str]
    tolerance: Tolerance
    valid: Mapping[str, BoolArray]
    limits: Mapping[Place, float]
    off: float
    beyond: bool = True

    def judge(self, outputs: Outputs) -> Judged:
        """Whether outputs are right where the known ones are wrong. Types are the expected's."""
        comparison = _compared(self, outputs)
        wrong = {str(getattr(f, "output", "")) for f in _no_values(comparison)}
        off, right = 0.0, bool(self.limits)
        for place, limit in self.limits.items():
            found = [m for m in comparison.measured if _at(place, m)]
            if place[0] in wrong or not found:
                return Judged(right=False, off=np.inf)
            off = max(off, *(m.max_abs for m in found))
            right = right and all(m.ratio <= limit for m in found)
        return Judged(right, off)


def yardstick(
    expected: Outputs,
    wrong: Outputs,
    *,
    names: Mapping[str, str],
    tolerance: Tolerance,
    valid: Mapping[str, BoolArray] | None = None,
    findings: Iterable[Finding] = (),
) -> Yardstick | None:
    """Made of outputs that are wrong; none at all where what should give them failed.

    findings: that are known of them. None where nothing is off.
    """
    blank = Yardstick(expected, names, tolerance, valid or {}, {}, 0.0)
    if not wrong:
        return replace(blank, limits={(o, _EVERY): 1.0 for o in names}, off=np.inf)
    comparison = _compared(blank, wrong)
    limits, off = _limits(comparison, findings)
    beyond = bool(limits)
    if not beyond:
        limits, off = _worst(comparison)
    return replace(blank, limits=limits, off=off, beyond=beyond) if limits else None


def _compared(yard: Yardstick, outputs: Outputs) -> Comparison:
    typed = {
        name: _typed(outputs[name], yard.expected.get(expected))
        for expected, name in yard.names.items()
        if name in outputs
    }
    return compare(
        yard.expected, typed, names=yard.names, tolerance=yard.tolerance, valid=yard.valid
    )


def _at(place: Place, measured: Measured) -> bool:
    return measured.output == place[0] and place[1] in (measured.region, _EVERY)


def _typed(array: Array, like: Array | None) -> Array:
    """Floats as those of the reference: float64 is an oracle's, no difference."""
    if like is None or array.dtype.kind != "f" or like.dtype.kind != "f":
        return array
    with np.errstate(over="ignore"):
        return array.astype(like.dtype)


def _no_values(comparison: Comparison) -> list[Finding]:
    return [f for f in comparison.findings if not isinstance(f, ValuesDiffer | PaddingDiffers)]


def _limits(
    comparison: Comparison, findings: Iterable[Finding]
) -> tuple[dict[Place, float], float]:
    noise = {f.output: f.noise for f in findings if isinstance(f, BeyondRounding)}
    limits: dict[Place, float] = {}
    off = 0.0
    for f in _no_values(comparison):
        limits[str(getattr(f, "output", "")), _EVERY] = 1.0
        off = np.inf
    broken = {output for output, _ in limits}
    for m in comparison.measured:
        if m.output in broken or not m.max_abs:
            continue
        if m.output in noise and m.ratio < 1:
            limits[m.output, m.region] = m.ratio * WITHIN * noise[m.output] / m.max_abs
        elif m.ratio >= 1:
            limits[m.output, m.region] = _limit(m.ratio)
        else:
            continue
        off = max(off, m.max_abs)
    return limits, off


def _limit(ratio: float) -> float:
    """Up to what ratio of its tolerance an output is right that is off by so many times it."""
    if not np.isfinite(ratio):  # whole numbers: each must be the same
        return 0.0
    return max(min(1.0, ratio / _MENDED), ratio / _MUCH)


def _worst(comparison: Comparison) -> tuple[dict[Place, float], float]:
    """Nothing is beyond its tolerance, and somebody calls it wrong: what is furthest, then."""
    found = [m for m in comparison.measured if m.max_abs]
    if not found:
        return {}, 0.0
    worst = max(found, key=lambda m: m.ratio)
    return {(worst.output, worst.region): worst.ratio / _MENDED}, worst.max_abs
