"""What the compared feeds really held: no report says of an id that it was fed unless it was."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from parity.inputs import Example
from parity.model.tensors import Array, Feed

KEPT_BYTES = 64 * 2**20
"""Feeds that are kept for a second look at most; those of ids take 10 MB in a whole run."""

_LARGEST_ID = 2**22
_FLOATS = 8192  # elements; more than ids that come as floats are, and no pictures


@dataclass
class Fed:
    """Counts by input.

    feeds: the first ones, as far as ``KEPT_BYTES`` goes. all_kept: whether those are all.
    """

    feeds: list[Feed] = field(default_factory=list)
    all_kept: bool = True
    _bytes: int = 0
    _ids: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    _below: dict[str, set[int]] = field(default_factory=dict)
    _ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Take in a feed that both sides answered."""
        self._keep(example.feed)
        for name, array in example.feed.items():
            if array.size:
                low, high = float(array.min()), float(array.max())
                before = self._ranges.get(name, (low, high))
                self._ranges[name] = (min(low, before[0]), max(high, before[1]))
            if array.dtype.kind in "iu" or (array.dtype.kind == "f" and array.size <= _FLOATS):
                self._count(name, array)

    def held(self, name: str, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some ids an input held in at least one feed."""
        table = self._ids.get(name, np.zeros(0, bool))
        below = self._below.get(name, set())
        inside = (ids >= 0) & (ids < len(table))
        found = np.zeros(len(ids), bool)
        found[inside] = table[ids[inside]]
        found |= np.array([int(i) in below for i in ids], bool) if below else False
        return found

    def only(self, name: str) -> float | None:
        """The value that all elements of an input had in all feeds; None if they varied."""
        low, high = self._ranges.get(name, (0.0, 1.0))
        return low if low == high else None

    def _count(self, name: str, array: Array) -> None:
        values = np.unique(array)
        whole = values[np.isfinite(values) & (np.abs(values) < _LARGEST_ID)]
        ids = whole[whole == np.rint(whole)].astype(np.int64)
        self._below.setdefault(name, set()).update(ids[ids < 0].tolist())
        ids = ids[ids >= 0]
        table = self._ids.get(name, np.zeros(0, bool))
        if ids.size and ids.max() >= len(table):
            larger = np.zeros(2 * int(ids.max()) + 1, bool)
            larger[: len(table)] = table
            table = larger
        table[ids] = True
        self._ids[name] = table

    def _keep(self, feed: Feed) -> None:
        size = sum(array.nbytes for array in feed.values())
        if self._bytes + size > KEPT_BYTES:
            self.all_kept = False
            return
        self._bytes += size
        self.feeds.append(feed)
