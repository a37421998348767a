"""Feeds that the reference doesn't take: few are noted, most are a warning."""

from parity.compare.warned import ReferenceRefuses
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """What was refused, if anything was."""
    found = ran.search.found
    refused, compared = found.refused, found.tally.examples
    if not refused:
        return Said()
    if refused > compared:
        return Said(warnings=(ReferenceRefuses(refused, compared, found.refusal),))
    return Said(
        notes=(
            f"the reference refuses {refused} of the feeds, which were not compared; "
            f"the first: {found.refusal}",
        )
    )
