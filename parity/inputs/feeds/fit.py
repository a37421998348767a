"""Whether a feed is one of the model's: names, dtypes, shapes, and ids inside their tables."""

from collections.abc import Mapping, Sequence

import numpy as np

from parity.errors import InputError
from parity.model.agree import shown
from parity.model.spec import (
    Indices,
    Lengths,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    extents,
)
from parity.model.tensors import Array, Feed
from parity.plugins import unknown


def fitted(arrays: Mapping[str, Array], specs: Sequence[TensorSpec], where: str) -> Feed:
    """The arrays in the order of the inputs. where: the file.

    Raises InputError, one line: an array that is no input, an input without an array, another
    dtype or shape, sizes that must agree and don't, ids or lengths that reach outside.
    """
    names = [spec.name for spec in specs]
    for name in arrays:
        if name not in names:
            raise InputError(f"{where}: {unknown('input', name, names)}")
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(f"{where}: nothing for the input {missing[0]}")
    sizes: dict[str, tuple[str, int]] = {}
    for spec in specs:
        array = arrays[spec.name]
        if array.dtype.name != spec.dtype:
            raise InputError(
                f"{where}: {spec.name} is {array.dtype.name}, but the model takes {spec.dtype}"
            )
        _shape(spec, array, where)
        _sizes(spec, array, sizes, where)
    _rules(specs, sizes, where)
    for spec in specs:
        _values(spec, arrays, where)
    return {name: arrays[name] for name in names}


def _shape(spec: TensorSpec, array: Array, where: str) -> None:
    fits = len(spec.shape) == array.ndim and all(
        isinstance(axis, str) or axis == size
        for axis, size in zip(spec.shape, array.shape, strict=True)
    )
    if not fits:
        raise InputError(
            f"{where}: {spec.name} is {list(array.shape)}, but the model takes {shown(spec.shape)}"
        )
    if not array.size:
        raise InputError(f"{where}: {spec.name} is {list(array.shape)}: there is nothing in it")


def _sizes(spec: TensorSpec, array: Array, sizes: dict[str, tuple[str, int]], where: str) -> None:
    """One symbol has one value in a feed."""
    for axis, size in zip(spec.shape, array.shape, strict=True):
        if isinstance(axis, str):
            first, known = sizes.setdefault(axis, (spec.name, size))
            if known != size:
                raise InputError(
                    f'{where}: "{axis}" is {known} in {first} and {size} in {spec.name}'
                )


def _rules(specs: Sequence[TensorSpec], sizes: Mapping[str, tuple[str, int]], where: str) -> None:
    for symbol, rule in extents(specs).items():
        if symbol in sizes and not rule.allows(sizes[symbol][1]):
            name, size = sizes[symbol]
            high = "" if rule.high is None else f", at most {rule.high}"
            raise InputError(
                f'{where}: "{symbol}" is {size} in {name}, but is said to be a multiple of '
                f"{rule.multiple}, at least {rule.low}{high}"
            )


def _values(spec: TensorSpec, arrays: Mapping[str, Array], where: str) -> None:
    """Engines don't check ids: Paddle reads outside a table without a word."""
    array = arrays[spec.name]
    low, below, what = 0, 0, ""
    match spec.domain:
        case TokenIds(vocabulary=below, lowest=low):
            what = "ids"
        case SegmentIds(kinds=below):
            what = "segments"
        case PositionIds(bound=below):
            what = "positions"
        case Lengths(of=of, axis=axis) if of in arrays and arrays[of].ndim > axis:
            below, what = arrays[of].shape[axis] + 1, f"lengths of {of}"
        case Indices(of=of, axis=axis) if of in arrays and arrays[of].ndim > axis:
            below, what = arrays[of].shape[axis], f"indices of {of}"
    if not what:
        return
    numbers = array.astype(np.float64)
    outside = np.argwhere(~((numbers >= low) & (numbers < below)))
    if outside.size:
        at = tuple(int(i) for i in outside[0])
        raise InputError(
            f"{where}: {spec.name}{list(at)} is {array[at]}, "
            f"but {what} are from {low} to {below - 1}"
        )
