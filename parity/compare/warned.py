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
        what = self.candidate if same else f"{self.candidate} and {self.reference}"
        shows = f"only {self.runs} differ" if self.runs else "it can't but agree"
        return f"a model is compared with itself: {what} hold the same bytes; {shows}"


Warned = ReferenceDisagrees | ReferenceRefuses | ReferenceNonFinite | SelfComparison

KINDS: tuple[type[Warned], ...] = (
    SelfComparison,
    ReferenceDisagrees,
    ReferenceRefuses,
    ReferenceNonFinite,
)
"""In the order in which they are told."""
