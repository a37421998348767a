"""What a climb begins with: two models, and a feed on which they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parity.compare.findings import Finding
from parity.compare.pairing import pair
from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.trial import told
from parity.diagnose.ladder.yardstick import Yardstick, yardstick
from parity.model.domains import signature
from parity.model.formats.read import graph_of
from parity.model.tensors import Feed, Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.request import Request
from parity.verify.result import Result


@dataclass(frozen=True)
class Failing:
    """feed: the smallest failing one. expected: what the reference that counts answers.

    actual: what the candidate does; nothing where it failed. names: candidate's output by
    reference's. disagrees: whether the reference is known to disagree with itself. judged: whether
    a verdict asked the reference's plain kernels on that feed already.
    """

    request: Request
    feed: Feed
    expected: Outputs
    actual: Outputs
    names: Mapping[str, str]
    valid: Mapping[str, BoolArray] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    disagrees: bool = False
    judged: bool = True

    def yardstick(self, tolerance: Tolerance | None = None) -> Yardstick | None:
        """How wrong the candidate is; None where it isn't."""
        return yardstick(
            self.expected, self.actual, names=self.names, valid=self.valid,
            tolerance=tolerance or self.request.tolerance, findings=self.findings,
        )  # fmt: skip


def failing(result: Result) -> Failing | None:
    """The smallest failing feed of a run; None where there is none."""
    minimal = result.minimal
    if minimal is None or not result.pairs:
        return None
    feed = minimal.example.feed
    valid = valid_positions(result.signature.inputs, feed)
    return Failing(
        request=result.request,
        feed=feed,
        expected=minimal.expected,
        actual=minimal.actual,
        names=result.pairs,
        valid=by_output(result.signature, valid, minimal.expected),
        findings=minimal.findings,
        disagrees=result.disagreed is not None,
    )


def ask(request: Request, feed: Feed, clock: Clock) -> Failing | None:
    """What both sides answer to a feed that no run has judged; None where the reference fails."""
    info, expected = told(request.reference, feed, clock)
    if isinstance(expected, str) or info is None:
        return None
    other, actual = told(request.candidate, feed, clock)
    theirs = (
        other.outputs if other is not None else graph_of(request.candidate.model.program).outputs
    )
    names = pair(
        [o.name for o in info.outputs], [o.name for o in theirs], renamed=request.renamed
    ).names
    described = signature(request.reference.model)
    valid = valid_positions(described.inputs, feed)
    return Failing(
        request, feed, expected, {} if isinstance(actual, str) else actual, names,
        by_output(described, valid, expected), judged=False,
    )  # fmt: skip
