"""Ask the reference whether it takes feeds of a size, each size once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Assignment = Mapping[str, int]
"""By symbol its size."""

MOST_DEATHS = 16
"""Times that the reference may die or hang over a size: each costs as long as loading it."""

MOST_ELEMENTS = 1_250_000
"""Of a feed: one picture of 3x640x640. Bounds the time of a feed, here and when feeds are drawn."""


@dataclass(frozen=True)
class Answer:
    """What the reference did with a feed: ran it, where ``cause`` is empty, or why not, in a line.

    died: whether its process ended or had to be ended over it.
    """

    cause: str = ""
    died: bool = False


Allows = Callable[[str, int], bool]
"""Whether a symbol may have a size at all, by what graph and user say."""

Ask = Callable[[Assignment], Answer]


class Asking:
    """Remembers answers.

    last: the cause of the last refusal; causes: all of them, without their numbers.
    ran: every assignment that was taken, in order. most: elements of a feed that is tried.
    """

    def __init__(self, ask: Ask, cost: Callable[[Assignment], int], allows: Allows) -> None:
        self.last = ""
        self.ran: list[dict[str, int]] = []
        self.causes: set[str] = set()
        self.asked = 0
        self.deaths = 0
        self.cost = cost
        # What the model fixes is not ours to bound.
        self.most = max(MOST_ELEMENTS, 2 * cost({}))
        self._ask = ask
        self._allows = allows
        self._known: dict[tuple[tuple[str, int], ...], bool] = {}

    def takes(self, sizes: Assignment) -> bool:
        """Whether a feed of these sizes runs. One that is too large isn't tried: it doesn't."""
        key = tuple(sorted(sizes.items()))
        if key not in self._known:
            self._known[key] = self._new(sizes)
        return self._known[key]

    def affords(self, sizes: Assignment) -> bool:
        """Whether a feed of these sizes is small enough to be tried."""
        return self.cost(sizes) <= self.most

    def _new(self, sizes: Assignment) -> bool:
        told = all(self._allows(symbol, size) for symbol, size in sizes.items())
        if not told or not self.affords(sizes):
            return False
        if self.deaths >= MOST_DEATHS:
            return False
        answer = self._ask(sizes)
        self.asked += 1
        self.deaths += answer.died
        if answer.cause:
            self.last = answer.cause
            self.causes.add(re.sub(r"\d+", "", answer.cause))
            return False
        self.ran.append(dict(sizes))
        return True
