"""What an input or output of a model accepts and means.

A shape holds ints and symbols; one symbol has one value in a feed. The domain
of an input says which values are meaningful: engines don't check (Paddle reads
outside an embedding without a word), so inputs must stay inside.
"""

from dataclasses import dataclass

Shape = tuple[int | str, ...]


@dataclass(frozen=True)
class TokenIds:
    """Ids that index a word embedding.

    vocabulary: ids are in [0, vocabulary).
    pad: the id the model itself masks out, or that callers pad with; None if
        the graph has no such id.
    positions: longest sequence that the position table allows; None if unbounded.
    masked: whether the model computes its attention mask from ``pad``.
    suspects: ids to feed for certain, since two models' tables differ there. No
        graph says that of itself: whoever compares two models adds it.
    """

    vocabulary: int
    pad: int | None = None
    positions: int | None = None
    masked: bool = False
    suspects: tuple[int, ...] = ()


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
    """Float pictures, NCHW, normalised: values around [low, high]."""

    channels: int
    low: float = -3.0
    high: float = 3.0


@dataclass(frozen=True)
class Values:
    """Numbers of which the graph says nothing more: values in [low, high]."""

    low: float
    high: float


Domain = TokenIds | SegmentIds | PositionIds | Lengths | AttentionMask | Image | Values


@dataclass(frozen=True)
class TensorSpec:
    """One input or output.

    dtype is numpy's name ("int64", "float32"); shape holds an int or a symbol
    for each axis. Outputs have no domain. declared: whether the file says a shape
    at all; () is then a scalar's.
    """

    name: str
    dtype: str
    shape: Shape
    domain: Domain | None = None
    declared: bool = True


@dataclass(frozen=True)
class Signature:
    """All inputs and outputs of a model, and why each domain was concluded.

    evidence: one line a conclusion, for a person to read, such as
        "input_ids: vocabulary 40000 from the rows of word_embeddings.weight".
    unread: inputs on which no output depends.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    evidence: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
