"""Numbers for a case, with the evidence for each."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parity.case import TIES, Case
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.model.precisions import family
from parity.proposing.measure import Off, Seen

ROOM = 1.5
"""What is proposed over the worst that was seen: other feeds and other machines move it by about
as much (MiniLM's FP16 by 1.3 between two seeds)."""

MOST = 10.0
"""Times the default above which nothing is proposed: no rounding of a healthy model here took
more than 3 (ernie-tiny-sentiment in INT8)."""

WORST = 5  # feeds or sentences that are listed


@dataclass(frozen=True)
class Proposal:
    """For one precision. refused: why nothing is proposed; "" where something is.

    quantiles: of the largest relative differences, over feeds: 50, 90, 99 and 100 %.
    """

    precision: str
    tolerance: Tolerance
    ties: float
    confidence: float
    seen: Seen
    quantiles: tuple[float, float, float, float]
    worst: tuple[Off, ...]
    refused: str = ""

    @property
    def keys(self) -> dict[str, float]:
        """What goes into the case."""
        made = {"atol": self.tolerance.atol, "rtol": self.tolerance.rtol}
        if self.seen.answers:
            made["ties"] = self.ties
        if self.seen.moved:
            made["confidence"] = self.confidence
        return made


def propose(case: Case, precision: str, seen: Seen) -> Proposal:
    """What a case could state for a precision."""
    default = DEFAULTS[precision]
    atol, rtol = _tolerance(precision, seen.offs)
    ties = _rounded(ROOM * len(seen.flips) / max(1, seen.answers))
    confidence = _rounded(ROOM * max((moved for moved, _ in seen.moved), default=0.0))
    floor = family(precision) == "fp32"
    worst = sorted(seen.offs, key=lambda off: -off.max_rel)[:WORST]
    tight = Tolerance(atol, min(rtol, 0.999), case.allowances[precision].tolerance.rule)
    least = case.allowances["fp32"].confidence
    return Proposal(
        precision, tight, TIES[precision] if floor else ties, max(confidence, least), seen,
        _quantiles([off.max_rel for off in seen.offs]), tuple(worst),
        _refused(seen, atol / default.atol, rtol / default.rtol),
    )  # fmt: skip


def _tolerance(precision: str, offs: Sequence[Off]) -> tuple[float, float]:
    """The two numbers by either of which an output passes.

    One stays at its default, and the other becomes what that leaves over; of the two ways the one
    that allows less. FP32's are the guide's, and never below.
    """
    default = DEFAULTS[precision]
    rest = [off for off in offs if ROOM * off.max_abs >= default.atol]
    by_rtol = _rounded(ROOM * max((off.max_rel for off in rest), default=0.0))
    rest = [off for off in offs if ROOM * off.max_rel >= default.rtol]
    by_atol = _rounded(ROOM * max((off.max_abs for off in rest), default=0.0))
    if by_rtol <= default.rtol:
        # All are within the default: what was seen is enough, and less is sharper.
        most = _rounded(ROOM * max((off.max_rel for off in offs), default=0.0))
        low = default.rtol if family(precision) == "fp32" else min(default.rtol, most)
        return default.atol, max(low, DEFAULTS["fp32"].rtol)
    if by_atol / default.atol < by_rtol / default.rtol:
        return max(by_atol, default.atol), default.rtol
    return default.atol, by_rtol


def _refused(seen: Seen, atol: float, rtol: float) -> str:
    if seen.broken:
        return seen.broken[0]
    if not seen.offs:
        return "no output could be compared"
    factor = max(atol, rtol)
    if factor > MOST:
        return (
            f"it would take {factor:.2g} times the default, which is no rounding: see what "
            "`parity explain` or `parity check` says of it"
        )
    return ""


def _rounded(value: float) -> float:
    """Up, to two digits."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.2g}")


def _quantiles(values: Sequence[float]) -> tuple[float, float, float, float]:
    ordered = sorted(values)
    pick: Callable[[float], float] = lambda q: (  # noqa: E731
        ordered[max(0, math.ceil(q * len(ordered)) - 1)] if ordered else 0.0
    )
    return pick(0.5), pick(0.9), pick(0.99), pick(1.0)
