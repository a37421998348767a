"""Whether a worthless candidate would have been noticed: how far the reference itself varies.

An output that is the same for every feed, within what is allowed, agrees with any candidate that
answers it once; one that is all but zero agrees with zeros; one whose classes, positions or rows
are all but equal agrees with one that has them in another order. Comparing it said nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from parity.compare.noticed import NotDiscriminating
from parity.compare.rounding import BEYOND, WITHIN
from parity.compare.tolerance import Tolerance
from parity.compare.values import Floats
from parity.model.tensors import Array, Outputs

ENOUGH = 1000.0
"""An output that varies by so many times what is allowed is not looked at any further."""

_EQUAL = 8 * 2.0**-23
"""Of the largest value: entries that are no further apart are equal by construction, as what is
repeated along an axis, so that another order of them would be no fault. Eight units in the last
place of float32: what kernels differ by that treat the end of a row apart."""

_KEPT = 6  # answers to other feeds that each new one is held against, of different shapes
_LARGEST = 2**20  # elements of each that are kept


@dataclass
class Variation:
    """How far one output of the reference varies over the feeds.

    spread: largest difference of an element between two feeds, where their shapes overlap.
    magnitude: the largest. allowed: the most that a candidate may be off by on any feed. feeds:
    how many were looked at. kept: some of them. along: by axis, the largest difference of two
    entries of one feed that differ in nothing but their place on it.
    """

    spread: float = 0.0
    magnitude: float = 0.0
    allowed: float = 0.0
    feeds: int = 0
    kept: list[Floats] = field(default_factory=list)
    along: dict[int, float] = field(default_factory=dict)

    def add(self, expected: Array, allowed: float) -> None:
        """Take in the reference's answer to one more feed."""
        self.feeds += 1
        self.allowed = max(self.allowed, allowed)
        if self.enough or not expected.size:
            return
        wide = np.asarray(expected, np.float64)
        self.magnitude = max(self.magnitude, _largest(wide))
        for axis in range(wide.ndim):
            if wide.shape[axis] > 1 and self.along.get(axis, 0.0) <= ENOUGH * self.allowed:
                self.along[axis] = max(self.along.get(axis, 0.0), _range(wide, axis))
        for other in self.kept:
            self.spread = max(self.spread, _apart(wide, other))
        if len(self.kept) < _KEPT and expected.size <= _LARGEST:
            if all(k.shape != wide.shape for k in self.kept) or len(self.kept) < 2:
                self.kept.append(np.array(wide))
        elif not self.kept:
            self.kept.append(np.array(wide[tuple(slice(0, 64) for _ in wide.shape)]))

    @property
    def enough(self) -> bool:
        """Whether it varies so much that no more needs to be known."""
        known = (self.spread, self.magnitude, *self.along.values())
        return self.feeds > 1 and min(known) > ENOUGH * self.allowed


@dataclass
class Power:
    """The variation of each output."""

    outputs: dict[str, Variation] = field(default_factory=dict)

    def add(self, expected: Outputs, allowed: Mapping[str, float]) -> None:
        """Take in one feed. allowed: of each output that was compared outside of padding."""
        for name, limit in allowed.items():
            if name in expected:
                self.outputs.setdefault(name, Variation()).add(expected[name], limit)


def undiscriminating(
    power: Power, *, rounding: Mapping[str, float], constant: Iterable[str]
) -> list[NotDiscriminating]:
    """A finding for each output that a worthless candidate would have passed.

    rounding: by output, the noise of its rounding, where that was measured: what would not be
    told from it passes whatever the tolerance allows. constant: outputs that depend on no
    input's values.
    """
    found = []
    exempt = set(constant)
    for name, seen in power.outputs.items():
        if name in exempt:
            continue
        noise = rounding.get(name, np.inf)
        limit = min(seen.allowed, BEYOND * noise)
        null, spread = _null(seen, limit, 0.0 if np.isinf(noise) else WITHIN * noise)
        if null:
            found.append(NotDiscriminating(name, null, spread, seen.magnitude, limit))
    return found


def says_nothing(seen: Variation, tolerance: Tolerance) -> bool:
    """Whether a worthless candidate would have passed under another tolerance, too."""
    limit = max(tolerance.atol, tolerance.rtol * seen.magnitude)
    return bool(_null(seen, limit, 0.0)[0])


def _null(seen: Variation, limit: float, equal: float) -> tuple[str, float]:
    """What would have passed, if anything, and by how much the reference varies there.

    equal: entries no further apart are equal but for rounding.
    """
    if seen.magnitude <= limit:
        return "zeros", seen.spread
    # The middle between two answers is off by half of what they are apart; so is, at best, the
    # mean over the feeds.
    if seen.feeds > 1 and seen.spread <= 2 * limit:
        return "one answer for all feeds", seen.spread
    equal = max(equal, _EQUAL * seen.magnitude)
    for axis, apart in seen.along.items():
        if equal < apart <= limit:
            return f"another order along axis {axis}", apart
    return "", seen.spread


def _largest(array: Floats) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


def _range(array: Floats, axis: int) -> float:
    """The largest difference of two entries along an axis; infinite where not all are finite."""
    if not np.isfinite(array).all():
        return np.inf
    return float(np.ptp(array, axis=axis).max(initial=0.0))


def _apart(one: Floats, other: Floats) -> float:
    """The largest difference of two answers where their shapes overlap."""
    if one.ndim != other.ndim:
        return np.inf
    common = tuple(slice(0, min(a, b)) for a, b in zip(one.shape, other.shape, strict=True))
    mine, theirs = one[common], other[common]
    finite = np.isfinite(mine) & np.isfinite(theirs)
    if (np.isfinite(mine) != np.isfinite(theirs)).any():
        return np.inf
    return float(np.abs(mine[finite] - theirs[finite]).max(initial=0.0))
