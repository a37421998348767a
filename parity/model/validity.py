"""Which positions of a batch count, by the model's own mask or lengths."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from parity.model.spec import AttentionMask, Lengths, Signature, TensorSpec, TokenIds
from parity.model.tensors import Feed, Outputs

BoolArray = NDArray[np.bool_]


def valid_positions(inputs: Iterable[TensorSpec], feed: Feed) -> BoolArray | None:
    """Bool (batch, sequence), True where a position counts.

    None where the model has neither mask nor lengths, so that every position
    counts. Source: what introspection concluded of the reference.
    """
    by_name = {spec.name: spec for spec in inputs}
    valid: BoolArray | None = None
    for name, spec in by_name.items():
        if name not in feed:
            continue
        part: BoolArray | None = None
        match spec.domain:
            case TokenIds(pad=int(pad), masked=True):
                part = feed[name] != pad
            case AttentionMask():
                part = _by_position(feed[name] != 0)
            case Lengths(of=of) if of in feed:
                part = np.arange(feed[of].shape[1]) < np.asarray(feed[name], np.int64).reshape(
                    -1, 1
                )
        if part is not None and part.ndim == 2:
            valid = part if valid is None or valid.shape != part.shape else valid & part
    return valid


def _by_position(mask: BoolArray) -> BoolArray:
    """A mask (batch, length) of one of another rank: axes of 1 dropped, of pairs the diagonal."""
    if mask.ndim == 4 and mask.shape[1] == 1:
        mask = mask[:, 0]
    if mask.ndim != 3:
        return mask
    if mask.shape[2] == 1:
        return mask[:, :, 0]
    if mask.shape[1] == 1:
        return mask[:, 0]
    # A position counts where it counts to itself.
    same = mask.shape[1] == mask.shape[2]
    return np.diagonal(mask, axis1=1, axis2=2) if same else mask


def by_output(
    signature: Signature, valid: BoolArray | None, outputs: Outputs
) -> Mapping[str, BoolArray]:
    """The positions of each output that has one entry a position.

    An output counts as such if the reference declares its first two axes
    dynamic and they are (batch, sequence) in this feed. Of any other output
    every element counts.
    """
    if valid is None:
        return {}
    declared = {spec.name: spec.shape for spec in signature.outputs}
    return {
        name: valid
        for name, array in outputs.items()
        if array.shape[:2] == valid.shape
        and all(isinstance(extent, str) for extent in declared.get(name, ())[:2])
        and len(declared.get(name, ())) >= 2
    }
