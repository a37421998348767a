"""All that a run keeps to be drawn."""

from dataclasses import dataclass, field

from parity.compare.drawn.chart import Chart
from parity.compare.drawn.octaves import Counts


@dataclass
class Drawn:
    """octaves: how the differences are spread, by output and region.

    charts: by output where its worst feed differs. climb: after how many examples the worst share
    of the tolerance became what it is, a pair each time it grew.
    """

    octaves: dict[tuple[str, str], Counts] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)
    climb: list[tuple[int, float]] = field(default_factory=list)
