"""Normalisations."""

from parity.written.attributes.rule import Form, Rule

_BATCH = ("batch_norm_", "batch_norm")
_LAYER = ("layer_norm",)
_GROUP = ("group_norm",)

RULES = (
    Rule(_BATCH, ("BatchNormalization",), ("epsilon",), ("epsilon",), default=1e-5),
    Rule(_LAYER, ("LayerNormalization",), ("epsilon",), ("epsilon",), default=1e-5),
    Rule(_LAYER, ("LayerNormalization",), ("axis",), ("begin_norm_axis",), how="axis", default=-1),
    Rule(_LAYER, ("Add",), ("scalar",), ("epsilon",), alone=True),
    Rule(_LAYER, ("Pow",), ("scalar",), value=(2.0,)),
    Rule(_LAYER, ("ReduceMean",), ("axes", "input 1"), ("begin_norm_axis",), how="axes from"),
    Rule(_LAYER, ("ReduceMean",), ("keepdims",), value=(1,), default=1),
    Rule(_GROUP, ("InstanceNormalization", "GroupNormalization"), ("epsilon",), ("epsilon",),
         default=1e-5),
    Rule(_GROUP, ("GroupNormalization",), ("num_groups",), ("groups",)),
    Rule(("instance_norm",), ("InstanceNormalization",), ("epsilon",), ("epsilon",), default=1e-5),
    Rule(("rms_norm",), ("RMSNormalization", "SimplifiedLayerNormalization"), ("epsilon",),
         ("epsilon",), default=1e-5),
    Rule(("p_norm",), ("ReduceSum",), ("axes", "input 1"), ("axis",), how="axes",
         when={"asvector": (False, None)}),
    Rule(("p_norm",), ("ReduceSum",), ("keepdims",), ("keepdim",), how="flag", default=1,
         when={"asvector": (False, None)}),
)  # fmt: skip

FORMS: tuple[Form, ...] = ()
