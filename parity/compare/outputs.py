"""Compare all outputs of one feed: structure first, then types, shapes, numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parity.compare.answers import AnswerDiffers
from parity.compare.findings import (
    DtypeDiffers,
    Finding,
    NothingCompared,
    OutputMissing,
    ShapeDiffers,
    severity,
)
from parity.compare.sentinels import sentinels
from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray, Measured, Region, measure
from parity.model.tensors import Array, Outputs


@dataclass(frozen=True)
class Comparison:
    """What one feed showed: numbers of every region compared, findings by severity.

    answers: what users see, compared. ties: of these, how many flipped inside
    the margin; flips: which. judged: by what, where the tolerance alone would have said
    otherwise: "plain" kernels of the reference, or "rounding".
    """

    measured: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    answers: int = 0
    ties: int = 0
    flips: tuple[AnswerDiffers, ...] = ()
    judged: str = ""

    @property
    def elements(self) -> int:
        """Pairs of finite numbers compared."""
        return sum(m.elements for m in self.measured)

    @property
    def ratio(self) -> float:
        """The largest share of its allowance that any output used."""
        return max((m.ratio for m in self.measured), default=0.0)


def compare(
    expected: Outputs,
    actual: Outputs,
    *,
    names: Mapping[str, str],
    tolerance: Tolerance,
    valid: Mapping[str, BoolArray] | None = None,
) -> Comparison:
    """Compare the outputs of reference and candidate for one feed.

    names: actual output name by expected output name. valid: by expected name,
    for outputs with positions that may be padding, bool (batch, sequence), True
    where the model's own mask or lengths say that a position counts.
    """
    measured: list[Measured] = []
    findings: list[Finding] = []
    if not names:
        findings.append(NothingCompared("outputs", "no output of the two sides pairs"))
    for output, other in names.items():
        if output not in expected or other not in actual:
            findings.append(OutputMissing(output, tuple(actual)))
            continue
        one, problems = _output(
            output, expected[output], actual[other], tolerance, (valid or {}).get(output)
        )
        measured += one
        findings += problems
    return Comparison(tuple(measured), tuple(sorted(findings, key=severity)))


def _output(
    output: str, expected: Array, actual: Array, tolerance: Tolerance, valid: BoolArray | None
) -> tuple[list[Measured], list[Finding]]:
    findings: list[Finding] = []
    if expected.dtype != actual.dtype:
        findings.append(DtypeDiffers(output, str(expected.dtype), str(actual.dtype)))
    if expected.shape != actual.shape:
        hint = _hint(expected, actual, tolerance)
        return [], [*findings, ShapeDiffers(output, expected.shape, actual.shape, hint)]
    if findings:
        return [], findings
    if valid is None or valid.all():
        return _counted(output, expected, actual, tolerance, "all", None)
    positions = np.broadcast_to(
        valid.reshape(valid.shape + (1,) * (expected.ndim - valid.ndim)), expected.shape
    )
    outside, findings = measure(
        output,
        expected,
        actual,
        tolerance=tolerance.padding,
        region="padding",
        where=~positions,
    )
    if not valid.any():
        # A feed of padding only: what it lacks, the run as a whole must have compared.
        return [outside], findings
    inside, problems = _counted(output, expected, actual, tolerance, "valid", positions)
    return [*inside, outside], [*problems, *findings]


def _counted(
    output: str,
    expected: Array,
    actual: Array,
    tolerance: Tolerance,
    region: Region,
    where: BoolArray | None,
) -> tuple[list[Measured], list[Finding]]:
    """Values that somebody reads, and apart from them those that only mark."""
    marked = sentinels(expected, where)
    if marked is None:
        one, findings = measure(
            output, expected, actual, tolerance=tolerance, region=region, where=where
        )
        return [one], findings
    rest = ~marked if where is None else where & ~marked
    measured, findings = [], []
    for name, positions in ((region, rest), ("marked", marked)):
        one, found = measure(
            output, expected, actual, tolerance=tolerance, region=name, where=positions
        )
        measured.append(one)
        findings += found
    return measured, findings


def _hint(expected: Array, actual: Array, tolerance: Tolerance) -> str:
    if sorted(expected.shape) == sorted(actual.shape) and expected.ndim == 2:
        return "transposed" if _close(expected, actual.T, tolerance) else ""
    if expected.ndim == actual.ndim == 3 and sorted(expected.shape) == sorted(actual.shape):
        for axes in ((0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)):
            turned = actual.transpose(axes)
            if turned.shape == expected.shape and _close(expected, turned, tolerance):
                return f"transposed: axes {axes} would match"
    if expected.size == actual.size and _close(expected.ravel(), actual.ravel(), tolerance):
        return "the same numbers in another shape"
    return ""


def _close(expected: Array, actual: Array, tolerance: Tolerance) -> bool:
    if expected.shape != actual.shape or expected.dtype != actual.dtype:
        return False
    return not measure("", expected, actual, tolerance=tolerance)[1]
