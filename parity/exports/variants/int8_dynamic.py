"""Dynamic INT8, as the guides call it: ``quantize_dynamic(model, quantised)``.

Weights become INT8 with one scale a matrix, activations UINT8 with a scale taken
from each batch. On a raw Paddle2ONNX export that call quantises nothing, since
it looks at initializers only and the weights are Constant nodes; by the time it
is made here they are initializers.

Expected: no MatMul, and no Gemm that is one (alpha and beta 1, A as it is),
still multiplies by a constant float matrix. A MatMul of two activations stays,
as do recurrent layers other than LSTM, and nodes that are to be kept.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.errors import ExportError

RECURRENT = ("GRU", "RNN")


def convert(model: Any, keep: Sequence[str] = ()) -> Any:
    """The model with MatMulInteger in place of MatMul by constant weights.

    keep: names of nodes that stay as they are.
    """
    import onnx
    from onnxruntime.quantization import quantize_dynamic

    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "int8.onnx")
        quantize_dynamic(model, target, nodes_to_exclude=list(keep))
        return onnx.load(target)


def coverage(before: Any, after: Any, keep: Sequence[str] = ()) -> str:
    """How many matrix products are in INT8. Raises ExportError."""
    from parity.exports._graph import constants
    from parity.model.formats.onnx_walk import nodes

    ops = Counter(node.op_type for node in nodes(before.graph))
    expected, left = (
        [node for node in _by_weights(model) if node.name not in keep] for model in (before, after)
    )
    done = sum(n.op_type == "MatMulInteger" for n in nodes(after.graph))
    products = ops["MatMul"] + ops["Gemm"]
    if not expected:
        raise ExportError(
            f"has no MatMulInteger: none of its {products} MatMul has constant weights to quantise"
        )
    if not done or left or done < len(expected):
        names = {t.name for t in before.graph.initializer}
        weights = [n.input[1] for n in left]
        cause = (
            "their weights are Constant nodes, which the quantiser doesn't look at"
            if weights and not names.intersection(weights)
            else f"left as they were: {', '.join(n.name or n.output[0] for n in left[:3]) or '?'}"
        )
        none = "has no MatMulInteger: " if not done else ""
        raise ExportError(
            f"{none}{min(done, len(expected))} of {len(expected)} MatMul by constant weights "
            f"quantised; {cause}"
        )
    parts = [f"{done} of {products} MatMul quantised"]
    kept_products = len(_by_weights(before)) - len(expected)
    if keep:
        parts.append(f"{len(keep)} nodes kept in FP32")
    if products > done + kept_products:
        parts.append(f"{products - done - kept_products} multiply activations")
    kept, was = constants(after), constants(before)
    tables = {n.input[0] for n in nodes(before.graph) if n.op_type == "Gather"}
    tables = {t for t in tables if t in was and was[t].data_type == 1}
    if tables:
        parts.append(f"{len(tables - set(kept))} of {len(tables)} lookup tables quantised")
    parts += [f"{ops[op]} {op} left in FP32" for op in RECURRENT if ops[op]]
    return "; ".join(parts)


def _by_weights(model: Any) -> list[Any]:
    """Nodes that multiply by a constant float matrix, in the form that can be quantised."""
    from onnx import TensorProto, helper

    from parity.exports._graph import constants
    from parity.model.formats.onnx_walk import nodes

    known = constants(model)

    def plain(node: Any) -> bool:
        if node.op_type == "MatMul":
            return True
        given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        return (
            node.op_type == "Gemm"
            and given.get("alpha", 1.0) == given.get("beta", 1.0) == 1.0
            and not given.get("transA", 0)
        )

    return [
        node
        for node in nodes(model.graph)
        if plain(node)
        and node.input[1] in known
        and known[node.input[1]].data_type == TensorProto.FLOAT
    ]
