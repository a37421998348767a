"""Rows of ids as text, one character a token.

Hypothesis shrinks a text token by token: it drops any token, and lowers any. Of
bytes it would drop one at a time, which shifts all tokens behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.inputs._source import Alphabet

Ids = NDArray[np.int64]

_LOW = 0x800  # from here to the surrogates a character takes three bytes of UTF-8
_LOW_SIZE = 0xD800 - _LOW
_HIGH = 0x10000  # from here to the end four
_HIGH_SIZE = 0x110000 - _HIGH
_EDGES = 64


@dataclass(frozen=True)
class Vocabulary:
    """The ids of one input, in the order in which they are simple.

    ids: int64; the id of each code. Ordinary ids ascend, then special ones, then
        the pad id; behind them come the last ids and the special ones again and
        again, since Hypothesis draws the far codes evenly and the edges of a
        table deserve more than their share.
    code: int64; the code of each id from ``lowest`` up, -1 for one that no code reaches.
    pad_code: the code of the pad id; -1 if there is none.
    alphabet: the characters that stand for the codes. lowest: the first id.
    """

    ids: Ids
    code: Ids
    pad_code: int
    alphabet: Alphabet
    lowest: int = 0

    @property
    def bytes_per_token(self) -> int:
        """What a token takes of a source's capacity."""
        return 3 if self.alphabet.first == _LOW else 4

    def decode(self, text: str, *, pad_inside: bool) -> Ids:
        """The ids that a text stands for; the pad id only if asked for."""
        points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
        codes = points - self.alphabet.first
        if self.pad_code >= 0:
            if pad_inside:
                # One id among all would hardly ever be drawn: it gets half of the edges.
                codes[(codes > self.pad_code) & (codes % 2 == 1)] = self.pad_code
            else:
                codes[codes == self.pad_code] = 0
        return self.ids[codes]

    def known(self, ids: Ids) -> Ids:
        """Those of some ids for which a character stands."""
        inside = ids[(ids >= self.lowest) & (ids < self.lowest + len(self.code))]
        return inside[self.code[inside - self.lowest] >= 0]

    def encode(self, ids: Sequence[int] | Ids) -> str:
        """The text that stands for ids. Raises ValueError for an id that none stands for."""
        codes = self.code[np.asarray(ids, dtype=np.int64) - self.lowest]
        if codes.size and codes.min() < 0:
            raise ValueError("no character stands for one of the ids")
        return bytes((codes + self.alphabet.first).astype("<u4").tobytes()).decode("utf-32-le")


def vocabulary(
    size: int, *, pad: int | None, specials: Sequence[int] = (), lowest: int = 0
) -> Vocabulary:
    """Put the ids from ``lowest`` up and below ``size`` in order."""
    aside = {i for i in specials if lowest <= i < size}
    named = sorted(aside - {pad}) + ([] if pad is None else [pad])
    ends = np.array(named, dtype=np.int64)
    ordinary = np.setdiff1d(_reachable(lowest, size), ends)
    # From 0 up, and then what the graph replaces itself.
    ordinary = np.concatenate([ordinary[ordinary >= 0], ordinary[ordinary < 0][::-1]])
    own = np.concatenate([ordinary, ends])
    last = np.arange(max(lowest, size - _EDGES), size)
    edges = np.setdiff1d(
        np.concatenate([last, sorted(aside)]).astype(np.int64), [] if pad is None else [pad]
    )
    room = _LOW_SIZE - len(own) if len(own) <= _LOW_SIZE else _HIGH_SIZE - len(own)
    again = np.resize(edges, min(max(len(own) // 8, 16), room)) if edges.size else edges
    ids = np.concatenate([own, again])
    first = _LOW if len(ids) <= _LOW_SIZE else _HIGH
    code = np.full(size - lowest, -1, dtype=np.int64)
    code[own - lowest] = np.arange(len(own))
    return Vocabulary(
        ids=ids,
        code=code,
        # A vocabulary of nothing but the pad id can't do without it.
        pad_code=-1 if pad is None or not len(ordinary) else len(own) - 1,
        alphabet=Alphabet(first, first + len(ids) - 1),
        lowest=lowest,
    )


def _reachable(lowest: int, size: int) -> Ids:
    """All ids; of a table with more rows than characters the lower and the upper end."""
    most = _HIGH_SIZE - 4096
    if size - lowest <= most:
        return np.arange(lowest, size, dtype=np.int64)
    return np.concatenate(
        [np.arange(lowest, lowest + most // 2), np.arange(size - most // 2, size)]
    ).astype(np.int64)
