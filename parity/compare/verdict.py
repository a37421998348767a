"""What a whole run of feeds showed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from parity.compare.answers import AnswerDiffers, TooManyTies
from parity.compare.findings import Finding, NothingCompared, severity
from parity.compare.outputs import Comparison
from parity.compare.place import Index
from parity.compare.values import COUNTED, Measured

_FLIPS_KEPT = 5


@dataclass
class NonFinite:
    """The reference's NaN and infinities in one output: on how many feeds, how many, the first."""

    feeds: int
    nan: int
    infinite: int
    index: Index


@dataclass
class Tally:
    """Adds up comparisons feed by feed.

    compared: pairs of numbers by output and region. matched: of NaN and infinities
    that were the same on both sides. worst: what used the most of its allowance. flips:
    the first ties. nothing: by output the feeds on which it was empty, or not finite, on both
    sides. second: examples that the reference's plain kernels decided; rounding: those that
    measured rounding did. magnitudes: of the reference, feed by feed, by output;
    non_finite: the reference's NaN and infinities, by output.
    """

    examples: int = 0
    compared: dict[tuple[str, str], int] = field(default_factory=dict)
    matched: int = 0
    answers: int = 0
    ties: int = 0
    flips: list[AnswerDiffers] = field(default_factory=list)
    nothing: dict[str, int] = field(default_factory=dict)
    second: int = 0
    rounding: int = 0
    magnitudes: dict[str, list[float]] = field(default_factory=dict)
    worst: dict[tuple[str, str], Measured] = field(default_factory=dict)
    non_finite: dict[str, NonFinite] = field(default_factory=dict)

    @property
    def elements(self) -> int:
        """Pairs of numbers compared in all."""
        return sum(self.compared.values())

    @property
    def usual(self) -> dict[str, float]:
        """The median magnitude of each output of the reference."""
        return {name: median(values) for name, values in self.magnitudes.items()}

    def add(self, comparison: Comparison) -> None:
        """Count one feed."""
        self.examples += 1
        self.answers += comparison.answers
        self.ties += comparison.ties
        self.second += comparison.judged == "plain"
        self.rounding += comparison.judged == "rounding"
        self.flips += comparison.flips[: _FLIPS_KEPT - len(self.flips)]
        for measured in comparison.measured:
            key = (measured.output, measured.region)
            self.matched += measured.matched
            if not measured.elements and measured.region != "padding":
                self.nothing[measured.output] = self.nothing.get(measured.output, 0) + 1
            self.compared[key] = self.compared.get(key, 0) + measured.elements
            if measured.region in COUNTED:
                self.magnitudes.setdefault(measured.output, []).append(measured.magnitude)
            known = self.worst.get(key)
            if known is None or measured.ratio > known.ratio:
                self.worst[key] = measured
        self._odd(comparison)

    def _odd(self, comparison: Comparison) -> None:
        seen: set[str] = set()  # an output with padding is measured in two regions
        for m in comparison.measured:
            if not m.nan + m.infinite:
                continue
            known = self.non_finite.setdefault(m.output, NonFinite(0, 0, 0, m.non_finite))
            known.nan += m.nan
            known.infinite += m.infinite
            known.feeds += m.output not in seen
            seen.add(m.output)


@dataclass(frozen=True)
class Verdict:
    """What was compared, how much, the worst case, the findings.

    compared: pairs of numbers by output and region. worst: by the same, what used
    the most of its allowance, worst first. matched: NaN and infinities that were
    the same on both sides, which don't count as compared.
    """

    examples: int
    compared: Mapping[tuple[str, str], int]
    worst: tuple[Measured, ...]
    findings: tuple[Finding, ...]
    answers: int = 0
    ties: int = 0
    matched: int = 0

    @property
    def elements(self) -> int:
        """Pairs of numbers compared in all."""
        return sum(self.compared.values())

    @property
    def passed(self) -> bool:
        """True only if something was compared and nothing was found."""
        return self.examples > 0 and self.elements > 0 and not self.findings


def conclude(
    tally: Tally, findings: Iterable[Finding], *, outputs: Iterable[str], ties: float = 0.0
) -> Verdict:
    """The verdict over a run.

    outputs: names of those that were to be compared. One of which nothing was
    compared outside of padding is itself a finding, as is a run without any.
    ties: share of the answers that may flip inside the margin.
    """
    found = list(findings)
    counted = {name for (name, region), n in tally.compared.items() if n and region in COUNTED}
    nothing = [
        NothingCompared(name, f"at no position that counts in {tally.examples} examples")
        for name in outputs
        if name not in counted
    ]
    if not found:
        found += nothing
        if tally.elements == 0 and not nothing:
            found.append(NothingCompared("outputs", f"in {tally.examples} examples"))
    if tally.ties > ties * tally.answers:
        found.append(TooManyTies(tally.ties, tally.answers, ties, tuple(tally.flips)))
    worst = tuple(sorted(tally.worst.values(), key=lambda m: -m.ratio))
    ordered = tuple(sorted(found, key=severity))
    return Verdict(
        tally.examples, dict(tally.compared), worst, ordered, tally.answers, tally.ties,
        tally.matched,
    )  # fmt: skip
