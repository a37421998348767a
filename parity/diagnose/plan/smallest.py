"""The smallest set of things that holds something up, by an order of how likely each is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Chosen:
    """names: in the order they were ranked. minimal: whether none of them can be left out alone.

    Of a search that ran out of trials that isn't known.
    """

    names: tuple[str, ...]
    minimal: bool


Holds = Callable[[Sequence[str]], bool]


def smallest(ranked: Sequence[str], holds: Holds, *, go_on: Callable[[], bool]) -> Chosen | None:
    """A smallest choice that holds, the likeliest first; None if all together don't.

    First the shortest beginning of the order that holds, by bisection; of that, what isn't needed
    is taken out by halves, quarters and so on: of k that are needed out of n about log2(n) trials
    and 2k log2(n / k) more. go_on: whether another trial may be made; without, what is known to
    hold stands.
    """
    if not holds(ranked):
        return None
    low, high = 0, len(ranked)
    while low < high and go_on():
        middle = (low + high) // 2
        if holds(ranked[:middle]):
            high = middle
        else:
            low = middle + 1
    return _thinned(tuple(ranked[:high]), holds, go_on)


def _thinned(names: tuple[str, ...], holds: Holds, go_on: Callable[[], bool]) -> Chosen:
    """Leave out parts, the least likely first, until no single one can go."""
    size = max(1, len(names) // 2)
    while names:
        end, gone = len(names), False
        while end > 0:
            if not go_on():
                return Chosen(names, minimal=False)
            start = max(0, end - size)
            left = names[:start] + names[end:]
            if holds(left):
                names, gone = left, True
            end = start
        if size == 1 and not gone:
            break
        size = max(1, size // 2) if not gone or size > 1 else 1
    return Chosen(names, minimal=True)
