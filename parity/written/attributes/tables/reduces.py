"""What makes one number of many, or puts them in order."""

from parity.written.attributes.rule import Form, Rule

_REDUCED = (
    (("mean", "reduce_mean"), "ReduceMean"), (("sum", "reduce_sum"), "ReduceSum"),
    (("max", "reduce_max"), "ReduceMax"), (("min", "reduce_min"), "ReduceMin"),
    (("prod", "reduce_prod"), "ReduceProd"), (("logsumexp",), "ReduceLogSumExp"),
    (("amax", "reduce_amax"), "ReduceMax"), (("amin", "reduce_amin"), "ReduceMin"),
)  # fmt: skip
_BEST = ((("argmax", "arg_max"), "ArgMax"), (("argmin", "arg_min"), "ArgMin"))
_TOP = ("topk", "top_k_v2")

RULES = (
    *(
        Rule(ops, (node,), ("axes", "input 1"), ("input 1", "axis", "dim"), how="axes",
             when={"reduce_all": (False, None)})
        for ops, node in _REDUCED
    ),
    *(
        Rule(ops, (node,), ("keepdims",), ("keepdim", "keep_dim"), how="flag", default=1,
             when={"reduce_all": (False, None)})
        for ops, node in _REDUCED
    ),
    *(Rule(ops, (node,), ("axis",), ("input 1", "axis"), how="axis", default=0,
           when={"flatten": (False, None)})
      for ops, node in _BEST),
    *(Rule(ops, (node,), ("keepdims",), ("keepdims",), how="flag", default=1,
           when={"flatten": (False, None)})
      for ops, node in _BEST),
    *(Rule(ops, (node,), ("select_last_index",), value=(0,), default=0) for ops, node in _BEST),
    Rule(_TOP, ("TopK",), ("axis",), ("axis",), how="axis", default=-1),
    Rule(_TOP, ("TopK",), ("largest",), ("largest",), how="flag", default=1),
    Rule(_TOP, ("TopK",), ("input 1", "k"), ("input 1", "k"), how="size"),
    Rule(("argsort",), ("TopK",), ("axis",), ("axis",), how="axis", default=-1),
    Rule(("argsort",), ("TopK",), ("largest",), ("descending",), how="flag", default=1),
    Rule(("cumsum",), ("CumSum",), ("input 1",), ("input 1", "axis"), how="axis",
         when={"flatten": (False, None)}),
    Rule(("cumsum",), ("CumSum",), ("exclusive",), ("exclusive",), how="flag", default=0),
    Rule(("cumsum",), ("CumSum",), ("reverse",), ("reverse",), how="flag", default=0),
    Rule(("einsum",), ("Einsum",), ("equation",), ("equation",)),
)  # fmt: skip

FORMS: tuple[Form, ...] = ()
