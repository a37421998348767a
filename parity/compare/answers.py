"""Ways in which what a user sees can differ. They are findings like any other."""

import math
from dataclasses import dataclass

from parity.shown import quoted, shown


def how_far(margin: float) -> str:
    """How far, in logits, an answer was from what is said now; none at all under another name."""
    return (
        f"{margin:.2g} away from that" if margin else "the same by its scores, under another name"
    )


@dataclass(frozen=True)
class AnswerDiffers:
    """A user sees something else.

    text: what was asked. expected, actual: the answers, a line each. margin: how
    much less the reference scores the candidate's decisions than its own.
    allowed: up to which margin that is a tie. An infinite margin: no decisions are known that
    lead to the candidate's answer.
    """

    text: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    margin: float
    allowed: float

    def __str__(self) -> str:
        told = f"{quoted(self.text)}: {in_a_line(self.actual)}, expected {in_a_line(self.expected)}"
        if math.isinf(self.margin):
            return f"{told}; by no decisions that could be a tie"
        return f"{told}; against a margin of {self.margin:.2g}, a tie is up to {self.allowed:.2g}"


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
            f"{quoted(self.text)}: {shown(self.label)} with {self.actual:.7g}, "
            f"expected {self.expected:.7g}; "
            f"off {off:.2g}, allowed {self.allowed:.2g}"
        )


@dataclass(frozen=True)
class DirectionDiffers:
    """An embedding points elsewhere. cosine: of both sides' embeddings. least: that will do."""

    text: str
    cosine: float
    least: float

    def __str__(self) -> str:
        return (
            f"{quoted(self.text)}: points elsewhere: the cosine of both sides is "
            f"{self.cosine:.6g}, at least {self.least:g} is needed"
        )


@dataclass(frozen=True)
class TooManyTies:
    """More answers flipped inside the margin than the case allows. flips: the first of them."""

    ties: int
    answers: int
    rate: float
    flips: tuple[AnswerDiffers, ...] = ()

    def __str__(self) -> str:
        first = f"; the first: {self.flips[0]}" if self.flips else ""
        return (
            f"{self.ties} of {self.answers} answers flipped inside the margin, "
            f"allowed {self.rate:.1%}{first}"
        )


@dataclass(frozen=True)
class GoldenDiffers:
    """An answer is not the recorded one.

    side: "reference" or "candidate". golden, actual: the answers, with their
    confidences where there are any. margin: how far the answer was from becoming
    this one when it was recorded, in logits; None where that isn't known.
    """

    side: str
    text: str
    golden: tuple[str, ...]
    actual: tuple[str, ...]
    margin: float | None = None
    golden_confidence: float | None = None
    actual_confidence: float | None = None

    def __str__(self) -> str:
        far = "" if self.margin is None else f"; it was {how_far(self.margin)}"
        now = in_a_line(self.actual, self.actual_confidence)
        return (
            f"{quoted(self.text)}: the {self.side} says {now}, "
            f"the golden {in_a_line(self.golden, self.golden_confidence)}{far}"
        )


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


def in_a_line(answer: tuple[str, ...], confidence: float | None = None) -> str:
    """An answer on one line, as it may be shown."""
    text = shown("; ".join(answer)) if answer else "nothing"
    return text if confidence is None else f"{text} ({confidence:.7g})"


@dataclass(frozen=True)
class TokenizersDiffer:
    """The deployment's tokenizer reads a text otherwise than the training's.

    how: in what, and by which rule. text: the shortest that shows it; None where no text is meant.
    reference, candidate: what each makes of it. expected, actual: what a user is answered by each
    side, fed by its own; None where that wasn't asked.
    """

    how: str
    text: str | None
    reference: str
    candidate: str
    expected: tuple[str, ...] | None = None
    actual: tuple[str, ...] | None = None

    def __str__(self) -> str:
        if self.text is None:
            return shown(f"the tokenizers differ: {self.how}")
        line = f"the tokenizers differ in {self.how}: {self.text!r}"
        if self.reference != self.candidate:
            line += f": {self.reference}, candidate {self.candidate}"
        if self.expected is not None and self.actual is not None:
            same = "and a user sees the same" if self.expected == self.actual else (
                f"a user sees {', '.join(self.actual) or 'nothing'}, expected "
                f"{', '.join(self.expected) or 'nothing'}"
            )  # fmt: skip
            line += f"; {same}"
        return shown(line)
