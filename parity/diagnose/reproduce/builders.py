"""How to build an op in Paddle: a row an op."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Builder:
    """call: what ``forward`` returns, of ``x``. layer: what is made before, as ``self.op``.

    values: what stands in braces in either, from attributes of the op or its constants, the first
    that is there; ``channels`` is the second extent of x.
    """

    call: str = "self.op(x)"
    layer: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_F = "functional"
_RESIZE = {
    "height": ("out_h",), "width": ("out_w",), "corners": ("align_corners",),
    "align_mode": ("align_mode",),
}  # fmt: skip


def _resize(mode: str) -> Builder:
    call = (
        f"{_F}.interpolate(x, size=[{{height}}, {{width}}], mode={mode!r}, "
        "align_corners={corners}, align_mode={align_mode})"
    )
    return Builder(call, values=_RESIZE)


def _slope(name: str, *given: str) -> Builder:
    return Builder(f"{_F}.{name}(x, {{slope}})", values={"slope": given})


BUILDERS = {
    "leaky_relu": _slope("leaky_relu", "negative_slope", "alpha"),
    "elu": _slope("elu", "alpha"),
    "celu": _slope("celu", "alpha"),
    "hardshrink": _slope("hardshrink", "threshold"),
    "softshrink": _slope("softshrink", "threshold", "lambda"),
    "thresholded_relu": _slope("thresholded_relu", "threshold"),
    "hardsigmoid": Builder(
        f"{_F}.hardsigmoid(x, {{slope}}, {{offset}})",
        values={"slope": ("slope",), "offset": ("offset",)},
    ),
    "hardtanh": Builder(
        f"{_F}.hardtanh(x, {{low}}, {{high}})", values={"low": ("t_min",), "high": ("t_max",)}
    ),
    "gelu": Builder(
        f"{_F}.gelu(x, approximate={{approximate}})", values={"approximate": ("approximate",)}
    ),
    "softmax": Builder(f"{_F}.softmax(x, axis={{axis}})", values={"axis": ("axis",)}),
    "log_softmax": Builder(f"{_F}.log_softmax(x, axis={{axis}})", values={"axis": ("axis",)}),
    "transpose": Builder("paddle.transpose(x, {perm})", values={"perm": ("perm", "axis")}),
    "cumsum": Builder("paddle.cumsum(x, axis={axis})", values={"axis": ("input 1", "axis")}),
    "clip": Builder(
        "paddle.clip(x, {low}, {high})",
        values={"low": ("input 1", "min"), "high": ("input 2", "max")},
    ),
    "scale": Builder(
        "paddle.scale(x, {scale}, bias={bias}, bias_after_scale={after})",
        values={"scale": ("scale",), "bias": ("bias",), "after": ("bias_after_scale",)},
    ),
    "pad3d": Builder(
        f"{_F}.pad(x, {{pads}}, mode={{mode}}, value={{value}}, data_format={{layout}})",
        values={
            "pads": ("input 1", "paddings"), "mode": ("mode",), "value": ("pad_value", "value"),
            "layout": ("data_format",),
        },
    ),
    "pool2d": Builder(
        "POOLS[{kind}](x, {size}, {strides}, {pads}, ceil_mode={ceil})",
        values={
            "kind": ("pooling_type",), "size": ("input 1", "ksize"), "strides": ("strides",),
            "pads": ("paddings",), "ceil": ("ceil_mode",),
        },
    ),
    "group_norm": Builder(
        layer="nn.GroupNorm({groups}, {channels}, epsilon={epsilon})",
        values={"groups": ("groups",), "epsilon": ("epsilon",)},
    ),
    "instance_norm": Builder(
        layer="nn.InstanceNorm2D({channels}, epsilon={epsilon})",
        values={"epsilon": ("epsilon",)},
    ),
    "batch_norm": Builder(
        layer="nn.BatchNorm2D({channels}, epsilon={epsilon})", values={"epsilon": ("epsilon",)}
    ),
    "nearest_interp": _resize("nearest"),
    "bilinear_interp": _resize("bilinear"),
    "bicubic_interp": _resize("bicubic"),
}  # fmt: skip

OLD = {
    "brelu": "hardtanh", "hard_sigmoid": "hardsigmoid", "hard_shrink": "hardshrink",
    "transpose2": "transpose", "nearest_interp_v2": "nearest_interp",
    "bilinear_interp_v2": "bilinear_interp", "bicubic_interp_v2": "bicubic_interp",
}  # fmt: skip
"""Paddle 2's names."""
