"""Lengths between the fixed boundaries, one of each gap in turn, so that turns walk all lengths."""

from collections.abc import Sequence
from math import gcd

_GAPS = (
    (10, 14, 12), (18, 30, 20), (34, 62, 48), (66, 126, 100), (130, 190, 150), (191, 254, 192),
    (258, 341, 300), (342, 426, 400), (427, 510, 448), (514, 767, 600), (768, 1022, 900),
    (1026, 1535, 1300), (1536, 2046, 1800),
)  # fmt: skip
"""First and last length of a gap, and the one that is fed first."""

_STEP = 0.62  # of a gap, from one turn to the next: the golden section spreads them evenly


def lengths(turn: int, longest: int, *, each: int = 1) -> list[int]:
    """The lengths of this turn up to ``longest``, ``each`` of every gap; the next turn goes on."""
    found: dict[int, None] = {}
    for first, last, start in _GAPS:
        size = last - first + 1
        for place in _places(turn, size, each):
            length = first + (start - first + place) % size
            if length < longest:
                found[length] = None
    return list(found)


def some(values: Sequence[int], turn: int, *, each: int = 1) -> list[int]:
    """``each`` of these values; the next turn goes on, until all have come."""
    places = _places(turn, len(values), each) if values else []
    return [values[place] for place in dict.fromkeys(places)]


def _places(turn: int, size: int, each: int) -> list[int]:
    step = next(s for s in range(max(1, int(_STEP * size)), 2 * size + 1) if gcd(s, size) == 1)
    return [place * step % size for place in range(turn * each, (turn + 1) * each)]


def every(longest: int) -> list[int]:
    """All lengths up to ``longest``, for runs that may take long."""
    return list(range(1, longest + 1))
