"""The examples on which each output was furthest off for its magnitude."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parity.compare.values import COUNTED
from parity.inputs import Example

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parity.verify.sides import Outcome

_EACH = 2  # examples of an output
_MOST = 6  # in all: each is measured by several runs


@dataclass
class Furthest:
    """Keeps a few examples an output; ranks: how far off, over the magnitude, largest first.

    longest: feeds with an axis of so many entries, the batch apart, are not kept; None for all.
    """

    longest: int | None = None
    ranks: dict[str, list[tuple[float, int, Example]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, outcome: "Outcome", usual: "Mapping[str, float]") -> None:
        """Rank an outcome. usual: magnitudes, so that one that happens to be zero says little."""
        self._count += 1
        axes = (max(a.shape[1:], default=0) for a in outcome.example.feed.values())
        if self.longest is not None and max(axes, default=0) >= self.longest:
            return
        for m in outcome.comparison.measured:
            scale = max(m.magnitude, usual.get(m.output, 0.0))
            if m.region not in COUNTED or not m.elements or not scale:
                continue
            rank = self.ranks.setdefault(m.output, [])
            # The count keeps equal ones in order, and examples from being compared.
            rank.append((m.max_abs / scale, -self._count, outcome.example))
            rank.sort(key=lambda entry: entry[:2], reverse=True)
            del rank[_EACH:]

    def chosen(self) -> list[Example]:
        """The furthest of each output first, then the next, none twice."""
        chosen: dict[int, Example] = {}
        for place in range(_EACH):
            for rank in self.ranks.values():
                if place < len(rank) and len(chosen) < _MOST:
                    chosen.setdefault(id(rank[place][2]), rank[place][2])
        return list(chosen.values())
