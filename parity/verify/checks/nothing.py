"""Outputs that some feeds leave empty, or without a finite number, on both sides."""

from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """Which, and how often; of one that is so on all feeds the verdict has a finding."""
    tally = ran.search.found.tally
    return Said(
        notes=tuple(
            f"{output}: nothing to compare on {count} of {tally.examples} feeds: "
            "empty, or not finite, on both sides"
            for output, count in tally.nothing.items()
            if count < tally.examples
        )
    )
