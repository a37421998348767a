"""What goes over its input with a window, and what fills its borders."""

from parity.written.attributes.rule import Form, Rule

_CONV = ("conv2d", "conv3d", "depthwise_conv2d")
_BACK = ("conv2d_transpose", "conv3d_transpose", "depthwise_conv2d_transpose")
_POOL = ("pool2d", "pool3d")
_WITH_INDEX = ("max_pool2d_with_index", "max_pool3d_with_index")
_POOLED = ("MaxPool", "AveragePool")
_PAD3D = ("pad3d",)
_PLAIN = {"adaptive": (False,), "global_pooling": (False,)}
_BY_HAND = {"padding_algorithm": ("EXPLICIT",)}
_MAX = ("MaxPool", "GlobalMaxPool", "ReduceMax")
_AVERAGE = ("AveragePool", "GlobalAveragePool", "ReduceMean")


def _each(ops: tuple[str, ...], node: str) -> tuple[Rule, ...]:
    """What a convolution and its reverse have in common."""
    return (
        Rule(ops, (node,), ("strides",), ("strides",)),
        Rule(ops, (node,), ("dilations",), ("dilations",)),
        Rule(ops, (node,), ("group",), ("groups",), default=1),
        Rule(ops, (node,), ("pads",), ("paddings",), how="pads", when=_BY_HAND),
        Rule(ops, (node,), ("auto_pad",), ("padding_algorithm",), default="NOTSET",
             names={"SAME": ("SAME_UPPER",), "EXPLICIT": ("NOTSET",), "VALID": ("NOTSET", "VALID")},
             when={"padding_algorithm": ("EXPLICIT", "VALID")}),
    )  # fmt: skip


RULES = (
    *_each(_CONV, "Conv"),
    *_each(_BACK, "ConvTranspose"),
    Rule(_BACK, ("ConvTranspose",), ("output_padding",), ("output_padding",), how="size"),
    Rule(_POOL, _POOLED, ("kernel_shape",), ("input 1", "ksize", "kernel_size"), when=_PLAIN),
    Rule(_POOL, _POOLED, ("strides",), ("strides",), when=_PLAIN),
    Rule(_POOL, _POOLED, ("pads",), ("paddings",), how="pads", when={**_PLAIN, **_BY_HAND}),
    Rule(_POOL, _POOLED, ("ceil_mode",), ("ceil_mode",), how="flag", default=0, when=_PLAIN),
    Rule(_POOL, ("AveragePool",), ("count_include_pad",), ("exclusive",), how="no flag",
         default=0, when={**_PLAIN, "pooling_type": ("avg",)}),
    Rule(_WITH_INDEX, ("MaxPool",), ("kernel_shape",), ("kernel_size", "ksize"), when=_PLAIN),
    Rule(_WITH_INDEX, ("MaxPool",), ("strides",), ("strides",), when=_PLAIN),
    Rule(_WITH_INDEX, ("MaxPool",), ("pads",), ("paddings",), how="pads", when=_PLAIN),
    Rule(_PAD3D, ("Pad",), ("mode",), ("mode",), default="constant",
         names={"replicate": ("edge",), "circular": ("wrap",)}),
    Rule(_PAD3D, ("Pad",), ("input 2", "value"), ("pad_value", "value"), default=0.0,
         when={"mode": ("constant",)}),
    Rule(_PAD3D, ("Pad",), ("input 1", "pads"), ("input 1", "paddings"), how="pads of pad3d",
         when={"data_format": ("NCDHW",)}),
    Rule(("pad",), ("Pad",), ("input 2", "value"), ("input 1", "pad_value"), default=0.0),
    Rule(("pad",), ("Pad",), ("input 1", "pads"), ("paddings",), how="pads in pairs"),
    Rule(("grid_sample", "grid_sampler"), ("GridSample",), ("align_corners",), ("align_corners",),
         how="flag", default=0),
    Rule(("grid_sample", "grid_sampler"), ("GridSample",), ("padding_mode",), ("padding_mode",),
         default="zeros"),
    Rule(("grid_sample", "grid_sampler"), ("GridSample",), ("mode",), ("mode",),
         default="bilinear", names={"bilinear": ("bilinear", "linear")}),
)  # fmt: skip

FORMS = (
    Form(_POOL, "pooling_type", {"pooling_type": ("max",)}, never=_AVERAGE),
    Form(_POOL, "pooling_type", {"pooling_type": ("avg",)}, never=_MAX),
)
