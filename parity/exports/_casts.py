"""Casts between nodes that stay in FP32. Works in the process of a variant."""

from typing import Any

from onnx import TensorProto

_HALF, _SINGLE = TensorProto.FLOAT16, TensorProto.FLOAT


def joined(graph: Any) -> None:
    """Let what reads an FP32 tensor through FP16 and back read it as it is.

    The converter puts both casts around each node that stays in FP32, so that between two of them
    values would be rounded, and overflow, all the same.
    """
    made_by = {name: node for node in graph.node for name in node.output}
    origin: dict[str, str] = {}
    for node in graph.node:
        if not _casts(node, _SINGLE):
            continue
        before = made_by.get(node.input[0])
        # The converter's own: what the model casts itself, it means.
        if (
            before is not None
            and _casts(before, _HALF)
            and before.name.endswith("_cast_to_fp16_node")
        ):
            origin[node.output[0]] = before.input[0]
    outputs = {output.name for output in graph.output}
    for node in graph.node:
        node.input[:] = [origin.get(name, name) for name in node.input]
    _drop(graph, outputs)


def _casts(node: Any, to: int) -> bool:
    return node.op_type == "Cast" and any(a.name == "to" and a.i == to for a in node.attribute)


def _drop(graph: Any, outputs: set[str]) -> None:
    """Remove casts that nothing reads any more; those before them, too."""
    from parity.model.formats.onnx_walk import free, inside

    while True:
        read = {name for node in graph.node for name in node.input} | outputs
        read |= {name for node in graph.node for inner in inside(node) for name in free(inner)}
        left = [n for n in graph.node if n.op_type != "Cast" or n.output[0] in read]
        if len(left) == len(graph.node):
            return
        del graph.node[:]
        graph.node.extend(left)
