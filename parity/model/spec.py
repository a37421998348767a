"""What an input or output of a model accepts and means.

A shape holds ints and symbols; one symbol has one value in a feed. The domain
of an input says which values are meaningful: engines don't check (Paddle reads
outside an embedding without a word), so inputs must stay inside.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Shape = tuple[int | str, ...]
PictureLayout = Literal["NCHW", "NHWC"]


@dataclass(frozen=True)
class TokenIds:
    """Ids that index a word embedding.

    vocabulary: ids are in [lowest, vocabulary).
    pad: the id the model itself masks out, or that callers pad with; None if
        the graph has no such id.
    positions: longest sequence that the position table allows; None if unbounded.
    masked: whether the model computes its attention mask from ``pad``.
    suspects: ids to feed for certain, since two models' tables differ there, or one of
        them treats that id apart. Whoever compares two models adds those.
    lowest: above 0 where the graph takes an offset off first; below where it replaces
        negative ids itself.
    """

    vocabulary: int
    pad: int | None = None
    positions: int | None = None
    masked: bool = False
    suspects: tuple[int, ...] = ()
    lowest: int = 0


@dataclass(frozen=True)
class SegmentIds:
    """Token types: values are in [0, kinds)."""

    kinds: int


@dataclass(frozen=True)
class PositionIds:
    """Explicit positions: values are in [0, bound)."""

    bound: int


@dataclass(frozen=True)
class Lengths:
    """The number of valid entries of each row of input ``of``, along ``axis``."""

    of: str
    axis: int = 1


@dataclass(frozen=True)
class AttentionMask:
    """1 where a position of input ``of`` is valid, 0 where it is padding."""

    of: str


@dataclass(frozen=True)
class Image:
    """Pictures, of bytes u from 0 to 255 in each of the channels.

    layout: which of the last three axes holds the channels.
    mean, std: one number a channel; a value is (u / 255 - mean) / std. Empty where
        nobody has said so: then values lie around [low, high].
    low, high: what values lie in; with mean and std, `normalised` works them out.
    """

    channels: int
    low: float = -3.0
    high: float = 3.0
    layout: PictureLayout = "NCHW"
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    @property
    def axis(self) -> int:
        """Where the channels of a batch are."""
        return 1 if self.layout == "NCHW" else 3

    @classmethod
    def normalised(
        cls, mean: Sequence[float], std: Sequence[float], layout: PictureLayout = "NCHW"
    ) -> "Image":
        """Pictures with the bounds that these numbers give. std is above zero."""
        low = min((0.0 - m) / s for m, s in zip(mean, std, strict=True))
        high = max((1.0 - m) / s for m, s in zip(mean, std, strict=True))
        return cls(len(mean), low, high, layout, tuple(mean), tuple(std))


@dataclass(frozen=True)
class Waveform:
    """Sound along the last axis: amplitudes in [low, high], ``rate`` of them a second."""

    rate: int = 16000
    low: float = -1.0
    high: float = 1.0


@dataclass(frozen=True)
class Scale:
    """What something is multiplied with or divided by: a speed, a temperature.

    Its size is in [low, high], with low above zero; 1 is the simplest. signed:
    whether it may be negative as well; it is never zero.
    """

    low: float = 0.25
    high: float = 4.0
    signed: bool = False


@dataclass(frozen=True)
class OneOf:
    """One of these numbers, such as the sample rates that a model has branches for."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Values:
    """Numbers in [low, high].

    whole: only whole ones, whatever the dtype; those of an integer dtype always are.
    points: values to feed for certain: what the graph compares them with, and neighbours.
    guessed: whether the range is what is usual, and not what the graph shows or somebody says.
    """

    low: float
    high: float
    whole: bool = False
    points: tuple[float, ...] = ()
    guessed: bool = False


@dataclass(frozen=True)
class Columns:
    """Whole numbers that mean something else in each entry of an axis, as the sides of boxes do.

    of: the values of each entry of ``axis``, a fixed one. ordered: pairs of entries, the
    first never below the second: their difference is an index.
    """

    axis: int
    of: tuple[Values, ...]
    ordered: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Indices:
    """Whole numbers below the size that ``axis`` of input ``of`` has in the same feed.

    So a graph's edges name its nodes.
    """

    of: str
    axis: int = 0


