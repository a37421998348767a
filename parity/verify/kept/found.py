"""What a search has come to."""

from dataclasses import dataclass, field

from parity.compare.findings import CandidateFailed, Finding
from parity.compare.power import Power
from parity.compare.values import COUNTED, Measured
from parity.compare.verdict import Tally
from parity.errors import InputError
from parity.inputs import Example
from parity.inputs.feeds import OWN
from parity.model.spec import TensorSpec
from parity.oracle.distance import FromFloat64
from parity.verify.answers import GOLDEN
from parity.verify.kept.drawn import Drawing
from parity.verify.kept.fed import Fed
from parity.verify.kept.furthest import Furthest
from parity.verify.kept.narrow import Narrow
from parity.verify.kept.size import size
from parity.verify.kept.told import told
from parity.verify.sides import Outcome


@dataclass
class Found:
    """What the search has come to: the tally, and the smallest failing example a kind.

    fed: what the feeds that both sides answered held. narrow: columns of a
    scale of their own. drawing: what is kept for a picture of it.
    golden: all that recorded texts and own feeds showed. boundary, feeds: boundary feeds that
    were run, and the user's own.
    generated: examples that Hypothesis drew. refused: feeds that the reference doesn't take;
    hung, died: of those, how many it didn't come back from, and died on; refusal: its words on
    the first. cut:
    whether the budget ended before all were.
    """

    tally: Tally = field(default_factory=Tally)
    fed: Fed = field(default_factory=Fed)
    failing: dict[type[Finding], tuple[Example, tuple[Finding, ...]]] = field(default_factory=dict)
    golden: list[Finding] = field(default_factory=list)
    power: Power = field(default_factory=Power)
    furthest: Furthest = field(default_factory=Furthest)
    oracle: dict[str, FromFloat64] = field(default_factory=dict)
    rounding: dict[str, Measured] = field(default_factory=dict)
    specs: tuple[TensorSpec, ...] = ()
    told: set[str] = field(default_factory=set)
    narrow: Narrow = field(default_factory=Narrow)
    drawing: Drawing = field(default_factory=Drawing)
    crashes: int = 0
    refused: int = 0
    hung: int = 0
    died: int = 0
    refusal: str = ""
    boundary: int = 0
    feeds: int = 0
    generated: int = 0
    cut: bool = False

    def measured(self, outcome: Outcome) -> None:
        """Take in how an example compares with rounding; the worst of each output is kept."""
        for m in outcome.comparison.measured:
            known = self.rounding.get(m.output)
            if m.rounding and m.region in COUNTED and (
                known is None or m.max_abs * (known.rounding or 1) > known.max_abs * m.rounding
            ):  # fmt: skip
                self.rounding[m.output] = m

    @property
    def ratio(self) -> float:
        """The largest share of its allowance that any output has used."""
        return max((m.ratio for m in self.tally.worst.values()), default=0.0)

    def add(self, outcome: Outcome) -> None:
        """Take in one outcome.

        Raises InputError if the reference refuses what somebody brought: a recorded text, a feed.
        """
        if outcome.refused is not None:
            if outcome.example.label.startswith((GOLDEN, OWN)):
                raise InputError(f"the reference fails on {shown(outcome)}")
            self.refused += 1
            self.hung += outcome.hung
            self.died += outcome.died
            self.refusal = self.refusal or shown(outcome)
            return
        self.tally.add(outcome.comparison)
        if outcome.actual:
            self.fed.add(outcome.example)
        if outcome.example.label.startswith((GOLDEN, OWN)):
            # Each recorded text or feed that changed is told, not only the shortest.
            self.golden += outcome.findings
        counted = [m for m in outcome.comparison.measured if m.region in COUNTED and m.elements]
        self.power.add(outcome.expected, {m.output: m.allowed for m in counted})
        self.furthest.add(outcome, self.tally.usual)
        self.told |= told(self.specs, outcome.example.feed)
        self.crashes += any(isinstance(f, CandidateFailed) for f in outcome.findings)
        for finding in outcome.findings:
            known = self.failing.get(type(finding))
            if known is None or size(outcome.example) < size(known[0]):
                self.failing[type(finding)] = (outcome.example, outcome.findings)


def shown(outcome: Outcome) -> str:
    """What the reference refuses, and its words, on one line."""
    example = outcome.example
    shapes = ", ".join(f"{n} {list(a.shape)}" for n, a in example.feed.items())
    return f"{example.label} ({shapes}): {outcome.refused}"
