"""Interpolation. Source of the modes: ONNX's Resize, and Paddle's interpolate kernels."""

from parity.written.attributes.rule import Form, Rule

_OPS = {
    "nearest": ("nearest_interp", "nearest_interp_v2"),
    "linear": ("linear_interp", "linear_interp_v2"),
    "bilinear": ("bilinear_interp", "bilinear_interp_v2"),
    "trilinear": ("trilinear_interp", "trilinear_interp_v2"),
    "bicubic": ("bicubic_interp", "bicubic_interp_v2"),
}
_SMOOTH = ("linear", "bilinear", "trilinear")
_RESIZE = ("Resize",)
_WHERE = ("coordinate_transformation_mode",)
_CENTRE = ("half_pixel", "pytorch_half_pixel")
_APART = {"align_corners": (False,)}


def _mode(ops: tuple[str, ...], mode: str) -> Rule:
    return Rule(ops, _RESIZE, ("mode",), value=(mode,), default="nearest")


def _where(ops: tuple[str, ...], **when: tuple[bool | int, ...]) -> Rule:
    """Where align_corners is false; ``when`` says of what else it depends."""
    flat = when.get("align_mode") == (1,) or ops == _OPS["nearest"]
    return Rule(ops, _RESIZE, _WHERE, value=("asymmetric",) if flat else _CENTRE,
                default="half_pixel", when={**_APART, **when})  # fmt: skip


RULES = (
    *(_mode(_OPS[name], "linear") for name in _SMOOTH),
    _mode(_OPS["nearest"], "nearest"),
    _mode(_OPS["bicubic"], "cubic"),
    *(Rule(ops, _RESIZE, _WHERE, ("align_corners",), names={True: ("align_corners",)},
           default="half_pixel", when={"align_corners": (True,)})
      for ops in _OPS.values()),
    *(_where(_OPS[name], align_mode=(mode,)) for name in _SMOOTH for mode in (0, 1)),
    _where(_OPS["nearest"]),
    _where(_OPS["bicubic"]),
    Rule(_OPS["nearest"], _RESIZE, ("nearest_mode",), value=("floor",),
         default="round_prefer_floor", when=_APART),
    Rule(_OPS["bicubic"], _RESIZE, ("cubic_coeff_a",), value=(-0.75,), default=-0.75),
    *(Rule(ops, _RESIZE, ("exclude_outside",), value=(0,), default=0) for ops in _OPS.values()),
    *(Rule(ops, _RESIZE, ("input 2",), ("scale",), how="sizes",
           when={"out_h": (-1, 0), "out_w": (-1, 0)})
      for ops in _OPS.values()),
    *(Rule(ops, _RESIZE, ("input 3",), ("out",), how="sizes") for ops in _OPS.values()),
)  # fmt: skip

FORMS: tuple[Form, ...] = ()
