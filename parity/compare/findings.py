"""The closed set of ways in which a candidate can differ from its reference.

A finding is a value with everything that a person needs to check it; ``str``
gives the line that reports print. ``KINDS`` orders them: what explains the
most comes first.
"""

from dataclasses import dataclass

from parity.compare.answers import (
    AnswerDiffers,
    ConfidenceDiffers,
    GoldenDiffers,
    TooManyTies,
)
from parity.compare.coverage import RowsNotFed
from parity.compare.lowered import (
    RepeatDiffers,
    RowDepends,
    SiblingDiffers,
    WeightDiffers,
    WeightUnpaired,
)
from parity.compare.noticed import BeyondRounding, NotDiscriminating
from parity.compare.place import Index, place


@dataclass(frozen=True)
class CandidateFailed:
    """The candidate did not load, raised, crashed or hung.

    doing: "open" or "run". cause: what happened, one line. signal: name of the
    signal that ended the worker. stderr: the end of what it printed.
    """

    doing: str
    cause: str
    signal: str | None = None
    stderr: str = ""

    def __str__(self) -> str:
        what = "the candidate doesn't load" if self.doing == "open" else "the candidate fails"
        return f"{what}: {self.cause}"


@dataclass(frozen=True)
class InputDiffers:
    """The two sides don't take the same inputs."""

    input: str
    cause: str

    def __str__(self) -> str:
        return f"input {self.input}: {self.cause}"


@dataclass(frozen=True)
class OutputMissing:
    """The reference has an output that the candidate hasn't."""

    output: str
    unpaired: tuple[str, ...] = ()

    def __str__(self) -> str:
        there = f"; unpaired there: {', '.join(self.unpaired)}" if self.unpaired else ""
        return f"{self.output}: the candidate has no such output{there}"


@dataclass(frozen=True)
class OutputExtra:
    """The candidate has an output that pairs with none of the reference."""

    output: str

    def __str__(self) -> str:
        return f"{self.output}: the reference has no such output"


@dataclass(frozen=True)
class DtypeDiffers:
    """An output's type is another."""

    output: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.output}: {self.actual}, expected {self.expected}"


@dataclass(frozen=True)
class ShapeDiffers:
    """An output's rank or extents are others. hint: what it looks like, if anything."""

    output: str
    expected: tuple[int, ...]
    actual: tuple[int, ...]
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.output}: shape {list(self.actual)}, expected {list(self.expected)}{hint}"


@dataclass(frozen=True)
class NonFiniteDiffers:
    """NaN or infinity on one side, or of the other sign, at ``count`` positions."""

    output: str
    index: Index
    expected: float
    actual: float
    count: int
    region: str

    def __str__(self) -> str:
        where = place(self.output, self.index)
        return (
            f"{where}: {self.actual}, expected {self.expected:.6g}; "
            f"{self.count} such in {self.region}"
        )


@dataclass(frozen=True)
class _Apart:
    """Values further apart than allowed.

    index: the worst element, with both values. max_abs: their difference.
    max_rel: it over the largest magnitude of the reference (rule "max"), or
    over the expected value (rule "elementwise"). allowed: the difference that
    would just have been too much there. needed: the rtol that would have
    passed. count, elements: how many of how many differ by more than allowed.
    """

    output: str
    index: Index
    expected: float
    actual: float
    max_abs: float
    max_rel: float
    allowed: float
    needed: float
    count: int
    elements: int


@dataclass(frozen=True)
class ValuesDiffer(_Apart):
    """Values further apart than allowed."""

    def __str__(self) -> str:
        return values_line(self, "")


@dataclass(frozen=True)
class PaddingDiffers(_Apart):
    """The same, at positions that the model's own mask or lengths call padding."""

    def __str__(self) -> str:
        return values_line(self, "at padding, ")


@dataclass(frozen=True)
class NothingCompared:
    """An output of which no single element could be compared."""

    output: str
    cause: str

    def __str__(self) -> str:
        return f"{self.output}: nothing was compared, {self.cause}"


Finding = (
    CandidateFailed
    | InputDiffers
    | OutputMissing
    | OutputExtra
    | DtypeDiffers
    | ShapeDiffers
    | NonFiniteDiffers
    | ValuesDiffer
    | PaddingDiffers
    | AnswerDiffers
    | GoldenDiffers
    | ConfidenceDiffers
    | TooManyTies
    | WeightDiffers
    | WeightUnpaired
    | SiblingDiffers
    | RowDepends
    | RepeatDiffers
    | RowsNotFed
    | NothingCompared
    | BeyondRounding
    | NotDiscriminating
)

KINDS: tuple[type[Finding], ...] = (
    CandidateFailed,
    InputDiffers,
    OutputMissing,
    OutputExtra,
    DtypeDiffers,
    ShapeDiffers,
    NonFiniteDiffers,
    WeightDiffers,
    WeightUnpaired,
    ValuesDiffer,
    AnswerDiffers,
    GoldenDiffers,
    ConfidenceDiffers,
    PaddingDiffers,
    SiblingDiffers,
    RowDepends,
    RepeatDiffers,
    BeyondRounding,
    TooManyTies,
    RowsNotFed,
    NothingCompared,
    NotDiscriminating,
)


def kind(finding: object) -> str:
    """The name of the kind of a finding or warning, as JSON has it: "values-differ"."""
    name = type(finding).__name__
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def severity(finding: Finding) -> int:
    """Place in ``KINDS``; the smallest is told first."""
    return KINDS.index(type(finding))


def values_line(finding: _Apart, where: str) -> str:
    """Where, both values, off by, allowed, needed."""
    f = finding
    return (
        f"{place(f.output, f.index)}: {where}{f.actual:.6g}, expected {f.expected:.6g}; "
        f"off {f.max_abs:.2g}, allowed {f.allowed:.2g} "
        f"({would_pass(f)}); {f.count} of {f.elements} are off"
    )


def would_pass(finding: _Apart) -> str:
    """The tolerance at which this would have passed."""
    if finding.needed < 1:
        return f"would pass at rtol {finding.needed:.2g}"
    return "no rtol below 1 would pass"
