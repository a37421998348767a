"""Ways in which what a user sees can differ. They are findings like any other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerDiffers:
    """A user sees something else.

    text: what was asked. expected, actual: the answers, a line each. margin: how
    much less the reference scores the candidate's decisions than its own.
    allowed: up to which margin that is a tie.
    """

    text: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    margin: float
    allowed: float

    def __str__(self) -> str:
        return (
            f"{self.text!r}: {_answer(self.actual)}, expected {_answer(self.expected)}; "
            f"against a margin of {self.margin:.2g}, a tie is up to {self.allowed:.2g}"
        )


@dataclass(frozen=True)
class ConfidenceDiffers:
    """The label is the same, its probability isn't."""

    text: str
    label: str
    expected: float
    actual: float
    allowed: float

    def __str__(self) -> str:
        off = abs(self.actual - self.expected)
        return (
            f"{self.text!r}: {self.label} with {self.actual:.7g}, expected {self.expected:.7g}; "
            f"off {off:.2g}, allowed {self.allowed:.2g}"
        )


@dataclass(frozen=True)
class TooManyTies:
    """More answers flipped inside the margin than the case allows."""

    ties: int
    answers: int
    rate: float

    def __str__(self) -> str:
        return (
            f"{self.ties} of {self.answers} answers flipped inside the margin, "
            f"allowed {self.rate:.1%}"
        )


@dataclass(frozen=True)
class GoldenDiffers:
    """An answer is not the recorded one. side: "reference" or "candidate"."""

    side: str
    text: str
    golden: tuple[str, ...]
    actual: tuple[str, ...]
    margin: float

    def __str__(self) -> str:
        return (
            f"{self.text!r}: the {self.side} says {_answer(self.actual)}, "
            f"the golden {_answer(self.golden)}; against a margin of {self.margin:.2g}"
        )


def _answer(shown: tuple[str, ...]) -> str:
    return "; ".join(shown) if shown else "nothing"
