"""Token types: all of one kind, a switch from a first to a second sentence, or mixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parity.inputs._source import Source
from parity.inputs.tokens.layout import kinds_of
from parity.inputs.tokens.vocabulary import Ids
from parity.model.spec import TensorSpec

_STEPS = 16
_APART = 3  # places between the same kinds of two inputs


@dataclass(frozen=True)
class Segments:
    """A decision about token types, made before the rows are known.

    mode: below ``kinds`` all tokens are of that kind; ``kinds`` switches from 0
        to 1; above that they are mixed.
    """

    kinds: int
    mode: int
    point: int = 0

    def of(self, rows: Sequence[Ids], specs: Sequence[TensorSpec]) -> dict[str, list[Ids]]:
        """int64 token types of the valid tokens of each row, for each of these inputs.

        Each has all of its own kinds, and has them elsewhere in a row than the others: two inputs
        of equal values may be taken for one another.
        """
        drawn = [self._row(i, len(row)) for i, row in enumerate(rows)]
        return {
            spec.name: [np.roll(row, _APART * turn) % kinds_of(spec) for row in drawn]
            for turn, spec in enumerate(specs)
        }

    def _row(self, index: int, length: int) -> Ids:
        if self.mode < self.kinds:
            return np.full(length, self.mode, dtype=np.int64)
        if self.mode == self.kinds:
            switch = -(-length * (self.point + 1) // (_STEPS + 1))
            return (np.arange(length) >= switch).astype(np.int64)
        mixed = np.random.default_rng((self.point, index)).integers(self.kinds, size=length)
        return mixed.astype(np.int64)


def draw(source: Source, kinds: int) -> Segments:
    """Decide about token types below ``kinds``; nothing to decide if there is one."""
    if kinds == 1:
        return Segments(1, 0)
    mode = source.integer(0, kinds + 1, "segments")
    point = source.integer(0, _STEPS - 1, "segment point") if mode >= kinds else 0
    return Segments(kinds, mode, point)
