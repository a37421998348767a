"""One of two tokenizers as what feeds a model."""

from collections.abc import Sequence

import numpy as np

from parity.duet.side import Row, Side
from parity.errors import InputError
from parity.inputs import Encoded

_PADS = ("[PAD]", "<pad>")
_SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<pad>", "<unk>", "<s>", "</s>")


class Reader:
    """A loaded side, seen as a `Tokenizer` of the input plans. It reads single texts alone."""

    def __init__(self, side: Side) -> None:
        self._side = side
        known = side.vocabulary
        self.name = f"{side.name} ({side.version})"
        self.pad = next((known[p] for p in _PADS if p in known), None)
        self.specials = tuple(sorted(known[s] for s in _SPECIALS if s in known))
        self.size = max(known.values(), default=0) + 1
        self.shortest = len(self._rows([("", None, None)])[0]["ids"])
        self.shortest_pair = self.shortest
        self.tokens = tuple(t for t in known if t not in _SPECIALS)

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        """Each text, cut. Raises InputError where it raises, or tells no offsets."""
        rows = self._rows([(text, None, max_length) for text in texts])
        if any(row["offsets"] is None for row in rows):
            raise InputError(f"{self.name}: tells no offsets, by which answers are read")
        return Encoded(
            tuple(np.array(row["ids"], np.int64) for row in rows),
            tuple(np.array(row["segments"] or [0] * len(row["ids"]), np.int64) for row in rows),
            tuple(tuple((int(a), int(b)) for a, b in row["offsets"]) for row in rows),
        )

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], max_length: int, *, stride: int | None = None
    ) -> tuple[Encoded, ...]:
        """Refused: how pairs are cut and overlap differs from library to library."""
        raise InputError(f"{self.name}: pairs are not fed by a case's [tokenizers]")

    def _rows(self, trials: list[tuple[str, str | None, int | None]]) -> list[Row]:
        rows = self._side.rows(trials)
        for row in rows:
            if "raised" in row:
                raise InputError(f"{self.name}: raises {row['raised']}")
        return rows
