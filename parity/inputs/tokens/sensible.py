"""Whether the inputs of a sequence make sense; and how a user says what one holds."""

from collections.abc import Iterable, Sequence

import numpy as np

from parity.errors import InputError
from parity.model.rules.names import hint
from parity.model.spec import AttentionMask, Lengths, SegmentIds, TensorSpec, TokenIds


def check_shapes(sequences: Sequence[TensorSpec]) -> None:
    """Raise InputError for an input of a sequence that has another rank, or no numbers."""
    rank = len(sequences[0].shape)
    for spec in sequences:
        if len(spec.shape) != rank or not 1 <= rank <= 3:
            raise InputError(
                f"{spec.name}: expected (batch, length), its shape is {spec.shape}; "
                f"say what it holds: {option(spec)}"
            )
        kind = np.dtype(spec.dtype)
        if not (np.issubdtype(kind, np.integer) or np.issubdtype(kind, np.floating)):
            raise InputError(f"{spec.name}: ids must be numbers, its dtype is {spec.dtype}")
        if isinstance(spec.domain, SegmentIds) and spec.domain.kinds < 1:
            raise InputError(f"{spec.name}: there are {spec.domain.kinds} token types")


def option(spec: TensorSpec) -> str:
    """The option with which a user says what an input holds, to be completed."""
    what = "positions of N" if hint(spec.name) == "position" else "in [LOW,HIGH]"
    return f"--input '{spec.name}: {spec.dtype}[{','.join(map(str, spec.shape))}] {what}'"


def check_domains(ids: Iterable[TensorSpec]) -> None:
    """Raise InputError for ids of which there are none, or a pad id that is none of them."""
    for spec in ids:
        domain = spec.domain
        if not isinstance(domain, TokenIds):
            raise InputError(f"{spec.name} holds no token ids")
        if domain.vocabulary < 1:
            raise InputError(f"{spec.name}: the vocabulary is {domain.vocabulary}; nothing to feed")
        if domain.lowest >= domain.vocabulary:
            raise InputError(f"{spec.name}: no id is from {domain.lowest} up and below "
                             f"{domain.vocabulary}")  # fmt: skip
        if domain.pad is not None and not domain.lowest <= domain.pad < domain.vocabulary:
            raise InputError(
                f"{spec.name}: pad id {domain.pad} is outside the vocabulary of {domain.vocabulary}"
            )


def check_relations(related: Iterable[TensorSpec], ids: set[str]) -> None:
    """Raise InputError for lengths or a mask of what holds no ids."""
    for spec in related:
        of = spec.domain.of if isinstance(spec.domain, Lengths | AttentionMask) else ""
        if of not in ids:
            raise InputError(
                f'{spec.name}: goes with input "{of}", which holds no token ids; '
                f"there are: {', '.join(sorted(ids))}"
            )
