"""How far apart rounding alone puts two models that are one function.

Noise is measured, not assumed: the largest change of an output when the weights and float
inputs of the candidate move by up to one unit in the last place, over a few runs.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from parity.compare.findings import Finding, PaddingDiffers, ValuesDiffer, severity
from parity.compare.noticed import BeyondRounding
from parity.compare.outputs import Comparison
from parity.compare.sentinels import sentinels
from parity.compare.values import COUNTED, BoolArray, Measured, Region
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

CUT_OFF = 1.6e-8
"""Below this a kernel may give 0 where another gives what there is: ONNX Runtime's sigmoid takes
-18 for whatever is below, and a detector of text that finds none shows that."""


def noise(change: Array, expected: Array, where: BoolArray | None, usual: float) -> float:
    """The noise of one output in one region.

    change: largest change of each element. where: the region, of its shape; None for all. usual:
    magnitude of the output on other feeds; where an output happens to be zero, what is next to
    nothing beside its usual values is rounding.
    """
    if where is not None:
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
    measured: list[Measured] = []
    excused: set[tuple[str, bool]] = set()
    stands: set[tuple[str, bool]] = set()
    for m in comparison.measured:
        level = _level(m, changes, expected, valid, usual)
        measured.append(m if level is None else replace(m, rounding=level))
        rounds = level is not None and m.max_abs <= WITHIN * level
        if m.ratio >= 1:
            (excused if rounds else stands).add((m.output, m.region == "padding"))
    excused -= stands  # of an output's regions each must be
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


def beyond(
    comparison: Comparison,
    changes: Mapping[str, Array],
    expected: Mapping[str, Array],
    *,
    valid: Mapping[str, BoolArray],
    usual: Mapping[str, float],
) -> Comparison:
    """The comparison with its noise, and a finding for what no rounding explains.

    At padding nothing is found: nobody reads it, and its tolerance is wide on purpose.
    """
    measured: list[Measured] = []
    findings: list[Finding] = list(comparison.findings)
    for m in comparison.measured:
        level = _level(m, changes, expected, valid, usual)
        measured.append(m if level is None else replace(m, rounding=level))
        if level is None or m.region not in COUNTED or m.max_abs <= BEYOND * level:
            continue
        if is_cut_off(m):
            continue
        ratio = m.max_abs / level if level > 0 else np.inf
        findings.append(
            BeyondRounding(
                m.output, m.index, m.expected, m.actual, m.max_abs, m.allowed, level, ratio, BEYOND
            )
        )
    return replace(
        comparison,
        measured=tuple(measured),
        findings=tuple(sorted(findings, key=severity)),
    )


def is_cut_off(m: Measured) -> bool:
    """Whether a kernel gave 0 for next to nothing."""
    return bool(m.actual == 0 and m.expected and m.max_abs <= CUT_OFF)


def _level(
    m: Measured,
    changes: Mapping[str, Array],
    expected: Mapping[str, Array],
    valid: Mapping[str, BoolArray],
    usual: Mapping[str, float],
) -> float | None:
    """The noise of what was measured; None where it isn't known: integers, no elements."""
    change = changes.get(m.output)
    if change is None or not m.elements or change.shape != expected[m.output].shape:
        return None
    where = _where(m.region, expected[m.output], valid.get(m.output))
    return noise(change, expected[m.output], where, usual.get(m.output, 0.0))


def _where(region: Region, expected: Array, valid: BoolArray | None) -> BoolArray | None:
    """The positions of a region; None for all."""
    positions: BoolArray | None = None
    if valid is not None and region != "all" and not valid.all():
        shaped = valid.reshape(valid.shape + (1,) * (expected.ndim - valid.ndim))
        positions = np.array(np.broadcast_to(shaped, expected.shape))
    if region == "padding":
        return None if positions is None else ~positions
    # A mark moves by what it is large: that is no excuse for the values beside it.
    marked = sentinels(expected, positions)
    if marked is None:
        return positions
    if region == "marked":
        return marked
    return ~marked if positions is None else positions & ~marked
