"""One weight as a lowered file stores it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.tensors import Array

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Weight:
    """A stored tensor, as a matrix: its first axis by all others; a vector is one row.

    name: of the tensor, or of a part of it ("qkv[:, 0:768]"). dtype: as stored ("int8",
    "float16"). shape: as stored. values: (rows, columns). scale, zero: what the graph makes of
    the integers, (values - zero) * scale, both broadcasting to the matrix; None for a float.
    turned: whether the graph reads it as its transpose; None where that can't be told.
    half_scale: whether the scale is stored in FP16.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    values: Array
    scale: Floats32 | None = None
    zero: Floats32 | None = None
    turned: bool | None = None
    half_scale: bool = False

    @property
    def quantised(self) -> bool:
        """Whether it is of integers with a scale."""
        return self.scale is not None

    @property
    def rows(self) -> int:
        """Rows of the matrix."""
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        """Columns of the matrix."""
        return int(self.values.shape[1])

    def real(self, rows: Array, columns: Array) -> NDArray[np.float64]:
        """The numbers at these rows and columns, as the graph takes them."""
        at = np.ix_(rows, columns)
        picked: NDArray[np.float64] = np.asarray(self.values[at]).astype(np.float64)
        if self.scale is None or self.zero is None:
            return picked
        scale, zero = (
            np.broadcast_to(part, self.values.shape)[at] for part in (self.scale, self.zero)
        )
        real: NDArray[np.float64] = (picked - zero) * scale.astype(np.float64)
        return real


def matrix(array: Array) -> Array:
    """A tensor as a matrix: its first axis by all others; a vector or a number is one row."""
    if array.ndim < 2:
        return array.reshape(1, -1)
    return array.reshape(array.shape[0], math.prod(array.shape[1:]))


def spread(part: Array, shape: tuple[int, ...], axis: int, block: int = 0) -> Floats32:
    """A scale or zero point as what broadcasts to ``matrix`` of such a tensor.

    part: one number; one a slice along ``axis``; or, with ``block``, one a block along it.
    Raises ValueError where it has another size.
    """
    numbers = np.asarray(part).astype(np.float32)
    if numbers.size == 1:
        return numbers.reshape(1, 1)
    axis = axis % max(1, len(shape))
    if block and numbers.ndim == len(shape):
        whole = np.repeat(numbers, block, axis)[(slice(None),) * axis + (slice(shape[axis]),)]
        return np.asarray(matrix(whole), np.float32)
    if numbers.size != shape[axis]:
        raise ValueError(f"{numbers.size} scales for an axis of {shape[axis]}")
    if len(shape) < 2:
        return numbers.reshape(1, -1)
    if axis == 0:
        return numbers.reshape(-1, 1)
    across = numbers.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    # The channels of one row: every row has the same.
    row: Floats32 = np.broadcast_to(across, (1, *shape[1:])).reshape(1, -1)
    return row
