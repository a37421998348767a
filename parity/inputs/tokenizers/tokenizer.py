"""What the plans need of a tokenizer: text to ids, as the model's own users do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Encoded:
    """Texts as ids, row by row, not padded.

    ids, segments: int64 (tokens) for each text.
    offsets: for each text and token the characters [start, end) of the text;
        (0, 0) for a token that stands for none, such as [CLS].
    """

    ids: tuple[NDArray[np.int64], ...]
    segments: tuple[NDArray[np.int64], ...]
    offsets: tuple[tuple[tuple[int, int], ...], ...]


class Tokenizer(Protocol):
    """What the plans need of a tokenizer."""

    @property
    def name(self) -> str:
        """Style and file, for a person."""

    @property
    def pad(self) -> int | None:
        """The id that shorter rows are padded with; None if the tokenizer has none."""

    @property
    def specials(self) -> tuple[int, ...]:
        """Ids that stand for no text, ascending: [CLS], [SEP], [UNK] …"""

    @property
    def size(self) -> int:
        """One more than the largest id."""

    @property
    def shortest(self) -> int:
        """Tokens of an empty text."""

    @property
    def shortest_pair(self) -> int:
        """Tokens of two empty texts."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The text pieces of the vocabulary in the order of their ids, specials left out."""

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        """Encode each text, cut to max_length tokens, specials included."""

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], max_length: int, *, stride: int | None = None
    ) -> tuple[Encoded, ...]:
        """Two texts as one row each, of which the second is cut; see ``PairTokenizer``.

        An ``Encoded`` for each pair, its rows being windows over the second text that overlap
        by ``stride`` tokens; None gives one. Offsets of the second begin one behind the first.
        Raises InputError for a tokenizer without pairs, and where a window isn't longer
        than the stride.
        """