Domain = (
    TokenIds | SegmentIds | PositionIds | Lengths | AttentionMask
    | Image | Waveform | Scale | OneOf | Values | Columns | Indices
)  # fmt: skip


@dataclass(frozen=True)
class Extent:
    """Which sizes a symbol of a shape stands for: multiples of ``multiple`` in [low, high].

    high: None for no bound.
    """

    symbol: str
    multiple: int = 1
    low: int = 1
    high: int | None = None

    @property
    def free(self) -> bool:
        """Whether every size from 1 up is one."""
        return self.multiple == 1 and self.low <= 1 and self.high is None

    def allows(self, size: int) -> bool:
        """Whether a size is one of them."""
        below = self.high is None or size <= self.high
        return size % self.multiple == 0 and self.low <= size and below

    def sizes(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """Those nearest to the wanted sizes, ascending, each once; () where there is none."""
        first = -(-max(self.low, 1) // self.multiple) * self.multiple
        last = None if self.high is None else self.high // self.multiple * self.multiple
        if last is not None and last < first:
            return ()
        up = (max(first, round(size / self.multiple) * self.multiple) for size in wanted)
        return tuple(sorted({size if last is None else min(size, last) for size in up}))


@dataclass(frozen=True)
class TensorSpec:
    """One input or output.

    dtype is numpy's name ("int64", "float32"); shape holds an int or a symbol
    for each axis. Outputs have no domain. declared: whether the file says a shape
    at all; () is then a scalar's.
    extents: rules for symbols of the shape; a symbol without one takes any size. As
        one symbol has one value in a feed, a rule holds for every input that has
        the symbol: `extents` merges them.
    """

    name: str
    dtype: str
    shape: Shape
    domain: Domain | None = None
    extents: tuple[Extent, ...] = ()
    declared: bool = True


@dataclass(frozen=True)
class Signature:
    """All inputs and outputs of a model, and why each domain was concluded.

    evidence: one line a conclusion, for a person to read, such as
        "input_ids: vocabulary 40000 from the rows of word_embeddings.weight".
    unread: inputs on which no output depends.
    said: inputs of which the user said what they take.
    least: by symbol the least size of an axis, where it is more than 1. stride: by symbol how many
        entries of an axis the strides of convolutions make one of, where it is more than 1.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    evidence: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    least: Mapping[str, int] = field(default_factory=dict)
    stride: Mapping[str, int] = field(default_factory=dict)


def extents(specs: Iterable[TensorSpec]) -> dict[str, Extent]:
    """The rule of each symbol that has one, over all inputs: what all of its rules allow."""
    merged: dict[str, Extent] = {}
    for spec in specs:
        for rule in spec.extents:
            merged[rule.symbol] = both(merged.get(rule.symbol, Extent(rule.symbol)), rule)
    return merged


def unbatched(specs: Iterable[TensorSpec]) -> frozenset[str]:
    """Symbols of first axes that count no batch: the rows of a table that other inputs index.

    So a graph has nodes, and edges between them. What has more axes than a table, such as pictures
    that boxes name, is a batch all the same.
    """
    every = list(specs)
    indexed = {spec.domain.of for spec in every if isinstance(spec.domain, Indices)}
    return frozenset(
        spec.shape[0]
        for spec in every
        if spec.shape and isinstance(spec.shape[0], str)
        if (spec.name in indexed and len(spec.shape) <= 2)
        or (isinstance(spec.domain, Indices) and len(spec.shape) == 1)
    )


def both(one: Extent, other: Extent) -> Extent:
    """The sizes that two rules for one symbol allow; maybe none."""
    highs = [rule.high for rule in (one, other) if rule.high is not None]
    return Extent(
        one.symbol,
        math.lcm(one.multiple, other.multiple),
        max(one.low, other.low),
        min(highs, default=None),
    )
