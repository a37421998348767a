"""Resize in float64: onnx's own takes the corners of a size with a fraction where scales have one.

Axis by axis: each output place is a weighted sum of input places, whatever the mode.
"""

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEAREST: dict[str, Callable[[float], int]] = {
    "round_prefer_floor": lambda x: ceil(x - 0.5),
    "round_prefer_ceil": lambda x: floor(x + 0.5),
    "floor": floor,
    "ceil": ceil,
}

_UNKNOWN = ("antialias", "exclude_outside")


def resize(x: Floats, scales: Any, sizes: Any, given: dict[str, Any], *, opset: int) -> Floats:
    """The result. Raises NotImplementedError for what is not known here in full."""
    policy = given.get("keep_aspect_ratio_policy", b"stretch")
    way = given.get("coordinate_transformation_mode", b"half_pixel").decode()
    if opset < 11 or any(given.get(name, 0) for name in _UNKNOWN) or policy != b"stretch":
        raise NotImplementedError("Resize")
    axes = given.get("axes") or range(x.ndim)
    mode = given.get("mode", b"nearest").decode()
    for at, axis in enumerate(int(a) % x.ndim for a in axes):
        before = x.shape[axis]
        if sizes is not None and np.size(sizes):
            after = int(sizes[at])
            scale = after / before
        else:
            scale = float(scales[at])
            after = floor(np.float32(scale) * np.float32(before))  # as runtimes multiply
        if after == before and scale == 1.0:
            continue
        places = [_place(p, way, before, after, scale) for p in range(after)]
        weights = np.stack([_weights(mode, place, before, given) for place in places])
        x = np.moveaxis(np.tensordot(x, weights, axes=([axis], [1])), -1, axis)
    return x


def _place(at: int, way: str, before: int, after: int, scale: float) -> float:
    """Where in the input an output's place lies."""
    half = (at + 0.5) / scale - 0.5
    if way == "half_pixel":
        return half
    if way == "pytorch_half_pixel":
        return half if after > 1 else 0.0
    if way == "half_pixel_symmetric":
        return before / 2 * (1 - after / (scale * before)) + half
    if way == "asymmetric":
        return at / scale
    if way == "align_corners":
        return at * (before - 1) / (after - 1) if after > 1 else 0.0
    raise NotImplementedError(f"Resize: {way}")


def _weights(mode: str, place: float, size: int, given: dict[str, Any]) -> Floats:
    """Of every place in the input for one in the output."""
    if mode == "nearest":
        how = given.get("nearest_mode", b"round_prefer_floor").decode()
        return _sum(size, [_NEAREST[how](place)], [1.0])
    if mode == "linear":
        inside = min(max(place, 0.0), size - 1.0)
        low = floor(inside)
        return _sum(size, [low, low + 1], [1 - (inside - low), inside - low])
    if mode == "cubic":
        low, a = floor(place), float(given.get("cubic_coeff_a", -0.75))
        off = place - low
        return _sum(size, range(low - 1, low + 3), [_cubic(abs(off - d), a) for d in (-1, 0, 1, 2)])
    raise NotImplementedError(f"Resize: {mode}")


def _cubic(off: float, a: float) -> float:
    if off <= 1:
        return ((a + 2) * off - (a + 3)) * off * off + 1
    return ((a * off - 5 * a) * off + 8 * a) * off - 4 * a


def _sum(size: int, places: Sequence[int], weights: Sequence[float]) -> Floats:
    """Places beyond an end are the end."""
    made = np.zeros(size)
    for place, weight in zip(places, weights, strict=True):
        made[min(max(place, 0), size - 1)] += weight
    return made
