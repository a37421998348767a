"""The closed set of ways in which a candidate can differ from its reference.

A finding is a value with everything that a person needs to check it; ``str``
gives the line that reports print. ``KINDS`` orders them: what explains the
most comes first.
"""

from dataclasses import dataclass

from parity.compare.answers import (
    AccuracyDropped,
    AnswerDiffers,
    ConfidenceDiffers,
    DirectionDiffers,
    GoldenDiffers,
    TokenizersDiffer,
    TooManyFlips,
    TooManyTies,
)
from parity.compare.apart import PaddingDiffers as PaddingDiffers
from parity.compare.apart import ValuesDiffer as ValuesDiffer
from parity.compare.attributes import AttributeAbsurd
from parity.compare.coverage import RowsNotFed, UnseenDiffers
from parity.compare.limits.costs import LimitNotJudged, SpeedupMissed, TooLarge, TooSlow
from parity.compare.lowered import (
    InvariantBroken,
    RepeatDiffers,
    RowDepends,
    SiblingDiffers,
    WeightDiffers,
    WeightUnpaired,
)
from parity.compare.noticed import BeyondRounding, ColumnDiffers, NotDiscriminating
from parity.compare.overflow import Fp16Overflows
from parity.compare.place import Index, place
from parity.shown import shown


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
        return f"{what}: {shown(self.cause)}"


@dataclass(frozen=True)
class InputDiffers:
    """The two sides don't take the same inputs."""

    input: str
    cause: str

    def __str__(self) -> str:
        return f"input {shown(self.input)}: {shown(self.cause)}"


@dataclass(frozen=True)
class OutputMissing:
    """The reference has an output that the candidate hasn't."""

    output: str
    unpaired: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = shown(self.output)
        if not self.unpaired:
            return f"{name}: the candidate has no such output"
        there = shown(", ".join(self.unpaired))
        pair = f"--map-output {name}={shown(self.unpaired[0])} pairs the two, if it is another name"
        return f"{name}: the candidate has no such output; unpaired there: {there} ({pair})"


@dataclass(frozen=True)
class OutputExtra:
    """The candidate has an output that pairs with none of the reference."""

    output: str

    def __str__(self) -> str:
        return f"{shown(self.output)}: the reference has no such output"


@dataclass(frozen=True)
class DtypeDiffers:
    """An output's type is another."""

    output: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return shown(f"{self.output}: {self.actual}, expected {self.expected}")


@dataclass(frozen=True)
class ShapeDiffers:
    """An output's rank or extents are others. hint: what it looks like, if anything."""

    output: str
    expected: tuple[int, ...]
    actual: tuple[int, ...]
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return (
            f"{shown(self.output)}: shape {list(self.actual)}, expected {list(self.expected)}{hint}"
        )


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
class NothingCompared:
    """An output of which no single element could be compared."""

    output: str
    cause: str

    def __str__(self) -> str:
        return f"{shown(self.output)}: nothing was compared, {shown(self.cause)}"


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
    | TokenizersDiffer
    | GoldenDiffers
    | ConfidenceDiffers
    | DirectionDiffers
    | TooManyTies
    | AccuracyDropped
    | TooManyFlips
    | TooLarge
    | TooSlow
    | SpeedupMissed
    | LimitNotJudged
    | WeightDiffers
    | WeightUnpaired
    | AttributeAbsurd
    | Fp16Overflows
    | SiblingDiffers
    | RowDepends
    | RepeatDiffers
    | InvariantBroken
    | RowsNotFed
    | UnseenDiffers
    | NothingCompared
    | BeyondRounding
    | ColumnDiffers
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
    AttributeAbsurd,
    Fp16Overflows,
    ValuesDiffer,
    AnswerDiffers,
    TokenizersDiffer,
    GoldenDiffers,
    ConfidenceDiffers,
    DirectionDiffers,
    PaddingDiffers,
    SiblingDiffers,
    RowDepends,
    RepeatDiffers,
    InvariantBroken,
    ColumnDiffers,
    BeyondRounding,
    TooManyTies,
    AccuracyDropped,
    TooManyFlips,
    TooLarge,
    TooSlow,
    SpeedupMissed,
    LimitNotJudged,
    RowsNotFed,
    UnseenDiffers,
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
