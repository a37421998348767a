"""Whether a worthless candidate would have been noticed: how far the reference itself varies.

An output that is the same for every feed, within what is allowed, agrees with any candidate that
answers it once; one that is all but zero agrees with zeros. Comparing it said nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from parity.compare.noticed import NotDiscriminating
from parity.compare.values import Floats
from parity.model.tensors import Array, Outputs

ENOUGH = 1000.0
"""An output that varies by so many times what is allowed is not looked at any further."""

_KEPT = 6  # answers to other feeds that each new one is held against, of different shapes
_LARGEST = 2**20  # elements of each that are kept


@dataclass
class Variation:
    """How far one output of the reference varies over the feeds.

    spread: largest difference of an element between two feeds, where their shapes overlap.
    magnitude: the largest. allowed: the most that a candidate may be off by on any feed. feeds:
    how many were looked at. kept: some of them.
    """

    spread: float = 0.0
    magnitude: float = 0.0
    allowed: float = 0.0
    feeds: int = 0
    kept: list[Floats] = field(default_factory=list)

    def add(self, expected: Array, allowed: float) -> None:
        """Take in the reference's answer to one more feed."""
        self.feeds += 1
        self.allowed = max(self.allowed, allowed)
        if self.enough or not expected.size:
            return
        wide = np.asarray(expected, np.float64)
        self.magnitude = max(self.magnitude, _largest(wide))
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
        return self.feeds > 1 and min(self.spread, self.magnitude) > ENOUGH * self.allowed


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

    rounding: by output, the most that would not have been told from rounding, where that was
    measured: it holds whatever the tolerance allows. constant: outputs that depend on no
    input's values.
    """
    found = []
    exempt = set(constant)
    for name, seen in power.outputs.items():
        if name in exempt:
            continue
        limit = min(seen.allowed, rounding.get(name, np.inf))
        null = _null(seen, limit)
        if null:
            found.append(NotDiscriminating(name, null, seen.spread, seen.magnitude, limit))
    return found


def _null(seen: Variation, limit: float) -> str:
    if seen.magnitude <= limit:
        return "zeros"
    return "one answer for all feeds" if seen.feeds > 1 and seen.spread <= limit else ""


def _largest(array: Floats) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


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
