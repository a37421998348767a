"""Faults for the benchmark of blame: in an export's graph, its weights, what is made of it."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

Plant = Callable[[onnx.GraphProto, onnx.NodeProto, random.Random], bool]

_OTHER = {
    "Add": "Sub", "Sub": "Add", "Mul": "Add", "Div": "Mul", "Relu": "Abs", "Tanh": "Sigmoid",
    "Sigmoid": "Tanh", "Erf": "Tanh", "Sqrt": "Abs", "ReduceMean": "ReduceMax", "Max": "Min",
    "Min": "Max", "Exp": "Abs", "GlobalAveragePool": "GlobalMaxPool", "Gather": "", "Softmax": "",
    "HardSigmoid": "Sigmoid", "Clip": "Identity",
}  # fmt: skip


def other_op(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    other = _OTHER.get(node.op_type)
    if not other:
        return False
    node.op_type = other
    if other in ("Identity",):
        del node.input[1:]
    del draw
    if other in ("Sigmoid", "Tanh", "Abs", "Identity"):
        del node.attribute[:]
    return True


def left_out(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in (
        "Tanh",
        "Relu",
        "Softmax",
        "Sigmoid",
        "Erf",
        "Sqrt",
        "Add",
        "Mul",
        "Div",
    ):
        return False
    node.op_type = "Identity"
    del node.input[1:], node.attribute[:]
    return True


def swapped(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in ("Sub", "Div", "Pow", "MatMul") or len(node.input) != 2:
        return False
    node.input[:] = [node.input[1], node.input[0]]
    return True


def rewired(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """Reads what another node of its kind reads."""
    before = [n for n in graph.node[: list(graph.node).index(node)] if n.op_type == node.op_type]
    if node.op_type not in ("Add", "Mul", "MatMul", "Conv", "Sub") or not before:
        return False
    source = draw.choice(before).input[0]
    if source == node.input[0] or source in {
        o for n in graph.node if n.op_type == "Constant" for o in n.output
    }:
        return False
    node.input[0] = source
    return True


def constant(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """A small float constant that it reads, changed for it alone."""
    made = {n.output[0]: n.attribute[0].t for n in graph.node
            if n.op_type == "Constant" and n.attribute[0].HasField("t")}  # fmt: skip
    made |= {t.name: t for t in graph.initializer}
    small = [i for i, n in enumerate(node.input) if n in made and made[n].data_type == 1
             and np.prod(made[n].dims) <= 4]  # fmt: skip
    if not small:
        return False
    at = draw.choice(small)
    values = numpy_helper.to_array(made[node.input[at]])
    changed = np.asarray(
        values * draw.choice([0.5, 1.1, -1]) + (0 if values.any() else 0.25), np.float32
    )
    name = f"planted.{node.input[at]}"
    graph.initializer.append(numpy_helper.from_array(changed.reshape(values.shape), name))
    node.input[at] = name
    return True


_ATTRIBUTES: dict[str, Callable[[Any, random.Random], Any]] = {
    "axis": lambda v, d: d.choice([v - 1, v + 1, 0]),
    "alpha": lambda v, d: v * d.choice([0.5, 2.0]),
    "beta": lambda v, d: v * 2 + 0.25,
    "epsilon": lambda v, d: d.choice([1e-2, v * 1000]),
    "perm": lambda v, d: d.sample(list(v), len(v)),
    "axes": lambda v, d: [a - 1 for a in v],
    "pads": lambda v, d: [*reversed(v)] if list(v) != [*reversed(v)] else [0 for _ in v],
    "direction": lambda v, d: "reverse",
    "group": lambda v, d: 1,
    "transB": lambda v, d: 1 - v,
    "linear_before_reset": lambda v, d: 1 - v,
}


def attribute(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    known = [a for a in node.attribute if a.name in _ATTRIBUTES]
    if not known:
        return False
    chosen = draw.choice(known)
    was = onnx.helper.get_attribute_value(chosen)
    was = was.decode() if isinstance(was, bytes) else was
    now = _ATTRIBUTES[chosen.name](was, draw)
    if now == was or list(np.ravel(now)) == list(np.ravel(was)):
        return False
    chosen.CopyFrom(onnx.helper.make_attribute(chosen.name, now))
    return True


PLANTS: dict[str, Plant] = {
    "other op": other_op, "left out": left_out, "swapped": swapped, "rewired": rewired,
    "constant": constant, "attribute": attribute,
}  # fmt: skip


def tensors(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """What is stored, by name: initializers and Constant nodes."""
    found = {n.output[0]: n.attribute[0].t for n in graph.node
             if n.op_type == "Constant" and n.attribute[0].HasField("t")}  # fmt: skip
    return found | {t.name: t for t in graph.initializer}


def write(tensor: onnx.TensorProto, values: Any) -> None:
    made = np.ascontiguousarray(values).astype(numpy_helper.to_array(tensor).dtype)
    tensor.CopyFrom(numpy_helper.from_array(made, tensor.name))


def weight(
    graph: onnx.GraphProto, parameters: set[str], draw: random.Random
) -> tuple[str, set[str]] | None:
    """Change a parameter's values: how, and whose. None where the drawn way doesn't fit."""
    stored = {n: t for n, t in tensors(graph).items() if n in parameters and t.data_type == 1}
    name = draw.choice(sorted(stored))
    values = numpy_helper.to_array(stored[name]).copy()
    way = draw.choice(("swapped", "row", "transposed", "scaled", "shuffled", "zeroed"))
    if way == "swapped":
        alike = [n for n in sorted(stored) if n != name and stored[n].dims == stored[name].dims]
        if not alike:
            return None
        other = draw.choice(alike)
        write(stored[name], numpy_helper.to_array(stored[other]).copy())
        write(stored[other], values)
        return way, {name, other}
    if way == "row":
        values[draw.randrange(len(values))] *= 1.5
    elif way == "transposed":
        if values.ndim != 2 or values.shape[0] != values.shape[1]:
            return None
        values = values.T
    elif way == "scaled":
        values *= draw.choice([0.9, 1.2, -1])
    elif way == "shuffled":
        if values.ndim < 2:
            return None
        order = list(range(len(values)))
        draw.shuffle(order)
        values = values[order]
    elif not values.any():
        return None
    else:
        values[:] = 0
    write(stored[name], values)
    return way, {name}


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
