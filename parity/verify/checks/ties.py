"""Indices that were ties, and rows that hung on them: said, since they weren't held to the rule."""

from parity.compare.findings import Finding, NothingCompared
from parity.verify.checks import Ran, Said

_MOST = 1 / 3
"""Share of the feeds in which rows of an output may be left out, and the rest still says enough."""

_ENOUGH = 16
"""So do so many feeds of which no row was left out: of a search among many, ties are common where
numbers are alike, as those of simple feeds are."""


def after(ran: Ran) -> Said:
    """A line for each output with some; a finding where rows were left out on too many feeds."""
    ties, examples = ran.sides.arbiter.ties, ran.search.found.tally.examples
    notes = [
        f"{name}: {count:,} entries are others, among scores that the reference has within rounding"
        for name, count in ties.tied.items()
    ]
    notes += [
        f"{name}: rows left out on {count} of {examples} feeds, where rounding settles "
        "what is selected"
        for name, count in ties.feeds.items()
    ]
    if ties.cause:
        notes.append(f"scores behind indices can't be had, so no tie is told: {ties.cause}")
    findings: tuple[Finding, ...] = tuple(
        NothingCompared(
            name, f"rows on {count} of {examples} feeds hang on what rounding selects; too many"
        )
        for name, count in ties.feeds.items()
        if count > _MOST * examples and examples - count < _ENOUGH
    )
    return Said(findings, notes=tuple(notes))
