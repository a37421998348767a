"""Draw rows of ids: how many, how long, which.

A row is three choices in a run, so that Hypothesis can drop a whole row: a floor
under its length, whether to cut it to that floor, and its tokens as one text.
Left alone, Hypothesis draws short texts; the floor makes long ones, and the cut
keeps most shapes in the bounded set of widths. Neither stands in the way of
shrinking: with the floor at 1 and no cut, the text's own length counts.
"""

import functools
from dataclasses import dataclass, replace

import numpy as np

from parity.inputs._source import Source
from parity.inputs.tokens.layout import Layout
from parity.inputs.tokens.vocabulary import Ids, Vocabulary

FAR = 63
"""One in so many feeds may go beyond the usual length: they take as long as all the others."""

_MOST_ROWS = 64  # drawn; a model that fixes a larger batch gets them again and again


@dataclass(frozen=True)
class Rows:
    """Draws the rows of one layout.

    capacity: bytes of the source that the rows may take.
    """

    layout: Layout
    words: Vocabulary
    capacity: int

    @property
    def far(self) -> "Rows":
        """The same, with rows as long as the position table holds."""
        return replace(self, layout=replace(self.layout, longest=self.layout.furthest))

    @property
    def drawn(self) -> int:
        """Most rows that are drawn; all of them where the model fixes the batch."""
        if self.layout.rows is None:
            return self.layout.limits.max_batch
        per_row = self.layout.width or 1
        return max(1, min(self.layout.rows, _MOST_ROWS, self._tokens // per_row))

    @property
    def _asks(self) -> bool:
        return self.layout.rows is None and self.layout.limits.max_batch > 1

    @property
    def _tokens(self) -> int:
        return self.capacity // self.words.bytes_per_token

    def most(self, before: tuple[int, ...], used: int) -> int:
        """Most tokens of the next row; 0 if there can't be one.

        before: the lengths of the rows so far. used: the tokens that they took.
        """
        layout, index = self.layout, len(before)
        if layout.rows is not None:
            even = max(1, self._tokens // self.drawn)
            if layout.width is not None:
                return min(layout.width, even)
            share = max(1, layout.limits.max_tokens // layout.rows)
            most = min(layout.longest, even, share)
        elif index == layout.limits.max_batch:
            return 0
        elif layout.width is not None:
            # A first row is fed even if it alone is over the limit: the model wants it so.
            if index and (index + 1) * layout.width > layout.limits.max_tokens:
                return 0
            most = min(layout.width, self._tokens - used)
        else:
            widest = max(before, default=0)
            if (index + 1) * widest > layout.limits.max_tokens:
                return 0
            share = layout.limits.max_tokens // (index + 1)
            most = min(layout.longest, share, self._tokens - used)
        if index and not layout.ragged and most < before[0] and layout.rows is None:
            return 0
        return max(0, most)

    def draw(self, source: Source, *, pad_inside: bool) -> list[Ids]:
        """The valid ids of each row, int64 (length)."""
        rows: list[Ids] = []
        used = 0
        while len(rows) < self.drawn or self._asks:
            # Asked behind the last row too: without a row before it, it would be the next.
            if rows and self._asks and not source.boolean("more rows"):
                break
            most = self.most(tuple(len(row) for row in rows), used)
            if not most:
                break
            text = self._text(source, rows, most)
            used += len(text)
            ids = self.words.decode(text, pad_inside=pad_inside)
            rows.append(self._trim(ids, rows))
        if self.layout.rows is not None:
            rows = [rows[i % len(rows)] for i in range(self.layout.rows)]
        return rows

    def _text(self, source: Source, rows: list[Ids], most: int) -> str:
        alphabet = self.words.alphabet
        if not self.layout.ragged and self.layout.width is not None:
            return source.text("row", alphabet, min_size=most, max_size=most)
        if not self.layout.ragged and rows:
            least = min(len(rows[0]), most)
            return source.text("row", alphabet, min_size=least, max_size=most)
        floors = _floors(self.layout.limits.widths, most)
        floor = floors[source.integer(0, len(floors) - 1, "floor")]
        cut = source.integer(0, 7, "cut")
        text = source.text("row", alphabet, min_size=floor, max_size=most)
        # One in eight keeps its odd length.
        return text[:floor] if cut else text

    def _trim(self, ids: Ids, rows: list[Ids]) -> Ids:
        if self.layout.ragged:
            return ids
        # The first row settles the length, which may have to be a multiple of something.
        length = len(rows[0]) if rows else self.layout.up(len(ids))
        return np.resize(ids, self.layout.width or length)


@functools.lru_cache(maxsize=4096)
def _floors(widths: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Lengths to draw evenly from: ascending, small ones several times, the most last.

    One row in six is longer than 65, and so is one feed in four: they cost as much as all others.
    """
    floors = [
        width
        for width in widths
        if width < most
        for _ in range(8 if width <= 17 else 6 if width <= 65 else 2)
    ]
    if floors[:1] != [1]:
        floors.insert(0, 1)
    return tuple(floors) if most == 1 else (*floors, most)
