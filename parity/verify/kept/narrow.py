"""Columns of a scale of their own, and the feeds on which they were furthest off."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parity.compare.columns import Columns
from parity.compare.tolerance import DEFAULTS
from parity.inputs import Example

if TYPE_CHECKING:
    from parity.verify.sides import Outcome, Sides

_KEPT = 2


@dataclass
class Narrow:
    """columns: of all feeds. at: the examples with the largest share of what one may be off by."""

    columns: Columns = field(default_factory=lambda: Columns(DEFAULTS["fp32"]))
    at: list[Example] = field(default_factory=list)
    _share: float = 0.0

    def add(self, outcome: "Outcome", sides: "Sides") -> None:
        """Take in one outcome, if there was one."""
        if not outcome.actual:
            return
        actual, valid = sides.named(outcome.actual), sides.valid(outcome)
        share = self.columns.add(outcome.expected, actual, valid)
        if share > self._share:
            self._share = share
            self.at = [*self.at, outcome.example][-_KEPT:]
