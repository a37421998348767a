"""What is said above a verdict and counted, and is no finding: the candidate isn't to blame.

A warning is a value like a finding; ``str`` gives the line that reports print. Under ``--strict``
a run with a warning doesn't pass.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReferenceDisagrees:
    """The reference's default kernels and its plain ones answer differently, beyond rounding.

    output: the worst one, on the first feed on which they did; "" where the default kernels
    failed altogether. default, plain: what each answered at ``index``. cause: one line.
    """

    output: str
    index: tuple[int, ...]
    default: float | None
    plain: float | None
    cause: str

    def __str__(self) -> str:
        return self.cause


@dataclass(frozen=True)
class ReferenceRefuses:
    """The reference takes fewer of the feeds than it refuses: the verdict rests on the rest.

    refused, compared: feeds. cause: what it said first, and on which.
    """

    refused: int
    compared: int
    cause: str

    def __str__(self) -> str:
        return (
            f"the reference refuses {self.refused} of {self.refused + self.compared} feeds, so "
            f"that {self.compared} were compared; the first: {self.cause}"
        )


@dataclass(frozen=True)
class ReferenceNonFinite:
    """The reference itself answers NaN or infinity, where nothing can be compared.

    feeds: of ``of`` that were compared, those on which it does. nan, infinite: positions in all
    of them. index: the first.
    """

    output: str
    feeds: int
    of: int
    nan: int
    infinite: int
    index: tuple[int, ...]

    def __str__(self) -> str:
        counts = (("NaN", self.nan), ("infinity", self.infinite))
        what = " and ".join(f"{name} at {n:,} positions" for name, n in counts if n)
        place = f"{self.output}[{','.join(map(str, self.index))}]" if self.index else self.output
        return (
            f"{self.output}: the reference itself answers {what} on {self.feeds} of {self.of} "
            f"feeds, first at {place}; nothing can be compared there"
        )


@dataclass(frozen=True)
class BranchNotReached:
    """A branch of the candidate that no feed went through.

    node: the one that branches. condition: the tensor it asks. branch: "then" or "else".
    feeds: so many were looked at. all: whether those are all that were compared.
    """

    node: str
    condition: str
    branch: str
    feeds: int
    all: bool

    def __str__(self) -> str:
        return (
            f"{self.node}: no feed reached its {self.branch} branch (condition {self.condition}), "
            f"of {'' if self.all else 'the first '}{self.feeds}: what is in there was not compared"
        )


@dataclass(frozen=True)
class SelfComparison:
    """Both sides are the same model, byte by byte.

    reference, candidate: paths. runs: what differs all the same, such as the engine; "" where
    nothing does.
    """

    reference: str
    candidate: str
    runs: str = ""

    def __str__(self) -> str:
        same = self.reference == self.candidate
        what = self.candidate
        if not same:
            what = f"{what} and {self.reference} hold the same bytes"
        shows = f"only {self.runs} differ" if self.runs else "it can't but agree"
        return f"a model is compared with itself: {what}; {shows}"


@dataclass(frozen=True)
class InputNotVaried:
    """An input that had one value in all feeds, though outputs depend on it."""

    input: str
    value: float

    def __str__(self) -> str:
        return (
            f"{self.input}: {self.value:g} in all feeds, so nothing shows what it does; "
            f"--input '{self.input}: …' says what else it may hold"
        )


@dataclass(frozen=True)
class RowsSampled:
    """More rows of a table differ than were fed.

    rows: of so many in the table. differ: how many differ. fed: how many of those were fed.
    """

    input: str
    rows: int
    differ: int
    fed: int

    def __str__(self) -> str:
        return (
            f"{self.input}: {self.differ:,} of {self.rows:,} rows of the two tables differ, and "
            f"{self.fed:,} of them were fed"
        )


@dataclass(frozen=True)
class RangesUnknown:
    """Whether an FP16 candidate overflows inside can't be told. cause: one line."""

    cause: str

    def __str__(self) -> str:
        return f"whether FP16 overflows inside the candidate could not be told: {self.cause}"


Warned = (
    ReferenceDisagrees
    | ReferenceRefuses
    | ReferenceNonFinite
    | SelfComparison
    | BranchNotReached
    | InputNotVaried
    | RowsSampled
    | RangesUnknown
)

KINDS: tuple[type[Warned], ...] = (
    SelfComparison,
    ReferenceDisagrees,
    ReferenceRefuses,
    ReferenceNonFinite,
    BranchNotReached,
    InputNotVaried,
    RowsSampled,
    RangesUnknown,
)
"""In the order in which they are told."""
