"""Write scripts for rows of given lengths, filled with varied ids."""

from collections.abc import Mapping, Sequence

import numpy as np

from parity.inputs._plan import Script
from parity.inputs._source import Choice
from parity.inputs.boundary import points
from parity.inputs.tokens.rows import Rows
from parity.inputs.tokens.vocabulary import Ids, Vocabulary


class Maker:
    """Writes scripts for rows of given lengths, filled with varied ids.

    Equal ids would hide a permutation: a softmax over the wrong axis, positions
    in the wrong order. Each row goes on where the last one ended in a shuffled
    vocabulary, so that feeds which are there for their lengths show many ids on the way.
    """

    def __init__(self, rows: Rows, seed: int) -> None:
        self.rows = rows
        self.layout = rows.layout
        self._random = np.random.default_rng(seed)
        ordinary, pad = np.unique(rows.words.ids), self.layout.pad
        pool = ordinary if pad is None else ordinary[ordinary != pad]
        self._pool = self._random.permutation(pool if pool.size else ordinary)
        self._at = 0
        self._used: set[int] = set()
        self._labels: set[str] = set()
        self._written = 0

    @property
    def words(self) -> Vocabulary:
        """The ids of the leading input."""
        return self.rows.words

    def varied(self, length: int) -> Ids:
        """The next ids in a shuffled order, the pad id not among them."""
        places = (self._at + np.arange(length)) % len(self._pool)
        self._at = (self._at + length) % len(self._pool)
        return np.asarray(self._pool[places])

    def unused(self) -> Ids:
        """The ids that no script so far holds, in the shuffled order."""
        used = np.fromiter(self._used, np.int64, len(self._used))
        return np.asarray(self._pool[~np.isin(self._pool, used)])

    def block(self, ids: Ids) -> tuple[list[Ids], int]:
        """The largest feed of the first of these ids: its rows, and how many ids are in it."""
        rows: list[Ids] = []
        taken = 0
        while taken < len(ids) and (self.layout.rows is None or len(rows) < self.rows.drawn):
            most = self.rows.most(tuple(len(row) for row in rows), sum(map(len, rows)))
            if most < (len(rows[0]) if rows else 1):
                break
            wanted = len(rows[0]) if rows else most
            piece = ids[taken : taken + wanted]
            taken += len(piece)
            if rows and not self.layout.ragged:
                piece = np.concatenate([piece, self.varied(wanted - len(piece))])
            rows.append(piece)
        return rows, taken

    def script(
        self,
        label: str,
        lengths: tuple[int, ...],
        answers: Mapping[str, Sequence[Choice]] | None = None,
    ) -> Script | None:
        """A script for rows of these lengths; None where the limits don't allow them."""
        longest = self.rows.most((), 0)
        too_long = max(lengths) > longest and not self.layout.width
        if too_long or label in self._labels:
            return None
        return self.of(label, [self.varied(length) for length in lengths], answers)

    def of(
        self,
        label: str,
        rows: Sequence[Ids],
        answers: Mapping[str, Sequence[Choice]] | None = None,
    ) -> Script | None:
        """A script for these rows; None where the limits don't allow them.

        Of a model that takes several texts a row, each row here gives all of one.
        """
        each = self.layout.choices if isinstance(self.layout.choices, int) else 1
        fitted = self._fit([np.roll(row, place) for row in rows for place in range(each)])
        if fitted is None or label in self._labels:
            return None
        self._labels.add(label)
        words = self.rows.words
        self._used.update(*(row.tolist() for row in fitted))
        self._written += 1
        spelled: dict[str, Sequence[Choice]] = dict(answers or {})
        beside = [s for s in self.layout.free if f"{s.name} mode" not in spelled]
        spelled |= points.varied(beside, self._written)
        spelled["row"] = [words.encode(row) for row in fitted]
        if len(fitted) > 1 and self.layout.rows is None:
            spelled["more rows"] = [True] * (len(fitted) - 1)
        width = self.layout.width or max(len(row) for row in fitted)
        batch = self.layout.rows or len(fitted)
        return Script(label, spelled, cost=width * batch)

    def _fit(self, rows: Sequence[Ids]) -> list[Ids] | None:
        """The rows as the layout wants them: as many as it fixes, as long as it fixes."""
        layout = self.layout
        wanted = list(rows)
        if layout.rows is not None:
            wanted = [wanted[i % len(wanted)] for i in range(self.rows.drawn)]
        if not layout.ragged and layout.width is None and len({len(r) for r in wanted}) > 1:
            return None
        fitted: list[Ids] = []
        for row in wanted:
            most = self.rows.most(tuple(len(r) for r in fitted), sum(map(len, fitted)))
            if not layout.ragged and layout.width is not None and most:
                # Rows can't be short: go on where the given ids end.
                row = np.concatenate([row, self.varied(max(0, most - len(row)))])[:most]
            if not 0 < len(row) <= most or not layout.takes(len(row)):
                return None
            fitted.append(row)
        return fitted
