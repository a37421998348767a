"""Which axes must be moved together, and in which steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from parity.inputs.sizes.asking import Asking
from parity.inputs.sizes.opened import Opened

_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 128, 256)
_TOGETHER = (1, 2, 4, 8, 16, 32, 64)
_TRIPLES = 6  # symbols of which all three are tried


@dataclass(frozen=True)
class Group:
    """Axes of which the reference takes one size only if the others have theirs.

    axes: the first leads; the others keep their distance to it as in ``base``.
    step: the smallest by which they could be moved together; 0 if by none.
    """

    axes: tuple[Opened, ...]
    step: int

    @property
    def lead(self) -> str:
        return self.axes[0].symbol

    def at(self, size: int, base: dict[str, int]) -> dict[str, int]:
        """The sizes of all symbols with the lead's at ``size``, those outside as they are."""
        by = size - base[self.lead]
        return base | {a.symbol: base[a.symbol] + by for a in self.axes}


def groups(axes: Sequence[Opened], base: dict[str, int], asking: Asking) -> list[Group]:
    """All symbols, each in one group."""
    alone = [Group((axis,), 0) for axis in axes]
    found = [Group(g.axes, _step(g, base, asking, _steps(g))) for g in alone]
    made = [g for g in found if g.step]
    tied = [g.axes[0] for g in found if not g.step]
    for members in _sets(tied):
        if all(m in tied for m in members):
            group = Group(members, 0)
            step = _step(group, base, asking, _TOGETHER)
            if step:
                made.append(Group(members, step))
                tied = [t for t in tied if t not in members]
    return [*made, *(Group((t,), 0) for t in tied)]


def _sets(tied: Sequence[Opened]) -> Iterator[tuple[Opened, ...]]:
    yield from combinations(tied, 2)
    if 3 <= len(tied) <= _TRIPLES:
        yield from combinations(tied, 3)
    if len(tied) > 3:
        yield tuple(tied)
    # What was split off before may have left one that goes with all the others.


def _steps(group: Group) -> tuple[int, ...]:
    return (1,) if group.axes[0].kind == "batch" else _STEPS


def _step(group: Group, base: dict[str, int], asking: Asking, steps: Sequence[int]) -> int:
    """The first step that is taken, upwards or else downwards; 0 for none."""
    size = base[group.lead]
    lowest = min(base[a.symbol] for a in group.axes)
    top = min((a.wanted[-1] for a in group.axes if a.kind == "batch"), default=None)
    for step in steps:
        if (top is None or size + step <= top) and asking.takes(group.at(size + step, base)):
            return step
    # Down to 1 is no proof: an axis of 1 is stretched beside any other.
    floor = 1 if group.axes[0].kind == "batch" else 2
    for step in steps:
        if lowest - step >= floor and asking.takes(group.at(size - step, base)):
            return step
    return 0
