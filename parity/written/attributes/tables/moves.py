"""What moves, cuts, joins, or gives another type."""

from parity.written.attributes.rule import Form, Rule

_AXES = ("axes", "input 1")
_UNSQUEEZE, _SQUEEZE = ("unsqueeze", "unsqueeze2"), ("squeeze", "squeeze2")
_STARTS, _ENDS = ("input 1", "starts"), ("input 2", "ends")
_MATMUL = ("matmul", "matmul_v2")
_LAST_TWO = ((0, 2, 1), (0, 1, 3, 2), (1, 0), (0, 1, 2, 4, 3))
_ORDERED = ("input 3", "axes")

RULES = (
    Rule(("transpose", "transpose2"), ("Transpose",), ("perm",), ("perm", "axis"), how="order",
         alone=True),
    Rule(("concat",), ("Concat",), ("axis",), ("input 1", "axis"), how="axis", of="output"),
    Rule(("stack",), ("Concat",), ("axis",), ("axis",), how="axis", of="output"),
    Rule(("stack",), ("Unsqueeze",), _AXES, ("axis",), how="axes", of="output"),
    Rule(("split",), ("Split",), ("axis",), ("input 2", "axis"), how="axis", default=0),
    Rule(("split",), ("Split",), ("input 1", "split"), ("input 1", "sections"), how="sections"),
    Rule(("split_with_num",), ("Split",), ("axis",), ("input 1",), how="axis", default=0),
    Rule(_UNSQUEEZE, ("Unsqueeze",), _AXES, ("input 1", "axes"), how="axes", of="output"),
    Rule(_SQUEEZE, ("Squeeze",), _AXES, ("input 1", "axes"), how="axes"),
    Rule(("reshape", "reshape2"), ("Reshape",), ("input 1",), ("input 1", "shape"), how="size"),
    Rule(("slice",), ("Slice",), _STARTS, _STARTS, how="size"),
    Rule(("slice",), ("Slice",), _ENDS, _ENDS, how="bounds"),
    Rule(("slice",), ("Slice",), _ORDERED, ("axes",), how="axes"),
    Rule(("slice",), ("Slice",), ("input 4",), value=(1,), how="each"),
    Rule(("strided_slice",), ("Slice",), _STARTS, _STARTS, how="size"),
    Rule(("strided_slice",), ("Slice",), _ORDERED, ("axes",), how="axes"),
    Rule(("strided_slice",), ("Slice",), ("input 4",), ("input 3", "strides"), how="size"),
    Rule(("slice",), ("Squeeze",), _AXES, ("decrease_axis",), how="axes"),
    Rule(("gather", "index_select"), ("Gather",), ("axis",), ("axis", "dim"), how="axis",
         default=0),
    Rule(("embedding", "lookup_table_v2"), ("Gather",), ("axis",), value=(0,), default=0),
    Rule(("cast",), ("Cast",), ("to",), ("dtype", "out_dtype"), how="dtype", alone=True),
    Rule(("pixel_shuffle",), ("DepthToSpace",), ("blocksize",), ("upscale_factor",)),
    Rule(("pixel_shuffle",), ("DepthToSpace",), ("mode",), value=("CRD",), default="DCR"),
    Rule(("tril",), ("Trilu",), ("upper",), value=(0,), default=1),
    Rule(("triu",), ("Trilu",), ("upper",), value=(1,), default=1),
    Rule(("tril", "triu"), ("Trilu",), ("input 1",), ("diagonal",), default=0),
    Rule(("one_hot", "one_hot_v2"), ("OneHot",), ("axis",), value=(-1,), default=-1),
    Rule(("one_hot", "one_hot_v2"), ("OneHot",), ("input 1",), ("input 1", "depth"), how="size"),
    Rule(_MATMUL, ("Transpose",), ("perm",), value=_LAST_TWO),
    Rule(_MATMUL, ("Gemm",), ("alpha",), ("alpha",), default=1.0),
)  # fmt: skip

FORMS = (
    Form(_MATMUL, "transpose_y", {"transpose_x": (False,), "transpose_y": (False,)},
         never=("Transpose",)),
    Form(_MATMUL, "trans_y", {"trans_x": (False,), "trans_y": (False,)}, never=("Transpose",)),
    Form(_MATMUL, "transpose_y", {"transpose_x": (False,), "transpose_y": (True,)},
         needs=("Transpose", "Gemm", "FusedMatMul")),
    Form(_MATMUL, "trans_y", {"trans_x": (False,), "trans_y": (True,)},
         needs=("Transpose", "Gemm", "FusedMatMul")),
)  # fmt: skip
