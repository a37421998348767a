"""Ratios in one unit, wherever they are shown."""

import math


def times(ratio: float) -> str:
    """A ratio to one: ``36x``, ``1.6x``, ``0.2x``."""
    if not math.isfinite(ratio):
        return "beyond"
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def share(ratio: float) -> str:
    """What of an allowance is used: ``6%``; as many times as it is, from there on: ``36x``.

    What is within it never reads 100%.
    """
    if ratio >= 1 or math.isnan(ratio):
        return times(ratio)
    return f"{min(ratio, 0.99):.0%}"
