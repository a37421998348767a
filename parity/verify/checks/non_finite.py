"""Say where the reference itself answers NaN or infinity: a candidate that has them agrees."""

from parity.compare.warned import ReferenceNonFinite
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A warning for each output of the reference that isn't finite on some feed."""
    tally = ran.search.found.tally
    return Said(
        warnings=tuple(
            ReferenceNonFinite(output, odd.feeds, tally.examples, odd.nan, odd.infinite, odd.index)
            for output, odd in tally.non_finite.items()
        )
    )
