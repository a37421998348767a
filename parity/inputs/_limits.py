"""How large the feeds may get."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parity.errors import UsageError
from parity.inputs.sizes.sizes import Sizes

WIDTHS = (
    *(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200),
    *(255, 256, 257, 384, 511, 512, 513, 1000, 1023, 1024, 1025, 1500, 2047, 2048),
)
"""Padded lengths that generated feeds have.

Engines prepare kernels anew for each shape, so the set is bounded; powers of two
and their neighbours stay in, since odd tails are where vectorised kernels break.
"""

_MOST = 2**31 - 1  # entries along an axis; numpy and the engines count them in 64 bits

DEFAULT_LENGTH = 512  # what ERNIE is fine-tuned with at most; the tables hold 2048


@dataclass(frozen=True)
class Limits:
    """Bounds of a feed. A fixed dimension of the model wins over them.

    max_batch: most rows.
    max_length: longest row; None for 512 or what the position table allows.
    max_tokens: most positions, rows times padded length; bounds the time of a feed.
    widths: the padded lengths of generated feeds, ascending.
    turn: which of the lengths between the fixed boundaries, and of the ids of a large
        vocabulary, are fed; the next turn feeds others. every_length: all of them at once.
    each_gap: how many lengths of each gap between the boundaries come in one turn.
    vocabulary_tokens: most ids that are fed for the sake of the vocabulary alone.
    indices: most indices of a row that are fed for their own sake.
    lengths: further lengths to feed for certain.
    least: by symbol what the graph needs at least. stride: by symbol how many entries its
        convolutions make one of.
    sizes: what was learned of the open axes of inputs other than ids.

    Raises UsageError for a bound below 1, or beyond what an array can have.
    """

    max_batch: int = 4
    max_length: int | None = None
    max_tokens: int = 2048
    widths: tuple[int, ...] = WIDTHS
    turn: int = 0
    every_length: bool = False
    each_gap: int = 1
    vocabulary_tokens: int = 2048
    indices: int = 2048
    lengths: tuple[int, ...] = ()
    least: Mapping[str, int] = field(default_factory=dict)
    stride: Mapping[str, int] = field(default_factory=dict)
    sizes: Sizes = field(default_factory=Sizes)

    def __post_init__(self) -> None:
        for name, value in (
            ("max_batch", self.max_batch),
            ("max_length", 1 if self.max_length is None else self.max_length),
            ("max_tokens", self.max_tokens),
        ):
            if value < 1:
                raise UsageError(f"{name} is {value}; it must be at least 1")
            if value > _MOST:
                raise UsageError(f"{name} is {value}; no feed is that large: at most {_MOST}")
        if not self.widths or min(self.widths) < 1 or list(self.widths) != sorted(self.widths):
            raise UsageError(f"widths must be whole numbers from 1 up, ascending: {self.widths}")
