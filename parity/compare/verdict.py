"""What a whole run of feeds showed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parity.compare.findings import Finding, NothingCompared, severity
from parity.compare.outputs import Comparison
from parity.compare.values import Measured


@dataclass
class Tally:
    """Adds up comparisons feed by feed.

    worst: by output and region, what used the most of its allowance.
    """

    examples: int = 0
    elements: int = 0
    matched_non_finite: int = 0
    worst: dict[tuple[str, str], Measured] = field(default_factory=dict)

    def add(self, comparison: Comparison) -> None:
        """Count one feed."""
        self.examples += 1
        self.elements += comparison.elements
        for measured in comparison.measured:
            self.matched_non_finite += measured.matched
            key = (measured.output, measured.region)
            known = self.worst.get(key)
            if known is None or measured.ratio > known.ratio:
                self.worst[key] = measured


@dataclass(frozen=True)
class Verdict:
    """What was compared, how much, the worst case, the findings.

    worst: by output, whatever its region, what used the most of its allowance,
    worst first.
    """

    examples: int
    elements: int
    worst: tuple[Measured, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True only if something was compared and nothing was found."""
        return self.examples > 0 and self.elements > 0 and not self.findings


def conclude(tally: Tally, findings: Iterable[Finding]) -> Verdict:
    """The verdict over a run; comparing nothing is itself a finding."""
    found = tuple(sorted(findings, key=severity))
    if not found and tally.elements == 0:
        found = (NothingCompared("outputs", f"in {tally.examples} examples"),)
    worst = tuple(sorted(tally.worst.values(), key=lambda m: -m.ratio))
    return Verdict(tally.examples, tally.elements, worst, found)
