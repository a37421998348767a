"""What a run keeps so that it can be drawn: spread, worst feed by output, how the worst grew."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parity.compare.drawn.chart import chart
from parity.compare.drawn.drawn import Drawn
from parity.compare.values import COUNTED, Measured

if TYPE_CHECKING:
    from parity.verify.sides import Outcome, Sides

_CHARTS = 4  # outputs of which the worst feed is drawn
_STEPS = 100  # of the worst share over the examples; a run has a dozen


@dataclass
class Drawing:
    """drawn: what was kept so far."""

    drawn: Drawn = field(default_factory=Drawn)
    _shares: dict[str, float] = field(default_factory=dict)

    def add(self, outcome: "Outcome", sides: "Sides", examples: int) -> None:
        """Take in one outcome. examples: how many there were with it."""
        for m in outcome.comparison.measured:
            self._spread(m)
            if m.region in COUNTED and m.elements:
                self._worst(m, outcome, sides)
        share, climb = outcome.comparison.ratio, self.drawn.climb
        if outcome.comparison.measured and (not climb or share > climb[-1][1]):
            climb.append((examples, share))
            if len(climb) > _STEPS:  # the first steps are the many small ones
                del climb[1]

    def _spread(self, m: Measured) -> None:
        if m.octaves is None:
            return
        known = self.drawn.octaves.get((m.output, m.region))
        self.drawn.octaves[m.output, m.region] = m.octaves if known is None else known + m.octaves

    def _worst(self, m: Measured, outcome: "Outcome", sides: "Sides") -> None:
        known = self._shares.get(m.output)
        if (known is not None and m.ratio <= known) or (known is None and self._full(m.output)):
            return
        drawn = chart(
            m.output, outcome.expected[m.output], sides.named(outcome.actual)[m.output],
            index=m.index, allowed=m.allowed, valid=sides.valid(outcome).get(m.output),
            label=outcome.example.label,
        )  # fmt: skip
        if drawn is not None:
            self._shares[m.output] = m.ratio
            self.drawn.charts[m.output] = drawn

    def _full(self, output: str) -> bool:
        return output not in self.drawn.charts and len(self.drawn.charts) >= _CHARTS
