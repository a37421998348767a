"""What came of one invariant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from parity.compare.lowered import InvariantBroken
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.compare.values import measure
from parity.inputs import Example
from parity.model.tensors import Array

TOLERANCE: Tolerance = DEFAULTS["fp32"]
"""Of a model against itself: rounding alone, whatever its weights were rounded to."""


@dataclass(frozen=True)
class Held:
    """feeds, elements: that were compared. moved: the largest difference.

    skipped: why it wasn't asked, or isn't held against the model; "" where it was. findings: of
    each output the worst.
    """

    name: str
    feeds: int = 0
    elements: int = 0
    moved: float = 0.0
    skipped: str = ""
    findings: Mapping[str, InvariantBroken] = field(default_factory=dict)

    def and_also(
        self, example: Example, expected: Mapping[str, Array], actual: Mapping[str, Array]
    ) -> "Held":
        """With one feed more: what was answered first, and what now.

        An output that is there once, or of another shape or type, is broken, too.
        """
        found = dict(self.findings)
        elements, moved = self.elements, self.moved
        for output in {**expected, **actual}:
            one, other = expected.get(output), actual.get(output)
            if one is None or other is None or one.shape != other.shape or one.dtype != other.dtype:
                found[output] = self._broken(output, (), 0.0, 0.0, float("inf"), 0.0, 1, 1, example)
                continue
            seen, differs = measure(output, one, other, tolerance=TOLERANCE)
            elements += seen.elements + seen.matched
            moved = max(moved, seen.max_abs)
            if not differs:
                continue
            count = sum(getattr(f, "count", 1) for f in differs)
            off = seen.max_abs if seen.elements and seen.max_abs > 0 else float("inf")
            broken = self._broken(
                output, seen.index, seen.expected, seen.actual, off, seen.allowed, max(1, count),
                max(1, seen.elements), example,
            )  # fmt: skip
            if output not in found or broken.max_abs > found[output].max_abs:
                found[output] = broken
        return replace(self, feeds=self.feeds + 1, elements=elements, moved=moved, findings=found)

    def excused(self, why: str) -> "Held":
        """What was measured, nothing of which is a finding; an answer that is gone stays one."""
        gone = {n: f for n, f in self.findings.items() if f.max_abs == float("inf")}
        return replace(self, skipped=why, findings=gone)

    def failed(self, example: Example) -> "Held":
        """With a feed that was answered first, and fails now."""
        broken = self._broken("outputs", (), 0.0, 0.0, float("inf"), 0.0, 1, 1, example)
        return replace(self, findings={**self.findings, "outputs": broken})

    def _broken(
        self, output: str, index: tuple[int, ...], expected: float, actual: float, off: float,
        allowed: float, count: int, elements: int, example: Example,
    ) -> InvariantBroken:  # fmt: skip
        return InvariantBroken(
            output, index, expected, actual, off, allowed, count, elements, example.label, self.name
        )
