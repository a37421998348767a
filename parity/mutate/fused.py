"""Faults in what is made of an export: an optimiser's fusions, an FP16 or INT8 conversion."""

import random
from collections.abc import Callable

import numpy as np
import onnx
from onnx import numpy_helper

from parity.mutate.weights import tensors, write


def _epsilon(node: onnx.NodeProto) -> None:
    _set(node, "epsilon", 0.5)


def _alpha(node: onnx.NodeProto) -> None:
    was = next((a.f for a in node.attribute if a.name == "alpha"), 1.0)
    _set(node, "alpha", 1.5 * was)


def _no_activation(node: onnx.NodeProto) -> None:
    kept = [a for a in node.attribute if not a.name.startswith("activation")]
    del node.attribute[:]
    node.attribute.extend(kept)


def _add(node: onnx.NodeProto) -> None:
    node.op_type, node.domain = "Add", ""


def _tanh(node: onnx.NodeProto) -> None:
    node.op_type, node.domain = "Tanh", ""
    del node.attribute[:]


FUSED: dict[str, Callable[[onnx.NodeProto], None]] = {
    "LayerNormalization": _epsilon, "SkipLayerNormalization": _epsilon, "FusedMatMul": _alpha,
    "Gemm": _alpha, "FusedGemm": _alpha, "FusedConv": _no_activation, "BiasGelu": _add,
    "Gelu": _tanh, "HardSwish": _tanh,
}  # fmt: skip
"""What ONNX Runtime's optimiser puts in place of several nodes, and a way to break each."""


def fused(graph: onnx.GraphProto, before: set[str], draw: random.Random) -> str | None:
    """Break one node that the optimiser made; its name."""
    made = [n for n in graph.node if n.op_type in FUSED and n.op_type not in before]
    if not made:
        return None
    node = draw.choice(made)
    said = f"{node.op_type} {node.name or node.output[0]}"
    FUSED[node.op_type](node)
    return said


def lowered(graph: onnx.GraphProto, draw: random.Random) -> set[str] | None:
    """Lower one weight wrongly: what reads it."""
    stored = tensors(graph)
    scales = [n for n in stored if n.endswith("_scale")]
    halves = [n for n, t in stored.items() if t.data_type == 10 and np.prod(t.dims) >= 64]
    names = sorted(scales or halves)
    if not names:
        return None
    name = draw.choice(names)
    write(stored[name], 1.5 * numpy_helper.to_array(stored[name]).astype(np.float32))
    waiting, found = {name}, set[str]()
    for node in graph.node:  # a scale goes through a product first
        if waiting & set(node.input):
            found.add(node.name or node.output[0])
            waiting |= set(node.output) if len(found) < 3 and scales else set()
    return found


def _set(node: onnx.NodeProto, name: str, value: float) -> None:
    kept = [a for a in node.attribute if a.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, onnx.helper.make_attribute(name, value)])
