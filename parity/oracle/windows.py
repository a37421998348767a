"""Pools in float64: onnx's own take another size where windows don't fit.

Its 1.17 gives 10 where the standard and ONNX Runtime give 8, of 7 padded by 1 under ``ceil_mode``;
and divides by the wrong count where windows are dilated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Axis:
    """One axis that windows slide over. size: before; count: windows; before, after: padding."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    count: int

    @property
    def reach(self) -> int:
        """Length that the windows read, beginning in the padding."""
        return (self.count - 1) * self.stride + (self.kernel - 1) * self.dilation + 1


def most(x: Floats, given: dict[str, Any]) -> Floats:
    """MaxPool."""
    axes = _axes(x, given)
    made: Floats | None = None
    for part in _parts(x, axes, fill=-np.inf):
        made = part if made is None else np.maximum(made, part)
    assert made is not None  # noqa: S101  a window has at least one place
    return made


def mean(x: Floats, given: dict[str, Any]) -> Floats:
    """AveragePool."""
    axes = _axes(x, given)
    ones = np.ones((1, 1, *x.shape[2:]))
    if given.get("count_include_pad", 0):
        sides = [(0, 0), (0, 0), *((axis.before, axis.after) for axis in axes)]
        ones = np.pad(ones, sides, constant_values=1.0)
        flat = [_Axis(a.size + a.before + a.after, a.kernel, a.stride, a.dilation, 0, 0, a.count)
                for a in axes]  # fmt: skip
    else:
        flat = axes
    return np.asarray(sum(_parts(x, axes, fill=0.0)) / sum(_parts(ones, flat, fill=0.0)))


def _axes(x: Floats, given: dict[str, Any]) -> list[_Axis]:
    many = x.ndim - 2
    kernels = given["kernel_shape"]
    strides = given.get("strides") or [1] * many
    dilations = given.get("dilations") or [1] * many
    pads = given.get("pads") or [0] * 2 * many
    auto = given.get("auto_pad", b"NOTSET").decode()
    rounded = ceil if given.get("ceil_mode", 0) else floor
    found = []
    for at, (size, kernel, stride, dilation) in enumerate(
        zip(x.shape[2:], kernels, strides, dilations, strict=True)
    ):
        span = (kernel - 1) * dilation + 1
        before, after = pads[at], pads[at + many]
        if auto.startswith("SAME"):
            count = ceil(size / stride)
            total = max(0, (count - 1) * stride + span - size)
            before = (total + 1) // 2 if auto == "SAME_LOWER" else total // 2
            after = total - before
        else:
            before, after = (0, 0) if auto == "VALID" else (before, after)
            count = rounded((size + before + after - span) / stride) + 1
            if (count - 1) * stride >= size + before:  # it would begin behind the end
                count -= 1
        if count < 1:  # a window larger than all that there is: runtimes differ
            raise NotImplementedError("a pool that holds nothing")
        found.append(_Axis(size, kernel, stride, dilation, before, after, count))
    return found


def _parts(x: Floats, axes: list[_Axis], *, fill: float) -> Iterator[Floats]:
    """What every window holds at one of its places, for each of them."""
    sides = [(0, 0), (0, 0), *((a.before, max(0, a.reach - a.size - a.before)) for a in axes)]
    padded = np.pad(x, sides, constant_values=fill)
    for places in product(*(range(axis.kernel) for axis in axes)):
        cut = [
            slice(at * a.dilation, at * a.dilation + (a.count - 1) * a.stride + 1, a.stride)
            for at, a in zip(places, axes, strict=True)
        ]
        yield padded[(slice(None), slice(None), *cut)]
