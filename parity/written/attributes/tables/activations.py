"""Activations and arithmetic with a number."""

from parity.written.attributes.rule import Form, Rule

_GELU = ("gelu",)
_HARD_SIGMOID = ("hardsigmoid", "hard_sigmoid")
_HARD_SWISH = ("hardswish", "hard_swish")
_HARD_TANH = ("hardtanh", "brelu")
_SCALE = ("scale", "scale_")
_SOFT = ("softshrink",)
_HARD = ("hardshrink", "hard_shrink")
_LOW, _HIGH = ("input 1", "min"), ("input 2", "max")

RULES = (
    Rule(("leaky_relu", "leaky_relu_"), ("LeakyRelu",), ("alpha",), ("negative_slope", "alpha"),
         default=0.01),
    Rule(("elu", "elu_"), ("Elu",), ("alpha",), ("alpha",), default=1.0),
    Rule(("celu",), ("Celu",), ("alpha",), ("alpha",), default=1.0),
    Rule(("selu",), ("Selu",), ("alpha",), ("alpha",), default=1.6732631921768188),
    Rule(("selu",), ("Selu",), ("gamma",), ("scale",), default=1.0507010221481323),
    Rule(_HARD_SIGMOID, ("HardSigmoid",), ("alpha",), ("slope",), default=0.2),
    Rule(_HARD_SIGMOID, ("HardSigmoid",), ("beta",), ("offset",), default=0.5),
    Rule(_HARD_SWISH, ("HardSigmoid",), ("alpha",), value=(1 / 6,), default=0.2),
    Rule(_HARD_SWISH, ("HardSigmoid",), ("beta",), value=(0.5,), default=0.5),
    Rule(_SOFT, ("Shrink",), ("lambd",), ("threshold", "lambda"), default=0.5),
    Rule(_SOFT, ("Shrink",), ("bias",), ("threshold", "lambda"), default=0.0),
    Rule(_HARD, ("Shrink",), ("lambd",), ("threshold",), default=0.5),
    Rule(_HARD, ("Shrink",), ("bias",), value=(0.0,), default=0.0),
    Rule(("thresholded_relu",), ("ThresholdedRelu",), ("alpha",), ("threshold",), default=1.0),
    Rule(_HARD_TANH, ("Clip",), _LOW, ("t_min",)),
    Rule(_HARD_TANH, ("Clip",), _HIGH, ("t_max",)),
    Rule(("relu6",), ("Clip",), _LOW, value=(0.0,)),
    Rule(("relu6",), ("Clip",), _HIGH, value=(6.0,)),
    Rule(("clip", "clip_"), ("Clip",), _LOW, ("input 1", "min")),
    Rule(("clip", "clip_"), ("Clip",), _HIGH, ("input 2", "max")),
    Rule(("softmax", "softmax_"), ("Softmax",), ("axis",), ("axis",), how="axis"),
    Rule(("log_softmax",), ("LogSoftmax",), ("axis",), ("axis",), how="axis"),
    Rule(_GELU, ("Div",), ("scalar",), value=(2**0.5,), when={"approximate": (False,)}),
    Rule(_GELU, ("Add",), ("scalar",), value=(1.0,), when={"approximate": (False,)}),
    Rule(_GELU, ("Mul",), ("scalar",), value=(0.5, 0.5**0.5), when={"approximate": (False,)}),
    Rule(_GELU, ("Gelu",), ("approximate",), ("approximate",), default="none",
         names={True: ("tanh",), False: ("none",)}),
    Rule(_SCALE, ("Mul",), ("scalar",), ("scale",), alone=True),
    Rule(_SCALE, ("Add",), ("scalar",), ("bias",), alone=True),
    Rule(("pow",), ("Pow",), ("scalar",), ("y", "factor"), alone=True),
)  # fmt: skip

FORMS = (
    Form(_GELU, "approximate", {"approximate": (True,)}, never=("Erf",)),
    Form(_GELU, "approximate", {"approximate": (False,)}, never=("Tanh",)),
)
