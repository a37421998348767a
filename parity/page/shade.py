"""Shares of a tolerance as steps of a colour."""

import math

EDGES = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 1.0, 10.0, 1000.0)
"""Upper edges of the steps 0 to 8, of which the last two are beyond what is allowed; step 9 is
all above, and what is no number. Finer near the tolerance, where it matters."""

WORDS = ("0", "1 %", "5 %", "20 %", "50 %", "80 %", "100 %", "10x", "1,000x", "more")
"""What each step reaches up to."""


def shade(ratio: float | None) -> int | None:
    """The step of a share; None of no number at all."""
    if ratio is None:
        return None
    if math.isnan(ratio):
        return len(EDGES)
    step = next((n for n, edge in enumerate(EDGES) if ratio <= edge), len(EDGES))
    return step + 1 if ratio == 1.0 else step  # all of it used is a finding
