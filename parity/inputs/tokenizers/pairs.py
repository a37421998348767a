"""A tokenizer seen as one of pairs: a text is two texts with a tab between (``parity.pairs``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from parity import pairs
from parity.errors import InputError
from parity.inputs.tokenizers.tokenizer import Encoded, Tokenizer


@dataclass(frozen=True)
class PairTokenizer:
    """[CLS] first [SEP] second [SEP], token types 0 and 1; the second is cut where it is too long.

    Offsets count in the whole line, so that a token of the second begins behind the tab.
    """

    inner: Tokenizer

    @property
    def name(self) -> str:
        """The tokenizer's, and that it takes pairs."""
        return f"pairs by {self.inner.name}"

    @property
    def pad(self) -> int | None:
        """As the tokenizer's."""
        return self.inner.pad

    @property
    def specials(self) -> tuple[int, ...]:
        """As the tokenizer's."""
        return self.inner.specials

    @property
    def size(self) -> int:
        """As the tokenizer's."""
        return self.inner.size

    @property
    def shortest(self) -> int:
        """Tokens of two empty texts."""
        return self.inner.shortest_pair

    @property
    def shortest_pair(self) -> int:
        """The same."""
        return self.inner.shortest_pair

    @property
    def tokens(self) -> tuple[str, ...]:
        """As the tokenizer's."""
        return self.inner.tokens

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        """The first window of each pair."""
        rows = list(self.windows(texts, max_length, stride=None))
        return Encoded(
            tuple(row.ids[0] for row in rows),
            tuple(row.segments[0] for row in rows),
            tuple(row.offsets[0] for row in rows),
        )

    def windows(
        self, texts: Sequence[str], max_length: int, *, stride: int | None
    ) -> tuple[Encoded, ...]:
        """Each pair as windows over its second text, which overlap by ``stride`` tokens.

        None gives the first window alone. Raises InputError for a text that is no pair.
        """
        split = []
        for text in texts:
            two = pairs.split(text)
            if two is None:
                raise InputError(
                    f"{text[:40]!r} is no pair: write the question or first sentence, a tab, "
                    "and the context or second sentence"
                )
            split.append(two)
        return self.inner.encode_pairs(split, max_length, stride=stride)

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], max_length: int, *, stride: int | None = None
    ) -> tuple[Encoded, ...]:
        """As the tokenizer's."""
        return self.inner.encode_pairs(texts, max_length, stride=stride)


def read_as(kind: str | None, tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer as the inputs of a kind use it: as one of pairs for "pairs"."""
    return PairTokenizer(tokenizer) if kind == "pairs" else tokenizer
