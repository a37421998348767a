"""A logarithmic axis."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 360.0
"""Of every drawing, in pixels of a phone: its text is as large there as it should be."""


@dataclass(frozen=True)
class Log:
    """Values from ``low`` to ``high``, both above zero, onto ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value lies; what is beyond an end lies at that end."""
        if math.isnan(value) or value >= self.high:
            return self.end
        if value <= self.low:
            return self.start
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6) -> Iterator[float]:
        """Powers of ten in the range, not too many."""
        first = math.ceil(math.log10(self.low) - 1e-9)
        last = math.floor(math.log10(self.high) + 1e-9)
        step = max(1, -(-(last - first + 1) // most))
        return (10.0**e for e in range(first, last + 1, step))


def power(value: float) -> str:
    """A tick: ``1e-5``, and small ones in full."""
    exponent = round(math.log10(value))
    return f"{value:g}" if -2 <= exponent <= 3 else f"1e{exponent}"
