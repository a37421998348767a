"""Ways in which a candidate can answer labelled data worse than it may. Findings like any other."""

from dataclasses import dataclass

from parity.shown import shown


@dataclass(frozen=True)
class AccuracyDropped:
    """A figure is further below the reference's than the case allows.

    system: case, precision and engine. expected, actual: in percent. allowed: points.
    p: of McNemar's exact test.
    """

    system: str
    figure: str
    expected: float
    actual: float
    allowed: float
    p: float | None = None

    def __str__(self) -> str:
        chance = "" if self.p is None else f" (p {self.p:.2g})"
        return (
            f"{shown(self.system)}: {self.figure} {self.actual:.2f}, the reference's "
            f"{self.expected:.2f}; dropped by {self.expected - self.actual:.2f} points{chance}, "
            f"allowed {self.allowed:g}"
        )


@dataclass(frozen=True)
class TooManyFlips:
    """More answers are others than the reference's than the case allows. allowed: a share."""

    system: str
    flips: int
    answers: int
    lost: int
    won: int
    allowed: float

    def __str__(self) -> str:
        return (
            f"{shown(self.system)}: {self.flips} of {self.answers} answers "
            f"({self.flips / max(1, self.answers):.2%}) are others than the reference's, allowed "
            f"{self.allowed:.2%}; {self.lost} were right and aren't, {self.won} the other way"
        )
