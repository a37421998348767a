"""Which inputs of a feed say something that doesn't follow from the others."""

from collections.abc import Iterable

import numpy as np

from parity.model.spec import AttentionMask, Lengths, PositionIds, TensorSpec
from parity.model.tensors import Feed


def told(specs: Iterable[TensorSpec], feed: Feed) -> set[str]:
    """Names of inputs, without lengths of full rows, masks of ones, and positions from 0 up."""
    return {spec.name for spec in specs if spec.name in feed and _says(spec, feed)}


def _says(spec: TensorSpec, feed: Feed) -> bool:
    array = feed[spec.name]
    match spec.domain:
        case Lengths(of=of, axis=axis) if of in feed and feed[of].ndim > axis:
            return bool((array != feed[of].shape[axis]).any())
        case AttentionMask():
            return not bool((array == 1).all())
        case PositionIds() if array.ndim:
            return bool((array != np.arange(array.shape[-1])).any())
    return True
