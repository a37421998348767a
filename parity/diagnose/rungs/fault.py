"""The rung of the fault: whose it is, the reference's, the exporter's, a kernel's, or nobody's."""

import time

from parity.diagnose.ladder.climb import climb as up
from parity.diagnose.rung import Asked, Said


def by_ladder(asked: Asked) -> Said | None:
    """Whose fault it is: the reference's, the optimiser's, the exporter's, a kernel's."""
    if asked.failed is None:
        return None
    guilty = (c.stretch for said in asked.earlier for c in said.culprits)
    stretch = next((s for s in guilty if s is not None), None)
    if not asked.failing and stretch is None:  # nothing is wrong, so it is nobody's fault
        return None
    climbed = up(asked.failed, stretch, asked.until - time.monotonic())
    if climbed.stage == "exporter" and any(map(_acquits, asked.earlier)):
        # Float64 sides with the file because the reference rounds more than the runtime does.
        return Said("ladder", _ROUNDS, "rounding", asked=climbed.rungs)
    return Said("ladder", climbed.sentence, climbed.stage, asked=climbed.rungs)


_ROUNDS = (
    "it is rounding, the reference's above all: float64 sides with the candidate, and yet none of "
    "its ops says anything else than the reference's"
)

_FEW = 4.0
"""Times its own rounding; between here and where an op is to blame it may be a small fault."""


def _acquits(said: Said) -> bool:
    """Whether every tensor inside was judged, and none is further off than it rounds anyway."""
    judged = said.stage == "rounding" and 0 < said.aligned == said.of
    return judged and all(culprit.ratio <= _FEW for culprit in said.worst)
