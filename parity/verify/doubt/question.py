"""What an arbiter is asked, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parity.compare.findings import Finding, NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.outputs import Comparison
from parity.compare.values import BoolArray
from parity.inputs import Example
from parity.model.tensors import Outputs

Compare = Callable[[Outputs, Outputs], Comparison]


@dataclass(frozen=True)
class Question:
    """One example that both sides answered.

    candidate: compares a reference's answers with the candidate's. itself: compares two of the
    reference, at FP32's tolerance. named: an array by candidate's name to expected name.
    usual: magnitudes of the outputs. actual: the candidate's answers, by expected name; against:
    compares a reference's answers with such.
    """

    example: Example
    expected: Outputs
    comparison: Comparison
    candidate: Callable[[Outputs], Comparison]
    itself: Compare
    named: Callable[[Outputs], Outputs]
    valid: Callable[[Outputs], Mapping[str, BoolArray]]
    usual: Mapping[str, float]
    actual: Outputs
    against: Callable[[Outputs, Outputs], Comparison]


@dataclass(frozen=True)
class Answer:
    """What holds: the reference's answer that counts, and the candidate against it."""

    expected: Outputs
    comparison: Comparison


def figures(finding: Finding) -> tuple[str, tuple[int, ...], float | None, float | None]:
    """Output, index, and both values, where the finding has such."""
    output = str(getattr(finding, "output", ""))
    if isinstance(finding, ValuesDiffer | PaddingDiffers | NonFiniteDiffers):
        return output, finding.index, finding.expected, finding.actual
    return output, (), None, None


def shown(finding: Finding) -> str:
    """Both values of a finding of the reference against itself, on one line."""
    if isinstance(finding, ValuesDiffer | PaddingDiffers | NonFiniteDiffers):
        where = f"{finding.output}{list(finding.index)}"
        return f"{where} {finding.expected:.6g} against {finding.actual:.6g}"
    return str(finding)
