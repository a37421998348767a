"""Rows of ids to a feed: padding, segments, lengths, masks, positions."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from parity.errors import InputError
from parity.inputs.tokens.layout import Layout
from parity.inputs.tokens.marks import Marks
from parity.inputs.tokens.sensible import option
from parity.inputs.tokens.vocabulary import Ids
from parity.model.spec import PositionIds, TensorSpec
from parity.model.tensors import Array, Feed


def feed(
    layout: Layout,
    *,
    rows: Mapping[str, Sequence[Ids]],
    segments: Mapping[str, Sequence[Ids]],
    width: int,
    pads: Mapping[str, int],
    free: Mapping[str, Array],
    choices: int = 1,
    marks: Marks | None = None,
) -> Feed:
    """All inputs of a model, in the dtypes and the ranks that it wants.

    rows: for each id input the valid ids of each row.
    segments: for each input of token types those of the valid tokens of each row.
    width: the padded length.
    pads: for each id input what padding holds.
    free: the inputs that have nothing to do with tokens.
    choices: how many rows follow each other in one entry of the batch.
    marks: how masks and positions are; None for the usual way.

    Raises InputError for a shape that the role doesn't have.
    """
    marks = marks or Marks()
    lead = rows[layout.ids[0].name]
    lengths = np.array([len(row) for row in lead], dtype=np.int64)
    valid = marks.valid(lengths, width)
    made: dict[str, Array] = dict(free)
    for spec in layout.ids:
        table = _padded(rows[spec.name], width, pads[spec.name], left=marks.left)
        made[spec.name] = _as(spec, table, choices)
    for spec in layout.segments:
        table = _padded(segments[spec.name], width, 0, left=marks.left)
        made[spec.name] = _as(spec, table, choices)
    for spec in layout.positions:
        made[spec.name] = _positions(spec, marks, len(lead), width, choices)
    for spec in layout.lengths:
        if len(spec.shape) not in (1, 2):
            raise _unknown(spec, "(batch)")
        shape = (-1,) if len(spec.shape) == 1 else (-1, choices)
        made[spec.name] = np.ascontiguousarray(lengths.reshape(shape).astype(spec.dtype))
    for spec in layout.masks:
        made[spec.name] = _mask(layout, spec, valid, choices)
    return made


def _padded(rows: Sequence[Ids], width: int, pad: int, *, left: bool) -> Ids:
    table = np.full((len(rows), width), pad, dtype=np.int64)
    for i, row in enumerate(rows):
        start = width - len(row) if left else 0
        table[i, start : start + len(row)] = row
    return table


def _as(spec: TensorSpec, table: Array, choices: int) -> Array:
    """Rows (rows, width) in the rank that an input of the sequence has."""
    width = table.shape[1]
    shape = {1: (width,), 2: (-1, width), 3: (-1, choices, width)}.get(len(spec.shape))
    if shape is None:
        raise _unknown(spec, "(batch, length)")
    return np.ascontiguousarray(table.reshape(shape).astype(spec.dtype))


def _positions(spec: TensorSpec, marks: Marks, rows: int, width: int, choices: int) -> Array:
    bound = spec.domain.bound if isinstance(spec.domain, PositionIds) else width
    shared = len(spec.shape) == 1 or spec.shape[0] == 1
    table = np.stack([marks.row(i, width, bound) for i in range(1 if shared else rows)])
    return _as(spec, table, choices)


def _mask(layout: Layout, spec: TensorSpec, valid: NDArray[np.bool_], choices: int) -> Array:
    """A mask over positions, or over pairs of them where two axes are as long as the sequence."""
    rows, width = valid.shape
    length = layout.ids[0].shape[-1]
    if len(spec.shape) == 1 and layout.rows == 1:
        return np.ascontiguousarray(valid[0].astype(spec.dtype))
    if layout.choices is not None and len(spec.shape) == 3:
        return _as(spec, valid, choices)
    along = [a for a, n in enumerate(spec.shape) if a and n in (length, width) and n != 1]
    if width == 1 and not along:
        along = [len(spec.shape) - 1]
    others = [n for a, n in enumerate(spec.shape) if a and a not in along]
    if not 2 <= len(spec.shape) <= 4 or len(along) not in (1, 2) or set(others) - {1}:
        raise _unknown(spec, "(batch, length), with axes of 1 between or behind")
    shape = [rows] + [width if a in along else 1 for a in range(1, len(spec.shape))]
    if len(along) == 2:
        valid = valid[:, :, None] & valid[:, None, :]
    return np.ascontiguousarray(valid.reshape(shape).astype(spec.dtype))


def _unknown(spec: TensorSpec, expected: str) -> InputError:
    return InputError(
        f"{spec.name}: its shape is {spec.shape}, expected {expected}; "
        f"say what it holds: {option(spec)}"
    )
