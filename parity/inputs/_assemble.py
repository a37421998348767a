"""Rows of ids to a feed: padding, segments, lengths, masks, positions."""

from collections.abc import Mapping, Sequence

import numpy as np

from parity.errors import InputError
from parity.inputs._layout import Layout
from parity.inputs._vocabulary import Ids
from parity.model.spec import TensorSpec
from parity.model.tensors import Array, Feed


def feed(
    layout: Layout,
    *,
    rows: Mapping[str, Sequence[Ids]],
    segments: Sequence[Ids],
    width: int,
    pads: Mapping[str, int],
    free: Mapping[str, Array],
) -> Feed:
    """All inputs of a model, in the dtypes and the ranks that it wants.

    rows: for each id input the valid ids of each row.
    segments: the token types of the valid tokens of each row.
    width: the padded length.
    pads: for each id input what padding holds.
    free: the inputs that have nothing to do with tokens.

    Raises InputError for a shape that the role doesn't have.
    """
    lead = rows[layout.ids[0].name]
    lengths = np.array([len(row) for row in lead], dtype=np.int64)
    valid = np.arange(width) < lengths[:, None]
    made: dict[str, Array] = dict(free)
    for spec in layout.ids:
        made[spec.name] = _padded(rows[spec.name], width, pads[spec.name], spec)
    for spec in layout.segments:
        made[spec.name] = _padded(segments, width, 0, spec)
    for spec in layout.positions:
        made[spec.name] = _positions(spec, len(lead), width)
    for spec in layout.lengths:
        made[spec.name] = _as(spec, lengths, {1: (-1,), 2: (-1, 1)})
    for spec in layout.masks:
        made[spec.name] = _as(spec, valid, {2: (len(lead), width), 4: (len(lead), 1, 1, width)})
    return made


def _padded(rows: Sequence[Ids], width: int, pad: int, spec: TensorSpec) -> Array:
    table = np.full((len(rows), width), pad, dtype=np.dtype(spec.dtype))
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


def _positions(spec: TensorSpec, batch: int, width: int) -> Array:
    positions = np.arange(width)
    if len(spec.shape) == 1:
        return positions.astype(spec.dtype)
    if len(spec.shape) == 2:
        rows = 1 if spec.shape[0] == 1 else batch
        return np.tile(positions, (rows, 1)).astype(spec.dtype)
    raise InputError(f"{spec.name}: positions of shape {spec.shape}; expected (batch, length)")


def _as(spec: TensorSpec, values: Array, shapes: Mapping[int, tuple[int, ...]]) -> Array:
    shape = shapes.get(len(spec.shape))
    if shape is None:
        ranks = " or ".join(map(str, shapes))
        raise InputError(f"{spec.name}: its shape is {spec.shape}; expected {ranks} axes")
    return np.ascontiguousarray(values.reshape(shape).astype(spec.dtype))
